using System.Buffers;
using System.Text.Json;
using Parley.Conversations;
using Parley.Retrieval;

namespace Parley.Chat;

/// <summary>
/// A turn's log as the parts of a message: runs of text and of thinking each become one part, calls and results stand
/// between them where they happened. The same for an answer that went well and for one found after a crash.
/// </summary>
internal static class TurnParts
{
    /// <summary>Adds to the draft what the log says; text goes on in a last part that is text.</summary>
    public static void Add(ReadOnlySpan<byte> log, MessageDraft draft, Utf8Arena arena)
    {
        var run = new ArrayBufferWriter<byte>(Math.Max(log.Length, 1));
        TurnEventKind? running = null;
        var reader = new TurnLogReader(log);
        while (reader.TryRead(out var read))
        {
            if (read.Kind.IsText())
            {
                if (running != read.Kind)
                {
                    Close(running, run, draft, arena);
                    running = read.Kind;
                }

                run.Write(read.Payload);
            }
            else if (Structured(read, arena) is { Count: > 0 } parts)
            {
                Close(running, run, draft, arena);
                running = null;
                parts.ForEach(part => draft.Add(part));
            }
        }

        Close(running, run, draft, arena);
        if (draft.Parts.Count == 0)
        {
            draft.AddText(default);
        }
    }

    /// <summary>Whether anything of an answer is in the log.</summary>
    public static bool HasContent(ReadOnlySpan<byte> log)
    {
        var reader = new TurnLogReader(log);
        while (reader.TryRead(out var read))
        {
            if (read.Kind.IsText() || read.Kind is TurnEventKind.ToolCall or TurnEventKind.ToolResult)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What the model was told of a conversation that did not fit; null where it did.</summary>
    public static ToldContext? Told(ReadOnlySpan<byte> log)
    {
        ToldContext? told = null;
        var reader = new TurnLogReader(log);
        while (reader.TryRead(out var read))
        {
            if (read.Kind == TurnEventKind.Context && Parse(read, ChatJson.Default.ContextEvent) is { } said)
            {
                told = new ToldContext(said.Overflow, said.Covers, said.Whole, said.Problem);
            }
        }

        return told;
    }

    private static void Close(TurnEventKind? running, ArrayBufferWriter<byte> run, MessageDraft draft, Utf8Arena arena)
    {
        if (running is null || run.WrittenCount == 0)
        {
            return;
        }

        var kind = running == TurnEventKind.Token ? PartKind.Text : PartKind.Thinking;
        if (kind == PartKind.Text && draft.Parts is [.., { Kind: PartKind.Text, Extras.IsEmpty: true } last])
        {
            var joined = arena.Reserve(last.Text.Length + run.WrittenCount);
            last.Text.CopyTo(joined);
            run.WrittenMemory.CopyTo(joined[last.Text.Length..]);
            draft.Parts[^1] = last with { Text = arena.Commit(last.Text.Length + run.WrittenCount) };
        }
        else
        {
            draft.Add(new PartDraft(kind) { Text = arena.Add(run.WrittenSpan) });
        }

        run.ResetWrittenCount();
    }

    private static List<PartDraft> Structured(in TurnEvent read, Utf8Arena arena) =>
        read.Kind switch
        {
            TurnEventKind.ToolCall when Parse(read, ChatJson.Default.ToolCallEvent) is { } call =>
            [
                new PartDraft(PartKind.ToolCall)
                {
                    CallId = call.Id,
                    Name = call.Name,
                    Text = arena.Add(call.Arguments.Utf8.Span),
                },
            ],
            TurnEventKind.ToolResult when Parse(read, ChatJson.Default.ToolResultEvent) is { } result =>
            [
                new PartDraft(PartKind.ToolResult)
                {
                    CallId = result.Id,
                    Name = result.Name,
                    Text = arena.Add(result.Content),
                    IsError = result.IsError,
                },
            ],
            TurnEventKind.Sources when Parse(read, ChatJson.Default.SourcesEvent) is { } said =>
            [
                .. said.Sources.Select(source => Citation(source, arena)),
            ],
            _ => [],
        };

    /// <summary>The passage itself is among the extras, which search does not read: its words are another message's.</summary>
    private static PartDraft Citation(PassageView source, Utf8Arena arena) =>
        new(PartKind.Citation)
        {
            Name = source.Title,
            Extras = arena.Add(JsonSerializer.SerializeToUtf8Bytes(source, RetrievalJson.Default.PassageView)),
        };

    private static T? Parse<T>(in TurnEvent read, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        where T : class => JsonSerializer.Deserialize(read.Payload, type);
}

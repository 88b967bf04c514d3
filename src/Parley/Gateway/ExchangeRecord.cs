using System.Buffers;
using System.Text;
using System.Text.Json;
using Parley.Chat;
using Parley.Conversations;
using Parley.Providers;
using static Parley.Gateway.BodyFields;
using static Parley.Kernel.JsonMembers;

namespace Parley.Gateway;

/// <summary>
/// Gathers an exchange while it passes, for a client that wants it stored: the events of a translated answer, or the
/// bytes of one that passes as it is, which are read only once it is over.
/// </summary>
internal sealed class ExchangeRecord(string model, IReadOnlyList<ModelMessage> asked, string? space)
{
    /// <summary>Bytes of an answer that are kept; of a longer one the beginning is stored.</summary>
    private const int Most = 16 * 1024 * 1024;

    private readonly ArrayBufferWriter<byte> text = new();
    private readonly ArrayBufferWriter<byte> thinking = new();
    private readonly ArrayBufferWriter<byte> raw = new();
    private readonly List<(int Index, string? Id, StringBuilder Name, StringBuilder Arguments)> pieces = [];
    private readonly List<ToolCall> calls = [];
    private string? finish;

    public string? Space => space;

    /// <summary>The answer came to its own end.</summary>
    public bool Ended { get; set; }

    /// <summary>What the answer used, once that is known.</summary>
    public SpentTokens? Spent { get; set; }

    public void Add(ModelEvent one)
    {
        switch (one.Kind)
        {
            case ModelEventKind.Text:
                text.Write(one.Text.Span);
                break;
            case ModelEventKind.Thinking:
                thinking.Write(one.Text.Span);
                break;
            case ModelEventKind.ToolCall:
                calls.Add(one.Call!);
                break;
            case ModelEventKind.Finish:
                finish = one.Finish;
                Ended = true;
                break;
        }
    }

    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (raw.WrittenCount + bytes.Length <= Most)
        {
            raw.Write(bytes);
        }
    }

    /// <summary>Null where nothing was answered.</summary>
    public Exchange? Take()
    {
        Read(raw.WrittenSpan);
        foreach (var (_, id, name, arguments) in pieces)
        {
            var given = arguments.Length == 0 ? "{}" : arguments.ToString();
            calls.Add(new ToolCall(id ?? ToolCall.NewId(), name.ToString(), Encoding.UTF8.GetBytes(given)));
        }

        var answer = new ModelMessage(ModelRole.Assistant) { Text = text.WrittenMemory, Calls = calls };
        return text.WrittenCount + thinking.WrittenCount + calls.Count == 0
            ? null
            : new Exchange(model, asked, answer)
            {
                Thinking = thinking.WrittenMemory,
                Finish = finish,
                Spent = Spent,
                Status = Ended && finish is not null ? MessageStatus.Complete : MessageStatus.Interrupted,
            };
    }

    /// <summary>Lines of JSON, events of it, or one document: each line is looked at by itself, unless only the whole is one.</summary>
    private void Read(ReadOnlySpan<byte> bytes)
    {
        var whole = bytes.TrimStart(" \r\n\t"u8);
        if (whole.IsEmpty || (whole[0] == (byte)'{' && Take(whole)))
        {
            return;
        }

        foreach (var range in bytes.Split((byte)'\n'))
        {
            var line = bytes[range].Trim(" \r"u8);
            line = line.StartsWith("data:"u8) ? line[5..].TrimStart((byte)' ') : line;
            if (line.StartsWith("{"u8))
            {
                Take(line);
            }
        }
    }

    private bool Take(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 256 });
            using var document = JsonDocument.ParseValue(ref reader);
            if (reader.BytesConsumed < json.TrimEnd(" \r\n\t"u8).Length)
            {
                return false; // the first of several
            }

            Take(document.RootElement);
            return true;
        }
        catch (JsonException)
        {
            return false; // cut off: what came before it counts
        }
    }

    private void Take(JsonElement root)
    {
        foreach (var choice in Lists(root, "choices"))
        {
            if (choice.TryGetProperty("delta", out var said) || choice.TryGetProperty("message", out said))
            {
                Say(said);
            }

            finish = Text(choice, "finish_reason") ?? finish;
        }

        if (root.TryGetProperty("message", out var message))
        {
            Say(message);
        }

        Write(text, Text(root, "response"));
        Write(thinking, Text(root, "thinking"));
        finish = Flag(root, "done") == true ? Text(root, "done_reason") ?? "stop" : finish;
    }

    private void Say(JsonElement said)
    {
        Write(text, Text(said, "content") ?? Text(said, "refusal"));
        Write(thinking, Text(said, "reasoning_content") ?? Text(said, "reasoning") ?? Text(said, "thinking"));
        foreach (var call in Lists(said, "tool_calls"))
        {
            Call(call);
        }
    }

    /// <summary>On OpenAI's wire a call comes in pieces that share an index; elsewhere each is whole.</summary>
    private void Call(JsonElement call)
    {
        if (!call.TryGetProperty("function", out var function))
        {
            return;
        }

        var index = Whole(call, "index") ?? -1;
        var at = index < 0 ? -1 : pieces.FindIndex(p => p.Index == index);
        if (at < 0)
        {
            pieces.Add((index, Text(call, "id"), new StringBuilder(), new StringBuilder()));
            at = pieces.Count - 1;
        }

        pieces[at].Name.Append(Text(function, "name"));
        if (function.TryGetProperty("arguments", out var arguments))
        {
            pieces[at]
                .Arguments.Append(
                    arguments.ValueKind == JsonValueKind.String ? arguments.GetString() : arguments.GetRawText()
                );
        }
    }

    private static IEnumerable<JsonElement> Lists(JsonElement of, string name)
    {
        if (
            of.ValueKind != JsonValueKind.Object
            || !of.TryGetProperty(name, out var list)
            || list.ValueKind != JsonValueKind.Array
        )
        {
            yield break;
        }

        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.Object)
            {
                yield return item;
            }
        }
    }

    private static void Write(ArrayBufferWriter<byte> to, string? words) =>
        to.Write(Encoding.UTF8.GetBytes(words ?? ""));
}

using System.Text.Json;

namespace Parley.Conversations.ChatDocuments;

/// <summary>What a given node changes of a stored message.</summary>
internal sealed class ChatWords
{
    /// <summary>A clock of a client's may be ahead by so much.</summary>
    private const long ClockSkewSeconds = 300;

    private readonly ChatRow row;
    private readonly GivenNode node;
    private readonly Utf8Arena arena;
    private readonly bool newContent;
    private readonly List<PartDraft>? newFiles;
    private readonly bool filesDiffer;
    private readonly bool sourcesDiffer;
    private readonly bool modelDiffers;

    public ChatWords(ChatRow row, GivenNode node, Utf8Arena arena)
    {
        this.row = row;
        this.node = node;
        this.arena = arena;
        var text = ChatJson.Text(node.Content);
        newContent = !ChatJson.Same(row.Own["content"], text);
        modelDiffers = !ChatJson.Same(
            row.Own["model"],
            GivenModel(node) is { } model ? ChatJson.Text(model) : (ReadOnlyMemory<byte>?)null
        );
        sourcesDiffer = row.Own["sources"] is { } sources && !ChatJson.Same(sources, node.Members["sources"]);
        newFiles = node.Members["files"] is { } files ? ChatParts.Files(files, row.Draft.Parts, arena) : null;
        filesDiffer = !AreKept();
    }

    /// <summary>Anything at all is other than it is stored.</summary>
    public bool Differ => ChangeRow || SayOther();

    /// <summary>More than what stands beside the row.</summary>
    public bool ChangeRow => newContent || filesDiffer || sourcesDiffer || modelDiffers;

    /// <summary>The client holds an answer as it was while it came.</summary>
    public bool IsSnapshot =>
        newContent && row.Own["done"] is null && node.Members["done"] is { } done && done.Span.SequenceEqual("false"u8);

    /// <summary>A message that is new.</summary>
    public static MessageDraft New(GivenNode node, long now, Utf8Arena arena)
    {
        var draft = new MessageDraft
        {
            Role = node.Role,
            Model = GivenModel(node),
            CreatedAt = Time(node, now),
        };
        draft.AddText(arena.Add(node.Content));
        if (node.Members["files"] is { } files)
        {
            draft.Parts.AddRange(ChatParts.Files(files, [], arena) ?? []);
        }

        var said = ChatRow.Beyond(ChatRow.Words(draft), node.Members);
        draft.Extras = arena.Add(ChatExtras.With(default, said, always: false).Span);
        return draft;
    }

    /// <summary>The message with the node's words; what documents do not show of it stays.</summary>
    public MessageDraft Draft()
    {
        var old = row.Draft;
        var draft = new MessageDraft
        {
            Role = old.Role,
            Model = modelDiffers ? GivenModel(node) : old.Model,
            CreatedAt = old.CreatedAt,
            Hidden = old.Hidden,
            Status = old.Status,
        };
        AddParts(draft, old.Parts);
        return draft;
    }

    /// <summary>The extras column with what the node says beyond the message.</summary>
    public ReadOnlyMemory<byte> Extras(MessageDraft draft, Utf8Arena to)
    {
        var source = ChatRow.SourceIn(row.Extras);
        var words = row.Extras.Length == 0 ? default : MessageExtras.Words(row.Extras);
        var said = ChatRow.Beyond(ChatRow.Words(draft), node.Members);
        var marked = new MessageDraft
        {
            Role = draft.Role,
            RawRole = words.RawRole,
            Finish = words.Finish,
            Extras = ChatExtras.With(source, said, always: !source.IsEmpty),
        };
        return MessageExtras.Of(marked, to);
    }

    private static string? GivenModel(GivenNode node) => ChatHead.ModelName(ChatJson.TextIn(node.Members["model"]));

    /// <summary>Unix microseconds; null where none is stated, or none that can be.</summary>
    private static long? Time(GivenNode node, long now)
    {
        if (node.Members["timestamp"] is not { } stated)
        {
            return null;
        }

        var reader = new Utf8JsonReader(stated.Span);
        return
            reader.Read()
            && reader.TokenType == JsonTokenType.Number
            && reader.TryGetInt64(out var seconds)
            && seconds >= 0
            && seconds <= (now / 1_000_000) + ClockSkewSeconds
            ? seconds * 1_000_000
            : null;
    }

    private bool SayOther()
    {
        foreach (var name in row.Whole.Names.Concat(node.Members.Names))
        {
            if (!row.IsTold(name) && !(name == "files" && newFiles is not null) && !IsSame(name))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>When a message was written stays, whether or not the node says it.</summary>
    private bool IsSame(string name) =>
        (name == "timestamp" && node.Members[name] is null) || ChatJson.Same(row.Whole[name], node.Members[name]);

    /// <summary>The files are those the message has, in their order.</summary>
    private bool AreKept()
    {
        var old = row.Draft.Parts.Where(p => p.Attachment is not null).ToList();
        if (newFiles is null)
        {
            return old.Count == 0;
        }

        var kept = old.Count == newFiles.Count;
        for (var i = 0; kept && i < old.Count; i++)
        {
            kept = old[i].Attachment == newFiles[i].Attachment;
        }

        return kept;
    }

    private void AddParts(MessageDraft draft, List<PartDraft> old)
    {
        var said = false;
        foreach (var part in old)
        {
            if (newContent && part.Kind is (PartKind.Text or PartKind.Code))
            {
                if (!said)
                {
                    draft.AddText(arena.Add(node.Content));
                    said = true;
                }
            }
            else if (
                !(filesDiffer && part.Attachment is not null) && !(sourcesDiffer && part.Kind == PartKind.Citation)
            )
            {
                draft.Add(part);
            }
        }

        if (newContent && !said)
        {
            draft.AddText(arena.Add(node.Content));
        }

        if (filesDiffer)
        {
            draft.Parts.AddRange(newFiles ?? []);
        }
    }
}

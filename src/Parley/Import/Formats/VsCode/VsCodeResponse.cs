using Parley.Conversations;

namespace Parley.Import.Formats.VsCode;

/// <summary>
/// The pieces of an answer. Markdown comes in fragments, between which stand references that belong into the sentence;
/// calls of tools are shown in words only, their input and output stand in the result's metadata.
/// </summary>
internal sealed class VsCodeResponse(RecordContext record)
{
    /// <summary>Pieces that steer the display and say nothing.</summary>
    private static readonly HashSet<string> Silent =
    [
        "undoStop",
        "codeblockUri",
        "prepareToolInvocation",
        "mcpServersStarting",
        "mcpServersStartingSerialized",
        "progressTaskSerialized",
        "progressMessage",
        "progressTask",
        "move",
        "extensions",
        "hook",
        "command",
        "disabledClaudeHooks",
        "questionCarousel",
    ];

    private readonly List<ReadOnlyMemory<byte>> text = [];

    public void Fill(MessageDraft message, Json response, Json result, Utf8Arena arena)
    {
        text.Clear();
        var tools = new VsCodeTools(result["metadata"]);
        foreach (var piece in response.IsString ? [response] : response.Items())
        {
            Add(message, piece, tools, arena);
        }

        Flush(message, arena);
        tools.AddUnseen(message, arena);
        if (!message.Parts.Exists(p => p.Kind == PartKind.Text))
        {
            tools.AddWords(message, arena);
        }
    }

    private void Add(MessageDraft message, Json piece, VsCodeTools tools, Utf8Arena arena)
    {
        var kind = piece["kind"].String();
        switch (kind)
        {
            case null:
            case "markdownContent" or "markdownVuln":
                text.Add(Markdown(piece, arena));
                return;
            case "inlineReference":
                text.Add(Reference(piece, arena));
                return;
            case not null when Silent.Contains(kind):
                return;
        }

        Flush(message, arena);
        switch (kind)
        {
            case "thinking":
                AddThinking(message, piece["value"], arena);
                break;
            case "toolInvocationSerialized" or "toolInvocation":
                tools.Add(message, piece, arena);
                break;
            case "textEditGroup" or "textEdit" or "notebookEditGroup":
                AddEdits(message, piece, arena);
                break;
            case "warning" or "confirmation" or "elicitation" or "elicitationSerialized" or "errorMessage":
                AddNotice(message, piece, arena);
                break;
            case "reference" or "contentReference":
                var target = piece["reference"];
                message.Add(
                    new PartDraft(PartKind.Citation)
                    {
                        Name = VsCodeUri.NameOf(Uri(target)),
                        Url = VsCodeUri.Of(Uri(target)),
                    }
                );
                break;
            default:
                message.Add(record.Unknown(kind, piece, arena));
                break;
        }
    }

    private void Flush(MessageDraft message, Utf8Arena arena)
    {
        var length = text.Sum(t => t.Length);
        if (length > 0)
        {
            var room = arena.Reserve(length);
            var written = 0;
            foreach (var fragment in text)
            {
                fragment.CopyTo(room[written..]);
                written += fragment.Length;
            }

            message.AddText(arena.Commit(written));
        }

        text.Clear();
    }

    private static ReadOnlyMemory<byte> Markdown(Json piece, Utf8Arena arena)
    {
        var value =
            piece.IsString ? piece
            : piece["value"].Exists ? piece["value"]
            : piece["content"];
        return (value.IsObject ? value["value"] : value).TextOrRaw(arena);
    }

    private static ReadOnlyMemory<byte> Reference(Json piece, Utf8Arena arena)
    {
        var reference = piece["inlineReference"];
        var name = piece["name"].String() ?? reference["name"].String() ?? VsCodeUri.NameOf(Uri(reference));
        return name is null ? default : arena.Add("`" + name + "`");
    }

    /// <summary>A place is an address, or an address with a range.</summary>
    private static Json Uri(Json place) =>
        place["uri"].Exists ? place["uri"]
        : place["location"]["uri"].Exists ? place["location"]["uri"]
        : place;

    private static void AddThinking(MessageDraft message, Json value, Utf8Arena arena)
    {
        foreach (var thought in value.IsArray ? value.Items() : [value])
        {
            OpenAiContent.AddText(message, PartKind.Thinking, thought, arena);
        }
    }

    private static void AddEdits(MessageDraft message, Json piece, Utf8Arena arena)
    {
        var texts = new List<ReadOnlyMemory<byte>>();
        foreach (var edits in piece["edits"].Items())
        {
            foreach (var edit in edits.IsArray ? edits.Items() : [edits])
            {
                if (edit["text"].Utf8(arena) is { IsEmpty: false } added)
                {
                    texts.Add(added);
                }
            }
        }

        message.Add(
            new PartDraft(PartKind.Code) { Text = Utf8Lines.Join(texts, arena), Url = VsCodeUri.Of(piece["uri"]) }
        );
    }

    private static void AddNotice(MessageDraft message, Json piece, Utf8Arena arena)
    {
        foreach (var name in (ReadOnlySpan<string>)["title", "subtitle", "message", "content"])
        {
            var words = piece[name];
            OpenAiContent.AddText(message, PartKind.Text, words.IsObject ? words["value"] : words, arena);
        }
    }
}

using Parley.Conversations;

namespace Parley.Import.Formats.Zed;

/// <summary>
/// The content of Zed's messages to parts: externally tagged values (<c>{"Text":…}</c>), segments of old documents,
/// and tools with their results, which come to stand behind their calls.
/// </summary>
internal sealed class ZedParts(RecordContext record)
{
    private static readonly FieldMap ToolUse = new(
        "tool use",
        mapped: "id name input raw_input",
        kept: "is_input_complete",
        dropped: "thought_signature ui_text messages needs_confirmation"
    );

    private static readonly FieldMap ToolResult = new(
        "tool result",
        mapped: "tool_use_id tool_name is_error content output",
        dropped: "card debug_output"
    );

    /// <summary>One element of a message's <c>content</c>.</summary>
    /// <param name="results">Results by call id; those that are put behind their call are taken out.</param>
    public void AddContent(MessageDraft message, Json content, ZedResults results, Utf8Arena arena)
    {
        if (content.IsString)
        {
            message.AddText(content.Utf8(arena));
            return;
        }

        var any = false;
        foreach (var (tag, value) in content.Members())
        {
            any = true;
            Add(message, tag, value, content, results, arena);
        }

        if (!any)
        {
            message.Add(record.Unknown(content.Kind.ToString(), content, arena));
        }
    }

    private void Add(MessageDraft message, string tag, Json value, Json content, ZedResults results, Utf8Arena arena)
    {
        switch (tag)
        {
            case "Text":
                AddText(message, PartKind.Text, value, arena);
                break;
            case "Thinking":
                AddText(message, PartKind.Thinking, value.IsString ? value : value["text"], arena);
                break;
            case "RedactedThinking":
                AddRedacted(message, value.IsString ? value : value["data"], arena);
                break;
            case "ToolUse":
                AddToolUse(message, value, results, arena);
                break;
            case "Mention":
                AddMention(message, value, arena);
                break;
            case "Image":
                AddImage(message, value, arena);
                break;
            default:
                message.Add(record.Unknown(tag, content, arena));
                break;
        }
    }

    /// <summary>A segment of an old document: tagged by <c>type</c>, redacted thinking by its Rust name too.</summary>
    public void AddSegment(MessageDraft message, Json segment, Utf8Arena arena)
    {
        switch (segment["type"].String())
        {
            case "text":
                AddText(message, PartKind.Text, segment["text"], arena);
                break;
            case "thinking":
                AddText(message, PartKind.Thinking, segment["text"], arena);
                break;
            case "redacted_thinking" or "RedactedThinking":
                AddRedacted(message, segment["data"], arena);
                break;
            case null when segment["text"].IsString:
                AddText(message, PartKind.Text, segment["text"], arena);
                break;
            case var type:
                message.Add(record.Unknown(type, segment, arena));
                break;
        }
    }

    private static void AddText(MessageDraft message, PartKind kind, Json text, Utf8Arena arena)
    {
        var utf8 = text.TextOrRaw(arena);
        if (!utf8.IsEmpty)
        {
            message.Add(new PartDraft(kind) { Text = utf8 });
        }
    }

    private void AddRedacted(MessageDraft message, Json data, Utf8Arena arena) =>
        message.Add(
            new PartDraft(PartKind.Thinking) { Extras = record.Extras.Begin().Add("redacted"u8, data).Finish(arena) }
        );

    public void AddToolUse(MessageDraft message, Json use, ZedResults results, Utf8Arena arena)
    {
        var id = use["id"].Scalar();
        var name = use["name"].String();
        message.Add(
            new PartDraft(PartKind.ToolCall)
            {
                Name = name,
                CallId = id,
                Text = InnerJson.Readable(Input(use).TextOrRaw(arena), arena),
                Extras = use["is_input_complete"].IsFalse ? record.Rest(use, ToolUse, arena) : default,
            }
        );
        if (id is not null && results.Take(id, out var result))
        {
            AddResult(message, result, id, name, arena);
        }
    }

    /// <summary>The value itself, or <c>{"type":"json","value":…}</c>; half-streamed input only as raw text.</summary>
    private static Json Input(Json use)
    {
        var input = use["input"];
        if (input["type"].Is("json"u8) || input["type"].Is("text"u8))
        {
            input = input["value"].Exists ? input["value"] : input;
        }

        return input.Exists ? input : use["raw_input"];
    }

    /// <summary>Results whose call is not in the message.</summary>
    public void AddLeftOver(MessageDraft message, ZedResults results, Utf8Arena arena)
    {
        foreach (var (id, result) in results.Rest())
        {
            AddResult(message, result, id, null, arena);
        }
    }

    public void AddResult(MessageDraft message, Json result, string id, string? name, Utf8Arena arena)
    {
        var content = result["content"];
        var texts = new List<ReadOnlyMemory<byte>>();
        var images = new List<Json>();
        foreach (var piece in content.IsArray ? content.Items() : [content])
        {
            Collect(piece, texts, images, arena);
        }

        var output = result["output"];
        var extras = record.BeginExtras(result, ToolResult);
        if (texts.Count == 0 && images.Count == 0)
        {
            texts.Add(output.TextOrRaw(arena));
        }
        else if (!output.IsString)
        {
            extras.Add("output"u8, output);
        }

        message.Add(
            new PartDraft(PartKind.ToolResult)
            {
                CallId = id,
                Name = result["tool_name"].String() ?? name,
                IsError = result["is_error"].Bool(),
                Text = Utf8Lines.Join(texts, arena),
                Extras = extras.Finish(arena),
            }
        );
        foreach (var image in images)
        {
            AddImage(message, image, arena);
        }
    }

    /// <summary>A string, <c>{"Text":s}</c>, <c>{"type":"text","text":s}</c> or an image.</summary>
    private void Collect(Json piece, List<ReadOnlyMemory<byte>> texts, List<Json> images, Utf8Arena arena)
    {
        if (piece["Image"].Exists || piece["source"].IsString)
        {
            images.Add(piece["Image"].Exists ? piece["Image"] : piece);
            return;
        }

        var text = piece.IsString ? piece : piece.Any("Text", "text");
        if (text.IsString)
        {
            texts.Add(text.Utf8(arena));
        }
        else if (piece.Exists)
        {
            record.Warn("unknown-content-type", "unknown content of a tool result, kept raw");
            texts.Add(piece.Raw(arena));
        }
    }

    private void AddMention(MessageDraft message, Json mention, Utf8Arena arena)
    {
        var (name, url) = ZedMentions.Describe(mention["uri"]);
        message.Add(
            new PartDraft(PartKind.File)
            {
                Url = url,
                Attachment = new AttachmentDraft { Name = name, ExtractedText = mention["content"].TextOrRaw(arena) },
                Extras = url is null ? record.Extras.Begin().Add("uri"u8, mention["uri"]).Finish(arena) : default,
            }
        );
    }

    private void AddImage(MessageDraft message, Json image, Utf8Arena arena)
    {
        var bytes = InlineBytes.Open(image["source"].Utf8(arena));
        if (bytes is null)
        {
            record.Warn("bad-image", "an inline image is empty or no base64");
        }

        message.Add(
            new PartDraft(PartKind.Image)
            {
                // Zed encodes what was pasted as PNG.
                Attachment = new AttachmentDraft { MediaType = "image/png", Open = bytes },
                Extras = record.Extras.Begin().Add("size"u8, image["size"]).Finish(arena),
            }
        );
    }

    /// <summary>Text handed along with a message of an old document.</summary>
    public static void AddContext(MessageDraft message, Json context, Utf8Arena arena)
    {
        var text = context.Utf8(arena);
        if (!text.IsEmpty)
        {
            message.Add(
                new PartDraft(PartKind.File)
                {
                    Attachment = new AttachmentDraft { Name = "context", ExtractedText = text },
                }
            );
        }
    }
}

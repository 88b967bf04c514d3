using System.Text;
using Parley.Conversations;

namespace Parley.Import.Formats;

/// <summary>
/// Message content as OpenAI's two APIs write it, which many tools took over: a string, or a list of typed parts; and
/// calls of functions beside it.
/// </summary>
internal sealed class OpenAiContent(RecordContext record)
{
    public void Add(MessageDraft message, Json content, Utf8Arena arena)
    {
        if (!content.IsArray)
        {
            AddText(message, PartKind.Text, content, arena);
            return;
        }

        foreach (var part in content.Items())
        {
            AddPart(message, part, arena);
        }
    }

    /// <summary><c>tool_calls[{id,function{name,arguments}}]</c> and the older <c>function_call{name,arguments}</c>.</summary>
    public static void AddCalls(MessageDraft message, Json value, Utf8Arena arena)
    {
        foreach (var call in value["tool_calls"].Items())
        {
            AddCall(message, call["function"].IsObject ? call["function"] : call, call["id"].Scalar(), arena);
        }

        if (value["function_call"].IsObject)
        {
            AddCall(message, value["function_call"], null, arena);
        }
    }

    public static void AddText(MessageDraft message, PartKind kind, Json text, Utf8Arena arena)
    {
        var utf8 = text.TextOrRaw(arena);
        if (!utf8.IsEmpty)
        {
            message.Add(new PartDraft(kind) { Text = utf8 });
        }
    }

    /// <summary>A picture or recording by address: its bytes where it is a data URL, else the address alone.</summary>
    public static PartDraft Media(PartKind kind, Json url, Utf8Arena arena)
    {
        var utf8 = url.Utf8(arena);
        var attachment = InlineBytes.OfDataUrl(utf8);
        return new PartDraft(kind)
        {
            Attachment = attachment ?? new AttachmentDraft(),
            Url = attachment is null && !utf8.IsEmpty ? Encoding.UTF8.GetString(utf8.Span) : null,
        };
    }

    private static void AddCall(MessageDraft message, Json function, string? id, Utf8Arena arena) =>
        message.Add(
            new PartDraft(PartKind.ToolCall)
            {
                Name = function["name"].String(),
                CallId = id,
                Text = InnerJson.Readable(function.Any("arguments", "input").TextOrRaw(arena), arena),
            }
        );

    private void AddPart(MessageDraft message, Json part, Utf8Arena arena)
    {
        if (part.IsString)
        {
            AddText(message, PartKind.Text, part, arena);
            return;
        }

        var type = part["type"].String();
        switch (type)
        {
            case "text" or "input_text" or "output_text" or "summary_text":
            case null when part["text"].IsString:
                AddText(message, PartKind.Text, part["text"].IsObject ? part["text"]["value"] : part["text"], arena);
                break;
            case "refusal":
                AddText(message, PartKind.Text, part["refusal"], arena);
                break;
            case "thinking" or "reasoning" or "reasoning_text":
                AddText(message, PartKind.Thinking, part.Any("thinking", "reasoning", "text"), arena);
                break;
            case "image_url" or "input_image" or "image":
                message.Add(Media(PartKind.Image, Address(part), arena));
                break;
            case "input_audio":
                message.Add(Audio(part["input_audio"], arena));
                break;
            case "file" or "input_file":
                message.Add(File(part["file"].IsObject ? part["file"] : part, arena));
                break;
            default:
                message.Add(record.Unknown(type, part, arena));
                break;
        }
    }

    private static Json Address(Json part)
    {
        var image = part.Any("image_url", "image", "url");
        return image.IsObject ? image["url"] : image;
    }

    private static PartDraft Audio(Json audio, Utf8Arena arena) =>
        new(PartKind.Audio)
        {
            Attachment = new AttachmentDraft
            {
                MediaType = audio["format"].String() is { } format ? "audio/" + format : null,
                Open = InlineBytes.Open(audio["data"].Utf8(arena)),
            },
        };

    private static PartDraft File(Json file, Utf8Arena arena)
    {
        var inline = file["file_data"].IsString ? InlineBytes.OfDataUrl(file["file_data"].Utf8(arena)) : null;
        return new PartDraft(PartKind.File)
        {
            Attachment = new AttachmentDraft
            {
                ProviderId = file["file_id"].Scalar(),
                Name = file.Any("filename", "name").String(),
                MediaType = inline?.MediaType,
                Open = inline?.Open,
            },
            Url = file["file_url"].String(),
        };
    }
}

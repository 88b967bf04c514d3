using Parley.Conversations;

namespace Parley.Import.Formats.Claude;

/// <summary>Pictures and documents of the Messages API: a <c>source</c> of base64, text or an address.</summary>
internal static class ClaudeMedia
{
    /// <summary>The part; null where the block is no such picture or document, or says nothing of where it is.</summary>
    public static PartDraft? Part(Json block, string? type, Utf8Arena arena)
    {
        if (type is not ("image" or "document"))
        {
            return null;
        }

        var source = block["source"];
        var attachment = new AttachmentDraft
        {
            ProviderId = source["file_id"].Scalar() ?? block["file_uuid"].Scalar(),
            Name = block.Any("title", "file_name", "name").String(),
            MediaType = source["media_type"].String(),
        };
        switch (source["type"].String())
        {
            case "base64":
                attachment.Open = InlineBytes.Open(source["data"].Utf8(arena));
                break;
            case "text":
                attachment.ExtractedText = source["data"].Utf8(arena);
                break;
            case "content":
                attachment.ExtractedText = source["content"].TextOrRaw(arena);
                break;
            case "url" or "file":
                break;
            default:
                if (attachment.ProviderId is null)
                {
                    return null;
                }

                break;
        }

        return new PartDraft(type == "image" ? PartKind.Image : PartKind.File)
        {
            Attachment = attachment,
            Url = source["url"].String(),
            Text = block["context"].Utf8(arena),
        };
    }
}

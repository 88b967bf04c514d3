using Parley.Conversations;

namespace Parley.Import.Formats.Claude;

/// <summary>Tool results: one part with all that can be read as its text, and pictures and files behind it.</summary>
internal sealed class ClaudeResults(RecordContext record)
{
    private static readonly FieldMap Map = new(
        "tool result",
        mapped: "type tool_use_id name content is_error",
        kept: "structured_content meta message display_content integration_name",
        dropped: "start_timestamp stop_timestamp flags integration_icon_url cache_control icon_name"
    );

    /// <summary>Members of an item that are read as text, in this order.</summary>
    private static readonly string[] Texts =
    [
        "title",
        "url",
        "text",
        "source",
        "json_block",
        "stdout",
        "stderr",
        "tool_name",
        "error_code",
    ];

    public void Add(MessageDraft message, Json block, ClaudeCallPairs pairs, Utf8Arena arena)
    {
        var (id, name) = pairs.Answered(message, block["name"].String(), block["tool_use_id"].Scalar());
        var texts = new List<ReadOnlyMemory<byte>>();
        var media = new List<PartDraft>();
        var rich = false;
        var content = block["content"];
        foreach (var item in content.IsArray ? content.Items() : [content])
        {
            rich |= AddItem(item, texts, media, arena);
        }

        var extras = record.BeginExtras(block, Map);
        if (rich)
        {
            extras.Add("content"u8, content);
        }

        message.Add(
            new PartDraft(PartKind.ToolResult)
            {
                Name = name,
                CallId = id,
                Text = Utf8Lines.Join(texts, arena),
                IsError = block["is_error"].Bool(),
                Extras = extras.Finish(arena),
            }
        );
        foreach (var part in media)
        {
            message.Add(part with { CallId = id });
        }
    }

    /// <summary>Adds one item; true where it may hold more than what is read of it.</summary>
    private bool AddItem(Json item, List<ReadOnlyMemory<byte>> texts, List<PartDraft> media, Utf8Arena arena)
    {
        if (!item.IsObject)
        {
            Add(texts, item.TextOrRaw(arena));
            return false;
        }

        var type = item["type"].String();
        if (ClaudeMedia.Part(item, type, arena) is { } part)
        {
            media.Add(part);
            return false;
        }

        if (type is "local_resource")
        {
            media.Add(LocalResource(item));
            return false;
        }

        var before = texts.Count;
        foreach (var name in Texts)
        {
            Add(texts, InnerJson.Readable(item[name].Utf8(arena), arena));
        }

        if (texts.Count == before)
        {
            // A nested result, or an item nobody told us of: its JSON is what there is to read.
            Add(texts, item["content"].IsString ? item["content"].Utf8(arena) : item.Readable(arena));
        }

        if (item["url"].String() is { Length: > 0 } url)
        {
            media.Add(
                new PartDraft(PartKind.Citation)
                {
                    Name = item["title"].String(),
                    Url = url,
                    Extras = item["metadata"].Raw(arena),
                }
            );
        }

        return type
            is not (
                "text"
                or "json_block"
                or "tool_reference"
                or "knowledge"
                or "rich_link"
                or "web_search_result"
                or "search_result"
            );
    }

    private static PartDraft LocalResource(Json item) =>
        new(PartKind.File)
        {
            Attachment = new AttachmentDraft
            {
                ProviderId = item["uuid"].Scalar(),
                Name = item.Any("name", "file_path").String(),
                MediaType = item["mime_type"].String(),
            },
            Url = item["file_path"].String(),
        };

    private static void Add(List<ReadOnlyMemory<byte>> texts, ReadOnlyMemory<byte> text)
    {
        if (!text.IsEmpty)
        {
            texts.Add(text);
        }
    }
}

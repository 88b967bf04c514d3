using Parley.Conversations;

namespace Parley.Import.Formats.DeepSeek;

/// <summary>The content of a message: fragments, or the two strings of older exports.</summary>
internal sealed class DeepSeekFragments(RecordContext record)
{
    private static readonly FieldMap Fragment = new(
        "fragment",
        mapped: "type content",
        kept: "id elapsed_secs stage_id status queries results result hide_on_wip references"
    );

    private static readonly FieldMap File = new(
        "file",
        mapped: "id file_id name file_name size file_size mime_type content",
        kept: "status token_usage error_code inserted_at updated_at previewable from_share model_kind"
    );

    /// <summary>Who speaks through fragments; null where they do not say.</summary>
    public static Role? RoleOf(Json fragments)
    {
        Role? role = null;
        foreach (var fragment in fragments.Items())
        {
            if (fragment["type"].Is("REQUEST"u8))
            {
                return Role.User;
            }

            role = fragment["type"].Exists && !fragment["type"].Is("FILE"u8) ? Role.Assistant : role;
        }

        return role;
    }

    public void Fill(MessageDraft message, Json source, Utf8Arena arena)
    {
        foreach (var fragment in source["fragments"].Items())
        {
            Add(message, fragment, arena);
        }

        if (source["reasoning_content"].IsString)
        {
            Text(message, PartKind.Thinking, source["reasoning_content"], arena);
        }

        if (source["content"].Exists)
        {
            Text(message, PartKind.Text, source["content"], arena);
        }

        if (source["search_results"].Count > 0)
        {
            message.Add(Results("search", source["search_results"], arena));
        }

        foreach (var call in source["tool_calls"].Items())
        {
            message.Add(
                new PartDraft(PartKind.ToolCall)
                {
                    Name = call["function"]["name"].String(),
                    CallId = call["id"].Scalar(),
                    Text = call["function"]["arguments"].TextOrRaw(arena),
                }
            );
        }

        foreach (var file in source["files"].Items())
        {
            message.Add(Attachment(file, arena));
        }
    }

    private void Add(MessageDraft message, Json fragment, Utf8Arena arena)
    {
        var type = fragment["type"].String();
        switch (type)
        {
            case "REQUEST" or "RESPONSE" or "TEMPLATE_RESPONSE":
                Text(message, PartKind.Text, fragment["content"], arena);
                break;
            case "THINK":
                Text(message, PartKind.Thinking, fragment["content"], arena);
                break;
            case "TIP":
                break;
            case "FILE" or "READ_LINK":
                message.Add(Link(fragment, arena));
                break;
            case "SEARCH":
                AddTool(message, "search", fragment, arena);
                break;
            case not null when type.StartsWith("TOOL_", StringComparison.Ordinal):
                AddTool(message, type[5..].ToLowerInvariant(), fragment, arena);
                break;
            default:
                message.Add(record.Unknown(type, fragment, arena));
                break;
        }
    }

    private static void Text(MessageDraft message, PartKind kind, Json content, Utf8Arena arena)
    {
        var text = content.TextOrRaw(arena);
        if (!text.IsEmpty)
        {
            message.Add(new PartDraft(kind) { Text = text });
        }
    }

    /// <summary>What was asked is the call; what came back, the result.</summary>
    private void AddTool(MessageDraft message, string name, Json fragment, Utf8Arena arena)
    {
        var asked = fragment.Any("queries", "content").TextOrRaw(arena);
        if (!asked.IsEmpty && !asked.Span.SequenceEqual("[]"u8))
        {
            message.Add(new PartDraft(PartKind.ToolCall) { Name = name, Text = asked });
        }

        var found = fragment.Any("results", "result");
        if (found.Exists)
        {
            message.Add(Results(name, found, arena));
        }
    }

    private static PartDraft Results(string name, Json results, Utf8Arena arena)
    {
        var lines = new List<ReadOnlyMemory<byte>>();
        foreach (var result in results.IsArray ? results.Items() : [results])
        {
            if (result.IsString)
            {
                lines.Add(result.Utf8(arena));
                continue;
            }

            foreach (var member in (ReadOnlySpan<string>)["title", "url", "snippet", "text", "content"])
            {
                if (result[member].Utf8(arena) is { IsEmpty: false } text)
                {
                    lines.Add(text);
                }
            }
        }

        return new PartDraft(PartKind.ToolResult)
        {
            Name = name,
            Text = Utf8Lines.Join(lines, arena),
            Extras = results.IsObject ? results.Raw(arena) : default,
        };
    }

    private PartDraft Link(Json fragment, Utf8Arena arena) =>
        new(PartKind.File)
        {
            Url = fragment["url"].String() ?? fragment["result"]["url"].String(),
            Attachment = new AttachmentDraft
            {
                ProviderId = fragment.Any("file_id", "id").Scalar(),
                Name =
                    fragment.Any("file_name", "name", "title", "url").String() ?? fragment["result"]["title"].String(),
                ExtractedText = fragment["content"].Utf8(arena),
            },
            Extras = record.Rest(fragment, Fragment, arena),
        };

    private PartDraft Attachment(Json file, Utf8Arena arena) =>
        new(PartKind.File)
        {
            Attachment = new AttachmentDraft
            {
                ProviderId = file.Any("id", "file_id").Scalar(),
                Name = file.IsString ? file.String() : file.Any("file_name", "name").String(),
                Size = file.Any("file_size", "size").Int64(),
                MediaType = file["mime_type"].String(),
                ExtractedText = file["content"].Utf8(arena),
            },
            Extras = record.Rest(file, File, arena),
        };
}

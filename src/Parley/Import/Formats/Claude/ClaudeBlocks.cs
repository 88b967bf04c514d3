using Parley.Conversations;

namespace Parley.Import.Formats.Claude;

/// <summary>
/// Content blocks as claude.ai, Claude Code and the Messages API write them (imports.md 4.2) to parts. A call without an
/// id is paired with the next result of its name inside the same message.
/// </summary>
internal sealed class ClaudeBlocks(RecordContext record)
{
    private static readonly FieldMap Thinking = new(
        "thinking block",
        mapped: "type thinking text",
        kept: "summaries cut_off truncated data start_timestamp stop_timestamp",
        dropped: "signature flags alternative_display_type cache_control hide_in_ui"
    );

    private static readonly FieldMap ToolUse = new(
        "tool use",
        mapped: "type id name input partial_json",
        kept: "message integration_name context display_content approval_options approval_key is_mcp_app server_name caller mcp_server_url",
        dropped: "start_timestamp stop_timestamp flags integration_icon_url cache_control icon_name buffered_input"
    );

    private static readonly FieldMap Citation = new(
        "citation",
        mapped: "title url",
        kept: "uuid start_index end_index details metadata sources origin_tool_name type cited_text encrypted_index"
    );

    private readonly ClaudeResults results = new(record);
    private readonly ClaudeCallPairs pairs = new();

    /// <summary>Adds the content of a message: blocks, or one text.</summary>
    public void Add(MessageDraft message, Json content, Utf8Arena arena)
    {
        pairs.Begin();
        if (content.IsArray)
        {
            foreach (var block in content.Items())
            {
                AddBlock(message, block, arena);
            }
        }
        else if (content.Exists)
        {
            AddBlock(message, content, arena);
        }
    }

    /// <summary>Adds a text, with the thoughts of older models taken out of it (<see cref="ClaudeTags"/>).</summary>
    public void AddText(MessageDraft message, ReadOnlyMemory<byte> text)
    {
        if (!text.IsEmpty)
        {
            ClaudeTags.Add(message, text);
        }
    }

    private void AddBlock(MessageDraft message, Json block, Utf8Arena arena)
    {
        if (block.IsString)
        {
            AddText(message, block.Utf8(arena));
        }
        else if (block["type"].Is("text"u8))
        {
            AddTextBlock(message, block, arena);
        }
        else
        {
            AddOther(message, block, TypeOf(block), arena);
        }
    }

    private void AddOther(MessageDraft message, Json block, string? type, Utf8Arena arena)
    {
        switch (type)
        {
            case "text":
                AddTextBlock(message, block, arena);
                break;
            case "thinking" or "redacted_thinking":
                AddThinking(message, block, arena);
                break;
            case "tool_use" or "server_tool_use" or "mcp_tool_use":
                AddToolUse(message, block, arena);
                break;
            case "tool_result":
            case not null when type.EndsWith("_tool_result", StringComparison.Ordinal):
                results.Add(message, block, pairs, arena);
                break;
            case "image" or "document" when ClaudeMedia.Part(block, type, arena) is { } media:
                message.Add(media);
                break;
            case "token_budget":
                break;
            default:
                message.Add(record.Unknown(type, block, arena));
                break;
        }
    }

    /// <summary>The stated type, or what a block without one can only be (imports.md 4.2, edge cases).</summary>
    private static string? TypeOf(Json block) =>
        block["type"].String()
        ?? (
            block["text"].IsString ? "text"
            : block["thinking"].IsString ? "thinking"
            : block["tool_use_id"].Exists ? "tool_result"
            : block["input"].Exists && block["name"].IsString ? "tool_use"
            : null
        );

    private void AddTextBlock(MessageDraft message, Json block, Utf8Arena arena)
    {
        AddText(message, block["text"].TextOrRaw(arena));
        foreach (var citation in block["citations"].Items())
        {
            var details = citation["details"];
            message.Add(
                new PartDraft(PartKind.Citation)
                {
                    Name =
                        citation["title"].String()
                        ?? details["title"].String()
                        ?? citation["metadata"]["title"].String(),
                    Url = citation["url"].String() ?? details["url"].String(),
                    Text = citation["cited_text"].Utf8(arena),
                    Extras = record.Rest(citation, Citation, arena),
                }
            );
        }
    }

    private void AddThinking(MessageDraft message, Json block, Utf8Arena arena) =>
        message.Add(
            new PartDraft(PartKind.Thinking)
            {
                Text = block.Any("thinking", "text").Utf8(arena),
                Extras = record.Rest(block, Thinking, arena),
            }
        );

    private void AddToolUse(MessageDraft message, Json block, Utf8Arena arena)
    {
        // A call that broke off while streaming has its input only as far as it came.
        var input = block["input"];
        var text = (input.Exists ? input : block["partial_json"]).TextOrRaw(arena);
        if (text.Span.SequenceEqual("{}"u8) && block["partial_json"].Utf8(arena) is { IsEmpty: false } partial)
        {
            text = partial;
        }

        var name = block["name"].String();
        var id = block["id"].Scalar();
        pairs.Called(message.Parts.Count, name, id);
        message.Add(
            new PartDraft(PartKind.ToolCall)
            {
                Name = name,
                CallId = id,
                Text = text,
                Extras = record.Rest(block, ToolUse, arena),
            }
        );
    }
}

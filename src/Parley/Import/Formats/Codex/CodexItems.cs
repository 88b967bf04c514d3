using System.Text.Json;
using Parley.Conversations;

namespace Parley.Import.Formats.Codex;

/// <summary>Items of the Responses API as Codex logs them, to parts.</summary>
internal sealed class CodexItems(RecordContext record)
{
    private static readonly FieldMap Message = new(
        "message item",
        mapped: "type role content",
        kept: "id phase end_turn status",
        dropped: "internal_chat_message_metadata_passthrough"
    );

    private static readonly byte[][] Injections =
    [
        .. (
            (string[])
                [
                    "<environment_context>",
                    "<user_instructions>",
                    "# AGENTS.md",
                    "<INSTRUCTIONS>",
                    "<permissions instructions>",
                    "<turn_aborted>",
                    "<skill>",
                    "<user_shell_command>",
                    "<subagent_notification>",
                    "<collaboration_mode>",
                    "<apps_instructions>",
                    "<plugins_instructions>",
                    "<skills_instructions>",
                ]
        ).Select(System.Text.Encoding.UTF8.GetBytes),
    ];

    private readonly OpenAiContent content = new(record);

    public void AddContent(MessageDraft message, Json value, Utf8Arena arena) => content.Add(message, value, arena);

    public ReadOnlyMemory<byte> Rest(Json item, Utf8Arena arena) => record.Rest(item, Message, arena);

    /// <summary>Whether all text of a prompt was put there by the program (imports.md section 8).</summary>
    public static bool IsInjected(MessageDraft message)
    {
        foreach (var part in message.Parts)
        {
            if (part.Kind != PartKind.Text || !IsInjected(part.Text.Span))
            {
                return false;
            }
        }

        return message.Parts.Count > 0;
    }

    public static bool IsInjected(ReadOnlySpan<byte> text)
    {
        text = text.TrimStart(" \t\r\n"u8);
        foreach (var injection in Injections)
        {
            if (text.StartsWith(injection))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>An item without a role.</summary>
    public void Add(List<PartDraft> parts, Json item, Utf8Arena arena)
    {
        var type = item["type"].String();
        var id = item["call_id"].Scalar() ?? item["id"].Scalar();
        switch (type)
        {
            case "reasoning":
                AddReasoning(parts, item, arena);
                break;
            case "function_call" or "custom_tool_call" or "mcp_tool_call":
                parts.Add(
                    Call(
                        item["name"].String(),
                        id,
                        InnerJson.Readable(item.Any("arguments", "input").TextOrRaw(arena), arena)
                    )
                );
                break;
            case "local_shell_call"
            or "web_search_call"
            or "image_generation_call"
            or "tool_search_call"
            or "computer_call":
                parts.Add(
                    Call(
                        type[..^"_call".Length],
                        id,
                        item.Any("action", "arguments", "revised_prompt").TextOrRaw(arena)
                    )
                );
                AddPicture(parts, item, arena);
                break;
            case "function_call_output"
            or "custom_tool_call_output"
            or "local_shell_call_output"
            or "mcp_tool_call_output"
            or "tool_search_output":
                AddOutput(parts, item, id, arena);
                break;
            case "ghost_snapshot"
            or "compaction"
            or "compaction_summary"
            or "compaction_trigger"
            or "context_compaction":
                record.Ignore("no-turn", $"items of type {type} are no turns");
                break;
            default:
                parts.Add(record.Unknown(type, item, arena));
                break;
        }
    }

    private static PartDraft Call(string? name, string? id, ReadOnlyMemory<byte> input) =>
        new(PartKind.ToolCall)
        {
            Name = name,
            CallId = id,
            Text = input,
        };

    /// <summary>What may be read of the thoughts: summaries, else the text itself; the rest is encrypted.</summary>
    private static void AddReasoning(List<PartDraft> parts, Json item, Utf8Arena arena)
    {
        var readable = item["summary"].Count > 0 ? item["summary"] : item["content"];
        foreach (var piece in readable.Items())
        {
            var text = (piece.IsString ? piece : piece["text"]).TextOrRaw(arena);
            if (!text.IsEmpty)
            {
                parts.Add(new PartDraft(PartKind.Thinking) { Text = text });
            }
        }
    }

    private static void AddPicture(List<PartDraft> parts, Json item, Utf8Arena arena)
    {
        if (item["result"].IsString && InlineBytes.Open(item["result"].Utf8(arena)) is { } open)
        {
            parts.Add(
                new PartDraft(PartKind.Image)
                {
                    Attachment = new AttachmentDraft { ProviderId = item["id"].Scalar(), Open = open },
                }
            );
        }
    }

    private void AddOutput(List<PartDraft> parts, Json item, string? id, Utf8Arena arena)
    {
        var output = item.Any("output", "result", "tools");
        if (output.IsArray)
        {
            AddItems(parts, output, id, arena);
            return;
        }

        if (output.IsObject && output["content"].Exists)
        {
            parts.Add(Result(id, output["content"].TextOrRaw(arena), output["success"].IsFalse));
            return;
        }

        parts.Add(
            Unwrapped(id, output, arena)
                ?? Result(id, InnerJson.Readable(output.TextOrRaw(arena), arena), isError: false)
        );
    }

    private static PartDraft Result(string? id, ReadOnlyMemory<byte> text, bool isError) =>
        new(PartKind.ToolResult)
        {
            CallId = id,
            Text = text,
            IsError = isError,
        };

    /// <summary>Shells answered in JSON inside the string: <c>{"output":…,"metadata":{"exit_code":…}}</c>.</summary>
    private static PartDraft? Unwrapped(string? id, Json output, Utf8Arena arena)
    {
        if (!output.IsString || !output.RawBytes().StartsWith("\"{"u8))
        {
            return null;
        }

        try
        {
            using var inner = JsonSlices.Parse(output.Utf8(arena));
            var value = new Json(inner.RootElement);
            return value["output"].IsString
                ? Result(
                    id,
                    value["output"].Utf8(arena),
                    value["metadata"]["exit_code"].Int64() is not (null or 0)
                ) with
                {
                    Extras = value["metadata"].IsObject ? value["metadata"].Raw(arena) : default,
                }
                : null;
        }
        catch (JsonException)
        {
            // Not JSON after all: the text as it stands is the output.
            return null;
        }
    }

    private void AddItems(List<PartDraft> parts, Json output, string? id, Utf8Arena arena)
    {
        var message = new MessageDraft { Role = Role.Tool };
        content.Add(message, output, arena);
        var texts = message.Parts.Where(p => p.Kind == PartKind.Text).Select(p => p.Text).ToList();
        parts.Add(Result(id, Utf8Lines.Join(texts, arena), isError: false));
        parts.AddRange(message.Parts.Where(p => p.Kind != PartKind.Text));
    }
}

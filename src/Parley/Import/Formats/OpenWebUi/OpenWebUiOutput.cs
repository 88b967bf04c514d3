using Parley.Conversations;

namespace Parley.Import.Formats.OpenWebUi;

/// <summary>The items of <c>output</c>, in the manner of OpenAI's Responses API, with items of Open WebUI's own.</summary>
internal sealed class OpenWebUiOutput(RecordContext record)
{
    /// <summary>Adds the items; false where there are none, or only text that <c>content</c> has too.</summary>
    /// <param name="withText">Whether texts are wanted, since <c>content</c> is empty.</param>
    public bool Read(Json output, MessageDraft to, Utf8Arena arena, bool withText)
    {
        if (!withText && !output.Items().Any(i => i["type"].String() is { } type && type != "message"))
        {
            return false;
        }

        var any = false;
        foreach (var item in output.Items())
        {
            any = true;
            Add(item, to, arena, withText);
        }

        return any;
    }

    private void Add(Json item, MessageDraft to, Utf8Arena arena, bool withText)
    {
        switch (item["type"].String())
        {
            case "message":
                if (withText)
                {
                    AddText(PartKind.Text, item["content"], to, arena);
                }

                break;
            case "reasoning":
                AddText(
                    PartKind.Thinking,
                    item["content"].Count > 0 || item["content"].IsString ? item["content"] : item["summary"],
                    to,
                    arena
                );
                break;
            case "function_call" or "custom_tool_call":
                to.Add(
                    Call(
                        item,
                        item["name"].String(),
                        InnerJson.Readable(item.Any("arguments", "input").TextOrRaw(arena), arena)
                    )
                );
                break;
            case "function_call_output" or "custom_tool_call_output":
                to.Add(Result(item, Texts(item.Any("output", "content"), arena)));
                break;
            case "code_interpreter" or "open_webui:code_interpreter":
                AddCode(item, to, arena);
                break;
            case "web_search_call" or "file_search_call" or "computer_call":
                to.Add(Call(item, item["type"].String(), item.Any("action", "actions", "queries").TextOrRaw(arena)));
                break;
            case var type:
                to.Add(record.Unknown(type, item, arena));
                break;
        }
    }

    private static PartDraft Call(Json item, string? name, ReadOnlyMemory<byte> input) =>
        new(PartKind.ToolCall)
        {
            Name = name,
            CallId = item.Any("call_id", "id").Scalar(),
            Text = input,
        };

    private static PartDraft Result(Json item, ReadOnlyMemory<byte> output) =>
        new(PartKind.ToolResult)
        {
            CallId = item.Any("call_id", "id").Scalar(),
            IsError = item["status"].Is("failed"u8),
            Text = output,
        };

    private static void AddCode(Json item, MessageDraft to, Utf8Arena arena)
    {
        to.Add(Call(item, "code_interpreter", item["code"].TextOrRaw(arena)));
        if (item["output"].Exists)
        {
            to.Add(Result(item, Texts(item["output"], arena)));
        }
    }

    private static void AddText(PartKind kind, Json content, MessageDraft to, Utf8Arena arena)
    {
        if (Texts(content, arena) is { IsEmpty: false } text)
        {
            to.Add(new PartDraft(kind) { Text = text });
        }
    }

    /// <summary>A string, pieces with a text each, or anything else as JSON.</summary>
    private static ReadOnlyMemory<byte> Texts(Json content, Utf8Arena arena) =>
        content.IsArray
            ? Utf8Lines.Join(
                [.. content.Items().Select(p => (p.IsString || !p["text"].IsString ? p : p["text"]).TextOrRaw(arena))],
                arena
            )
            : content.TextOrRaw(arena);
}

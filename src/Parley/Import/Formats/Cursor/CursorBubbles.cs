using System.Text;
using System.Text.Json;
using Parley.Conversations;

namespace Parley.Import.Formats.Cursor;

/// <summary>One bubble: a message of the person (type 1) or of the model (type 2), the latter often only a thought or one tool call with its result.</summary>
internal sealed class CursorBubbles(RecordContext record)
{
    private static readonly FieldMap Fields = new(
        "Cursor bubble",
        mapped: "type bubbleId id text rawText initText richText thinking toolFormerData createdAt timingInfo modelInfo images attachedCodeChunks",
        kept: "codeBlocks suggestedCodeBlocks errorDetails capabilityType tokenCount allThinkingBlocks relevantFiles modelType",
        dropped: "_v context delegate conversationState"
    )
    {
        KeepUnknownUpTo = 512,
    };

    private static readonly FieldMap ToolFields = new(
        "Cursor tool call",
        mapped: "name toolCallId rawArgs params result",
        kept: "status userDecision error tool additionalData",
        dropped: "toolCallBinary toolIndex modelCallId"
    )
    {
        KeepUnknownUpTo = 512,
    };

    /// <summary>Null where it is no message at all.</summary>
    public MessageDraft? Read(Json bubble, string? id, Utf8Arena arena)
    {
        if (!bubble.IsObject)
        {
            record.Warn("bad-record", "a bubble is no object: left out");
            return null;
        }

        var raw = bubble["type"].Scalar();
        Role? role = raw switch
        {
            "1" or "user" => Role.User,
            "2" or "ai" or "assistant" => Role.Assistant,
            _ => null,
        };
        if (role is null)
        {
            record.Warn("unknown-role", $"unknown type \"{RecordContext.Short(raw)}\" of a bubble, kept as an answer");
        }

        var message = new MessageDraft
        {
            ProviderId = id,
            Role = role ?? Role.Assistant,
            RawRole = role is null ? raw : null,
            CreatedAt = Time(bubble),
            Model = bubble["modelInfo"]["modelName"].String() is { Length: > 0 } model and not "default" ? model : null,
            Status = bubble["errorDetails"].Exists ? MessageStatus.Failed : MessageStatus.Complete,
        };
        AddParts(bubble, message, arena);

        // Marks of the program (a checkpoint, a compaction) have neither words nor a tool.
        message.Hidden = message.Parts.Count == 0;
        message.Extras = record.Rest(bubble, Fields, arena);
        return message;
    }

    /// <summary>Old bubbles have only the client's clock, and sometimes only its time since start.</summary>
    private long? Time(Json bubble)
    {
        if (record.Time(bubble["createdAt"]) is { } created)
        {
            return created;
        }

        var clock = bubble["timingInfo"].Any("clientRpcSendTime", "clientStartTime", "clientEndTime").Double();
        return clock is > 1e12 ? Times.FromNumber(clock.Value) : null;
    }

    private void AddParts(Json bubble, MessageDraft to, Utf8Arena arena)
    {
        var thinking = bubble["thinking"];
        if ((thinking.IsString ? thinking : thinking["text"]).Utf8(arena) is { IsEmpty: false } thought)
        {
            to.Add(new PartDraft(PartKind.Thinking) { Text = thought });
        }

        if (Text(bubble, arena) is { IsEmpty: false } text)
        {
            to.AddText(text);
        }

        if (
            bubble["toolFormerData"] is { IsObject: true } tool
            && tool.Any("name", "toolCallId", "rawArgs", "params", "result").Exists
        )
        {
            AddTool(tool, to, arena);
        }

        AddContext(bubble, to, arena);
    }

    private static ReadOnlyMemory<byte> Text(Json bubble, Utf8Arena arena)
    {
        foreach (var member in (ReadOnlySpan<string>)["text", "rawText", "initText"])
        {
            if (bubble[member].String() is { } text && !string.IsNullOrWhiteSpace(text))
            {
                return text.StartsWith("{\"root\"", StringComparison.Ordinal)
                    ? RichText(text, arena)
                    : bubble[member].Utf8(arena);
            }
        }

        return bubble["richText"].String() is { } rich ? RichText(rich, arena) : default;
    }

    /// <summary>The words of a Lexical document (the editor's own form), one paragraph a line.</summary>
    private static ReadOnlyMemory<byte> RichText(string json, Utf8Arena arena)
    {
        try
        {
            using var document = JsonSlices.Parse(Encoding.UTF8.GetBytes(json));
            var words = new StringBuilder();
            var pending = new Stack<Json>([new Json(document.RootElement)["root"]]);
            while (pending.TryPop(out var node))
            {
                words.Append(node["text"].String());
                if (node["type"].Is("paragraph"u8) || node["type"].Is("linebreak"u8))
                {
                    words.Append(words.Length > 0 ? "\n" : "");
                }

                foreach (var child in node["children"].Items().Reverse())
                {
                    pending.Push(child);
                }
            }

            return arena.Add(words.ToString().Trim());
        }
        catch (JsonException)
        {
            // Then it is the text itself.
            return arena.Add(json);
        }
    }

    /// <summary>Call and result in one; their values are JSON inside strings and stay so.</summary>
    private void AddTool(Json tool, MessageDraft to, Utf8Arena arena)
    {
        var name = tool["name"].String();
        var id = tool["toolCallId"].Scalar();
        var input =
            tool["rawArgs"].String() is { Length: > 0 } ? tool["rawArgs"]
            : tool["params"].Exists ? tool["params"]
            : tool["rawArgs"];
        to.Add(
            new PartDraft(PartKind.ToolCall)
            {
                Name = name,
                CallId = id,
                Text = InnerJson.Readable(input.TextOrRaw(arena), arena),
                Extras = record.Rest(tool, ToolFields, arena),
            }
        );
        var isError = tool["status"].Is("error"u8) || tool["error"].Exists;
        var result = InnerJson.Readable(tool["result"].TextOrRaw(arena), arena);
        if (!result.IsEmpty || isError)
        {
            to.Add(
                new PartDraft(PartKind.ToolResult)
                {
                    Name = name,
                    CallId = id,
                    IsError = isError,
                    Text = result.IsEmpty ? tool["error"].TextOrRaw(arena) : result,
                }
            );
        }
    }

    /// <summary>What the person put beside the words: images, files, pieces of code.</summary>
    private static void AddContext(Json bubble, MessageDraft to, Utf8Arena arena)
    {
        var context = bubble["context"];
        foreach (var image in bubble["images"].Items().Concat(context["selectedImages"].Items()))
        {
            to.Add(Image(image, arena));
        }

        foreach (var chunk in bubble["attachedCodeChunks"].Items())
        {
            to.Add(
                File(
                    chunk["relativeWorkspacePath"].String(),
                    Utf8Lines.Join(
                        [.. chunk["lines"].Items().Select(l => (l.IsString ? l : l["text"]).Utf8(arena))],
                        arena
                    )
                )
            );
        }

        foreach (var file in context["fileSelections"].Items().Concat(context["folderSelections"].Items()))
        {
            to.Add(File(Path(file), default));
        }

        foreach (
            var selection in context["selections"]
                .Items()
                .Concat(context["terminalSelections"].Items())
                .Concat(context["quotes"].Items())
        )
        {
            to.Add(File(Path(selection), selection.Any("rawText", "text", "content").Utf8(arena)));
        }
    }

    private static string? Path(Json item) =>
        item["uri"].String()
        ?? item["uri"].Any("fsPath", "path").String()
        ?? item.Any("relativePath", "path", "name").String();

    private static PartDraft File(string? path, ReadOnlyMemory<byte> text)
    {
        var name = path?.TrimEnd('/', '\\');
        return new PartDraft(PartKind.File)
        {
            Attachment = new AttachmentDraft
            {
                Name = name is null ? "selection" : name[(name.LastIndexOfAny(['/', '\\']) + 1)..],
                ExtractedText = text,
            },
        };
    }

    private static PartDraft Image(Json image, Utf8Arena arena)
    {
        var data = (image.IsString ? image : image.Any("data", "url")).Utf8(arena);
        var attachment = InlineBytes.OfDataUrl(data) ?? new AttachmentDraft { Open = InlineBytes.Open(data) };
        attachment.ProviderId = image["uuid"].Scalar();
        attachment.Name = System.IO.Path.GetFileName(image["path"].String()) is { Length: > 0 } name ? name : null;
        return new PartDraft(PartKind.Image) { Attachment = attachment };
    }
}

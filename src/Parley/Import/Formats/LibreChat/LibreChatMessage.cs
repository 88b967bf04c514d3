using Parley.Conversations;

namespace Parley.Import.Formats.LibreChat;

/// <summary>One message of LibreChat: <c>content</c> parts of newer versions, else <c>text</c>.</summary>
internal sealed class LibreChatMessage(RecordContext record)
{
    private const string NoParent = "00000000-0000-0000-0000-000000000000";

    private static readonly FieldMap Message = new(
        "message",
        mapped: "messageId parentMessageId text content isCreatedByUser children createdAt model files attachments error unfinished finish_reason",
        kept: "sender isEdited endpoint plugin plugins iconURL feedback summary metadata addedConvo quotes",
        dropped: "_id __v id conversationId updatedAt user tokenCount summaryTokenCount depth siblingIndex expiredAt _meiliIndex invocationId thread_id clientId overrideParentMessageId attachmentIds promptTokens title_generated conversationSignature jailbreakConversationId"
    );

    private static readonly FieldMap File = new(
        "file",
        mapped: "file_id filename name type bytes text filepath",
        kept: "source width height embedded toolCallId",
        dropped: "_id __v user object usage createdAt updatedAt context temp_file_id model metadata preview progress messageId conversationId expiresAt expiredAt"
    );

    public MessageDraft Read(Json value, string? outer, Utf8Arena arena)
    {
        var message = new MessageDraft
        {
            ProviderId = value["messageId"].Scalar(),
            Role = RoleOf(value),
            Model = value["model"].String(),
            CreatedAt = record.Time(value["createdAt"]),
            Finish = value["finish_reason"].String(),
            Status =
                value["error"].Bool() ? MessageStatus.Failed
                : value["unfinished"].Bool() ? MessageStatus.Interrupted
                : MessageStatus.Complete,
        };
        record.Id = message.ProviderId ?? record.Id;
        message.Parent =
            value["parentMessageId"].Scalar() is { Length: > 0 } parent && parent != NoParent ? parent : outer;
        foreach (var part in value["content"].Items())
        {
            AddPart(message, part, arena);
        }

        if (!message.Parts.Exists(p => p.Kind == PartKind.Text))
        {
            AddText(message, value["text"].IsString ? value["text"] : value["content"], arena);
        }

        AddFiles(message, value["files"], arena);
        AddFiles(message, value["attachments"], arena);
        message.Extras = record.Rest(value, Message, arena);
        return message;
    }

    private static Role RoleOf(Json value)
    {
        if (value["isCreatedByUser"].Bool())
        {
            return Role.User;
        }

        var sender = value["sender"].String();
        return value["isCreatedByUser"].IsFalse ? (sender is "System" or "system" ? Role.System : Role.Assistant)
            : sender is "User" or "user" ? Role.User
            : Role.Assistant;
    }

    /// <summary>The text of versions before <c>content</c> may begin with thoughts, between colons.</summary>
    private static void AddText(MessageDraft message, Json text, Utf8Arena arena)
    {
        if (!text.IsString)
        {
            return;
        }

        var utf8 = text.Utf8(arena);
        if (utf8.Span.StartsWith(":::thinking"u8) && utf8.Span[11..].IndexOf(":::"u8) is >= 0 and var end)
        {
            message.Add(new PartDraft(PartKind.Thinking) { Text = utf8.Slice(11, end).Trim("\r\n "u8) });
            utf8 = utf8[(end + 14)..].TrimStart("\r\n "u8);
        }

        if (!utf8.IsEmpty)
        {
            message.AddText(utf8);
        }
    }

    private void AddPart(MessageDraft message, Json part, Utf8Arena arena)
    {
        var type = part.IsString ? "text" : part["type"].String();
        switch (type)
        {
            case "text":
                OpenAiContent.AddText(message, PartKind.Text, Value(part.IsString ? part : part["text"]), arena);
                break;
            case "think":
                OpenAiContent.AddText(message, PartKind.Thinking, Value(part.Any("think", "text")), arena);
                break;
            case "tool_call":
                AddTool(message, part["tool_call"], arena);
                break;
            case "image_file":
                message.Add(FilePart(part["image_file"], PartKind.Image, arena));
                break;
            case "image_url":
                message.Add(
                    OpenAiContent.Media(
                        PartKind.Image,
                        part["image_url"].IsObject ? part["image_url"]["url"] : part["image_url"],
                        arena
                    )
                );
                break;
            case "error":
                message.Status = MessageStatus.Failed;
                OpenAiContent.AddText(message, PartKind.Text, Value(part.Any("error", "text")), arena);
                break;
            case "summary":
                OpenAiContent.AddText(message, PartKind.Thinking, Value(part.Any("text", "summary")), arena);
                break;
            case "agent_update":
                break;
            default:
                message.Add(record.Unknown(type, part, arena));
                break;
        }
    }

    /// <summary>Strings are wrapped as <c>{value}</c> by the assistants endpoint.</summary>
    private static Json Value(Json text) => text.IsObject && text["value"].Exists ? text["value"] : text;

    private static void AddTool(MessageDraft message, Json call, Utf8Arena arena)
    {
        var inner =
            call["function"].IsObject ? call["function"]
            : call["code_interpreter"].IsObject ? call["code_interpreter"]
            : call;
        var name = inner["name"].String() ?? call["name"].String() ?? call["type"].String();
        var id = call["id"].Scalar();
        message.Add(
            new PartDraft(PartKind.ToolCall)
            {
                Name = name,
                CallId = id,
                Text = InnerJson.Readable(inner.Any("args", "arguments", "input").TextOrRaw(arena), arena),
            }
        );
        if (inner.Any("output", "outputs") is { Exists: true } output)
        {
            message.Add(
                new PartDraft(PartKind.ToolResult)
                {
                    Name = name,
                    CallId = id,
                    Text = output.TextOrRaw(arena),
                }
            );
        }
    }

    private void AddFiles(MessageDraft message, Json files, Utf8Arena arena)
    {
        foreach (var file in files.Items())
        {
            var isImage = file["type"].String()?.StartsWith("image/", StringComparison.Ordinal) == true;
            message.Add(FilePart(file, isImage ? PartKind.Image : PartKind.File, arena));
        }
    }

    private PartDraft FilePart(Json file, PartKind kind, Utf8Arena arena) =>
        new(kind)
        {
            Attachment = new AttachmentDraft
            {
                ProviderId = file["file_id"].Scalar(),
                Name = file.Any("filename", "name").String(),
                MediaType =
                    file["type"].String() is { } type && type.Contains('/', StringComparison.Ordinal) ? type : null,
                Size = file["bytes"].Int64(),
                ExtractedText = file["text"].Utf8(arena),
            },
            Url = file["filepath"].String(),
            Extras = record.Rest(file, File, arena),
        };
}

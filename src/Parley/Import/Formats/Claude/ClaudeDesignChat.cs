using Parley.Conversations;

namespace Parley.Import.Formats.Claude;

/// <summary>A design chat (imports.md 4.2): a straight line of messages, whose <c>content</c> is a message again.</summary>
internal sealed class ClaudeDesignChat(RecordContext record)
{
    private static readonly FieldMap Chat = new(
        "design chat",
        mapped: "uuid title name project created_at updated_at messages",
        kept: "creator settings"
    );

    private static readonly FieldMap Message = new(
        "design message",
        mapped: "uuid role created_at content",
        kept: "updated_at index"
    );

    private static readonly FieldMap Content = new(
        "design message content",
        mapped: "role content timestamp attachments contentBlocks",
        kept: "kind status",
        dropped: "id"
    );

    private static readonly FieldMap Attachment = new(
        "design attachment",
        mapped: "id name content mimeType",
        kept: "type size",
        dropped: ""
    );

    private static readonly FieldMap ToolCall = new(
        "design tool call",
        mapped: "id name input output",
        kept: "type status error"
    );

    public void Fill(ConversationDraft draft, Json value)
    {
        draft.Linear = true;
        draft.Title = value.Any("title", "name").String() is { Length: > 0 } title ? title : null;
        draft.CreatedAt = record.Time(value["created_at"]);
        draft.UpdatedAt = record.Time(value["updated_at"]);
        draft.ProjectId = value["project"]["uuid"].Scalar();
        draft.ProjectName = value["project"]["name"].String();
        foreach (var message in value["messages"].Items())
        {
            if (message.IsObject)
            {
                draft.Messages.Add(Read(message, draft.Arena));
            }
            else
            {
                record.Ignore("no-message", "an element of messages that is no message");
            }
        }

        record.Id = draft.ProviderId;
        draft.Extras = record.Rest(value, Chat, draft.Arena);
    }

    private MessageDraft Read(Json value, Utf8Arena arena)
    {
        var content = value["content"];
        var role = value["role"].String() ?? content["role"].String();
        var message = new MessageDraft
        {
            ProviderId = value["uuid"].Scalar() ?? content["id"].Scalar(),
            Role = role == "human" ? Role.User : Roles.Find(role) ?? Role.Assistant,
            CreatedAt = record.Time(value["created_at"]) ?? record.Time(content["timestamp"]),
        };
        record.Id = message.ProviderId ?? record.Id;
        if (role != "human" && Roles.Find(role) is null)
        {
            message.RawRole = role;
            record.Warn("unknown-role", $"unknown role \"{RecordContext.Short(role)}\", kept as assistant");
        }

        AddContent(message, content, arena);
        message.Extras = record
            .BeginExtras(value, Message)
            .Take(content, Content, record.Entry, record.Index, record.Id)
            .Finish(arena);
        return message;
    }

    private void AddContent(MessageDraft message, Json content, Utf8Arena arena)
    {
        if (content["contentBlocks"].Count == 0)
        {
            AddText(message, PartKind.Text, content.IsObject ? content["content"] : content, arena);
        }

        foreach (var block in content["contentBlocks"].Items())
        {
            AddBlock(message, block, arena);
        }

        foreach (var attachment in content["attachments"].Items())
        {
            message.Add(
                new PartDraft(attachment["type"].Is("image"u8) ? PartKind.Image : PartKind.File)
                {
                    Attachment = new AttachmentDraft
                    {
                        ProviderId = attachment["id"].Scalar(),
                        Name = attachment["name"].String(),
                        MediaType = attachment["mimeType"].String(),
                        ExtractedText = attachment["content"].TextOrRaw(arena),
                    },
                    Extras = record.Rest(attachment, Attachment, arena),
                }
            );
        }
    }

    private void AddBlock(MessageDraft message, Json block, Utf8Arena arena)
    {
        switch (block["type"].String())
        {
            case "text":
                AddText(message, PartKind.Text, block["text"], arena);
                break;
            case "thinking":
                AddText(message, PartKind.Thinking, block.Any("text", "thinking"), arena);
                break;
            case "tool_call":
                AddTool(message, block["toolCall"], arena);
                break;
            case "error":
                message.Status = MessageStatus.Failed;
                message.Add(
                    new PartDraft(PartKind.Text) { Text = block["message"].TextOrRaw(arena), Extras = block.Raw(arena) }
                );
                break;
            case "user_interjection":
                message.Add(
                    new PartDraft(PartKind.Text)
                    {
                        Text = block.Any("text", "content", "message").TextOrRaw(arena),
                        Extras = block.Raw(arena),
                    }
                );
                break;
            case var type:
                message.Add(record.Unknown(type, block, arena));
                break;
        }
    }

    private void AddTool(MessageDraft message, Json call, Utf8Arena arena)
    {
        var id = call["id"].Scalar();
        var name = call["name"].String();
        message.Add(
            new PartDraft(PartKind.ToolCall)
            {
                Name = name,
                CallId = id,
                Text = call["input"].TextOrRaw(arena),
                Extras = record.Rest(call, ToolCall, arena),
            }
        );
        if (call["output"].Exists)
        {
            message.Add(
                new PartDraft(PartKind.ToolResult)
                {
                    Name = name,
                    CallId = id,
                    Text = call["output"].TextOrRaw(arena),
                }
            );
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
}

using Parley.Conversations;

namespace Parley.Import.Formats.Mistral;

/// <summary>One message of Le Chat. A <c>version</c> above 0 is another answer to the same prompt: a sibling.</summary>
internal sealed class LeChatMessage(RecordContext record)
{
    private static readonly FieldMap Message = new(
        "message",
        mapped: "id chatId content contentChunks role createdAt files canvas quotes model parentId",
        kept: "version reaction reactionDetail reactionComment updatedAt generation generationStatus status references agentId turn preview thinkingDuration",
        dropped: "userId organizationId workspaceId"
    );

    private static readonly FieldMap ToolCall = new(
        "tool call chunk",
        mapped: "type name publicArguments id result",
        kept: "isDone success privateArguments publicResult"
    );

    private static readonly FieldMap Reference = new("reference chunk", mapped: "type title url", kept: "referenceIds");

    public void Add(ConversationDraft draft, Json value)
    {
        var version = value["version"].Int64() ?? 0;
        var last = draft.Messages.Count > 0 ? draft.Messages[^1] : null;
        var message = new MessageDraft
        {
            ProviderId = value["id"].Scalar(),
            Role = default,
            CreatedAt = record.Time(value["createdAt"]),
            Model = value["model"].String(),
        };
        record.Id = message.ProviderId ?? draft.ProviderId;
        SetRole(message, value["role"].String());
        if (version > 0 && draft.Messages.Exists(m => m.ProviderId == message.ProviderId))
        {
            message.ProviderId += "#" + version;
        }

        message.ProviderId ??= $"{draft.ProviderId}:{draft.Messages.Count}";
        message.Parent =
            value["parentId"].Scalar() ?? (version > 0 && last?.Role == message.Role ? last.Parent : last?.ProviderId);
        AddContent(message, value, draft.Arena);
        AddBeside(message, value, draft);
        message.Extras = record.Rest(value, Message, draft.Arena);
        draft.Messages.Add(message);
    }

    private void SetRole(MessageDraft message, string? role)
    {
        if (Roles.Find(role) is { } known)
        {
            message.Role = known;
            return;
        }

        message.Role = Role.Assistant;
        message.RawRole = role;
        record.Warn("unknown-role", $"unknown role \"{RecordContext.Short(role)}\", kept as assistant");
    }

    private void AddContent(MessageDraft message, Json value, Utf8Arena arena)
    {
        foreach (var chunk in value["contentChunks"].Items())
        {
            AddChunk(message, chunk, arena);
        }

        if (!message.Parts.Exists(p => p.Kind == PartKind.Text))
        {
            OpenAiContent.AddText(message, PartKind.Text, value["content"], arena);
        }
    }

    private void AddChunk(MessageDraft message, Json chunk, Utf8Arena arena)
    {
        switch (chunk["type"].String())
        {
            case "text":
                OpenAiContent.AddText(message, PartKind.Text, chunk["text"], arena);
                break;
            case "thinking" or "reasoning":
                AddThinking(message, chunk, arena);
                break;
            case "tool_call":
                AddTool(message, chunk, arena);
                break;
            case "reference":
                message.Add(
                    new PartDraft(PartKind.Citation)
                    {
                        Name = chunk["title"].String(),
                        Url = chunk["url"].String(),
                        Extras = record.Rest(chunk, Reference, arena),
                    }
                );
                break;
            case "image_url":
                var image = chunk.Any("imageUrl", "image_url", "url");
                message.Add(OpenAiContent.Media(PartKind.Image, image.IsObject ? image["url"] : image, arena));
                break;
            case "custom_element":
                message.Add(new PartDraft(PartKind.Unknown) { Name = "custom_element", Text = chunk.Readable(arena) });
                break;
            case var type:
                message.Add(record.Unknown(type, chunk, arena));
                break;
        }
    }

    private static void AddThinking(MessageDraft message, Json chunk, Utf8Arena arena)
    {
        var thought = chunk.Any("thinking", "reasoning", "text");
        foreach (var piece in thought.IsArray ? thought.Items() : [thought])
        {
            OpenAiContent.AddText(message, PartKind.Thinking, piece.IsObject ? piece["text"] : piece, arena);
        }
    }

    private void AddTool(MessageDraft message, Json chunk, Utf8Arena arena)
    {
        var name = chunk["name"].String();
        var id = chunk["id"].Scalar();
        message.Add(
            new PartDraft(PartKind.ToolCall)
            {
                Name = name,
                CallId = id,
                Text = InnerJson.Readable(chunk["publicArguments"].TextOrRaw(arena), arena),
                Extras = record.Rest(chunk, ToolCall, arena),
            }
        );
        if (chunk["result"].Exists)
        {
            message.Add(
                new PartDraft(PartKind.ToolResult)
                {
                    Name = name,
                    CallId = id,
                    Text = chunk["result"].TextOrRaw(arena),
                    IsError = chunk["success"].IsFalse,
                }
            );
        }
    }

    /// <summary>Files, canvas documents and quoted passages stand beside the text.</summary>
    private void AddBeside(MessageDraft message, Json value, ConversationDraft draft)
    {
        foreach (var file in value["files"].Items())
        {
            var name = file["name"].String();
            message.Add(
                new PartDraft(file["type"].Is("image"u8) ? PartKind.Image : PartKind.File)
                {
                    Attachment = new AttachmentDraft
                    {
                        ProviderId = file["id"].Scalar(),
                        Name = name,
                        Open = Find(draft.ProviderId!, name)?.Open,
                    },
                }
            );
        }

        foreach (var canvas in value["canvas"].Items())
        {
            message.Add(
                new PartDraft(PartKind.File)
                {
                    Attachment = new AttachmentDraft
                    {
                        ProviderId = canvas["id"].Scalar(),
                        Name = canvas.Any("title", "name").String(),
                        ExtractedText = canvas.Any("content", "text").TextOrRaw(draft.Arena),
                    },
                    Extras =
                        canvas.IsObject && !canvas.Any("content", "text").Exists ? canvas.Raw(draft.Arena) : default,
                }
            );
        }

        foreach (var quote in value["quotes"].Items())
        {
            message.Add(
                new PartDraft(PartKind.Citation)
                {
                    Text = (quote.IsObject ? quote.Any("text", "content", "quote") : quote).TextOrRaw(draft.Arena),
                }
            );
        }
    }

    private SourceEntry? Find(string chat, string? name)
    {
        if (name is null)
        {
            return null;
        }

        var suffix = $"chat-{chat}-files/{name}";
        foreach (var entry in record.Import.Source.Entries)
        {
            if (entry.Name.EndsWith(suffix, StringComparison.Ordinal))
            {
                return entry;
            }
        }

        return null;
    }
}

using Parley.Conversations;

namespace Parley.Import.Formats.LobeChat;

/// <summary>One message of LobeChat, with the row of its plugin call and its files from other tables.</summary>
internal sealed class LobeChatMessage(
    RecordContext record,
    Dictionary<string, Json> plugins,
    Dictionary<string, Json> files,
    Dictionary<string, List<string>> filesOfMessages
)
{
    private static readonly FieldMap Message = new(
        "message",
        mapped: "id role content model createdAt parentId topicId sessionId groupId reasoning tools tool_call_id toolCallId plugin pluginError files fileList imageList error search",
        kept: "fromModel provider fromProvider extra metadata translate tts ttsProvider threadId quotaId agentId pluginState observationId traceId favorite targetId usage performance chunksList ragQuery ragRawQuery",
        dropped: "updatedAt userId clientId accessedAt meta children ragQueryId messageGroupId editorData"
    );

    private readonly OpenAiContent content = new(record);

    public MessageDraft Read(Json value, Utf8Arena arena)
    {
        var role = value["role"].String();
        var message = new MessageDraft
        {
            ProviderId = value["id"].Scalar(),
            Role = Roles.Find(role) ?? Role.Assistant,
            RawRole = Roles.Find(role) is null ? role : null,
            CreatedAt = record.Time(value["createdAt"]),
            Model = value.Any("model", "fromModel").String() ?? value["extra"]["fromModel"].String(),
            Status = value["error"].IsObject ? MessageStatus.Failed : MessageStatus.Complete,
        };
        record.Id = message.ProviderId ?? record.Id;
        var reasoning = value["reasoning"];
        OpenAiContent.AddText(message, PartKind.Thinking, reasoning.IsObject ? reasoning["content"] : reasoning, arena);
        if (message.Role == Role.Tool)
        {
            AddResult(message, value, arena);
        }
        else
        {
            content.Add(message, value["content"], arena);
        }

        AddCalls(message, value["tools"], arena);
        foreach (var citation in value["search"]["citations"].Items())
        {
            message.Add(
                new PartDraft(PartKind.Citation) { Name = citation["title"].String(), Url = citation["url"].String() }
            );
        }

        AddFiles(message, value, arena);
        message.Extras = record.BeginExtras(value, Message).Add("error"u8, value["error"]).Finish(arena);
        return message;
    }

    private static void AddCalls(MessageDraft message, Json tools, Utf8Arena arena)
    {
        foreach (var call in tools.Items())
        {
            message.Add(
                new PartDraft(PartKind.ToolCall)
                {
                    Name = NameOf(call),
                    CallId = call["id"].Scalar(),
                    Text = InnerJson.Readable(call["arguments"].TextOrRaw(arena), arena),
                }
            );
        }
    }

    private void AddResult(MessageDraft message, Json value, Utf8Arena arena)
    {
        var plugin =
            value["plugin"].IsObject ? value["plugin"]
            : message.ProviderId is { } id ? plugins.GetValueOrDefault(id)
            : default;
        message.Add(
            new PartDraft(PartKind.ToolResult)
            {
                Name = NameOf(plugin),
                CallId = value.Any("tool_call_id", "toolCallId").Scalar() ?? plugin["toolCallId"].Scalar(),
                Text = value["content"].TextOrRaw(arena),
                IsError = value["pluginError"].Exists || plugin["error"].Exists,
            }
        );
    }

    private static string? NameOf(Json plugin)
    {
        var tool = plugin["identifier"].String();
        var call = plugin["apiName"].String();
        return tool is null || call is null ? tool ?? call : tool + "/" + call;
    }

    private void AddFiles(MessageDraft message, Json value, Utf8Arena arena)
    {
        foreach (var file in value["fileList"].Items())
        {
            message.Add(FilePart(file, PartKind.File, arena));
        }

        foreach (var image in value["imageList"].Items())
        {
            message.Add(FilePart(image, PartKind.Image, arena));
        }

        var ids = value["files"].Items().Select(f => f.IsString ? f.String() : f["id"].Scalar()).OfType<string>();
        foreach (var id in ids.Concat(message.ProviderId is { } own ? filesOfMessages.GetValueOrDefault(own, []) : []))
        {
            if (!message.Parts.Exists(p => p.Attachment?.ProviderId == id))
            {
                var row = files.GetValueOrDefault(id);
                var isImage = row["fileType"].String()?.StartsWith("image/", StringComparison.Ordinal) == true;
                message.Add(
                    row.Exists
                        ? FilePart(row, isImage ? PartKind.Image : PartKind.File, arena)
                        : new PartDraft(PartKind.File) { Attachment = new AttachmentDraft { ProviderId = id } }
                );
            }
        }
    }

    private static PartDraft FilePart(Json file, PartKind kind, Utf8Arena arena)
    {
        var part = file["url"].IsString
            ? OpenAiContent.Media(kind, file["url"], arena)
            : new PartDraft(kind) { Attachment = new AttachmentDraft() };
        part.Attachment!.ProviderId = file["id"].Scalar();
        part.Attachment.Name = file.Any("name", "alt").String();
        part.Attachment.MediaType ??= file["fileType"].String();
        part.Attachment.Size = file["size"].Int64();
        part.Attachment.ExtractedText = file["content"].Utf8(arena);
        return part;
    }
}

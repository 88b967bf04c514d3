using Parley.Conversations;

namespace Parley.Import.Formats.Grok;

/// <summary>A response of grok.com as a message: prompts are responses too.</summary>
internal sealed class GrokResponses(RecordContext record, GrokAssets assets)
{
    public void Add(ConversationDraft draft, Json wrapper)
    {
        var response = GrokConversations.Unwrap(wrapper);
        if (!response.IsObject)
        {
            record.Warn("bad-message", "a response is no object and was left out");
            return;
        }

        var sender = response["sender"].String();
        var message = new MessageDraft
        {
            ProviderId = response.Any("_id", "response_id").Scalar(),
            Parent = response["parent_response_id"].Scalar() is { Length: > 0 } parent ? parent : null,
            Role = RoleOf(sender),
            CreatedAt = record.Time(response["create_time"]),
        };
        message.RawRole = IsUsual(sender) ? null : sender;
        if (sender is null)
        {
            record.Warn("unknown-role", "a response does not say who sent it: taken for an answer");
        }

        message.Model = Model(response, sender, message.Role);
        message.Status =
            response["error"].Exists && response["error"].String() is not "" ? MessageStatus.Failed
            : response["partial"].Bool() ? MessageStatus.Stopped
            : MessageStatus.Complete;
        Parts(message, response, draft.Arena);
        var extras = record.BeginExtras(response, GrokFields.Response);
        if (wrapper["response"].IsObject)
        {
            extras.Take(wrapper, GrokFields.Wrapper, record.Entry, record.Index, record.Id);
        }

        message.Extras = extras.Finish(draft.Arena);
        draft.Messages.Add(message);
    }

    private static Role RoleOf(string? sender) =>
        string.Equals(sender, "human", StringComparison.OrdinalIgnoreCase)
        || string.Equals(sender, "user", StringComparison.OrdinalIgnoreCase)
            ? Role.User
            : Role.Assistant;

    private static bool IsUsual(string? sender) =>
        sender is null
        || RoleOf(sender) == Role.User
        || string.Equals(sender, "assistant", StringComparison.OrdinalIgnoreCase);

    /// <summary>What it states, else what was asked for, else the sender, where that is a model's name.</summary>
    private static string? Model(Json response, string? sender, Role role)
    {
        var stated = response["model"].String() is { Length: > 0 } model
            ? model
            : response["metadata"]["requestModelDetails"]["modelId"].String();
        return stated is { Length: > 0 } ? stated
            : role == Role.Assistant && !IsUsual(sender) ? sender
            : null;
    }

    private void Parts(MessageDraft message, Json response, Utf8Arena arena)
    {
        var citations = new GrokCitations(record, assets);
        Thinking(message, response, arena);
        new GrokSteps(record, citations).Add(message, response["steps"], arena);
        Text(message, response["message"], arena);
        citations.Add(message, response["cited_web_search_results"], arena);
        citations.Add(message, response["web_search_results"], arena);
        citations.AddPosts(message, response["xpost_ids"], response["xposts"], arena);
        citations.AddCards(message, response["card_attachments_json"], arena);
        Files(message, response["generated_image_urls"], response, PartKind.Image, arena);
        Files(message, response["image_edit_uri"], response, PartKind.Image, arena);
        Files(message, response["image_edit_uris"], response, PartKind.Image, arena);
        Files(message, response["image_attachments"], response, PartKind.Image, arena);
        Files(message, response["file_attachments"], response, null, arena);
    }

    private void Text(MessageDraft message, Json text, Utf8Arena arena)
    {
        if (!text.IsString)
        {
            if (text.Exists)
            {
                message.Add(record.Unknown("message", text, arena));
            }
        }
        else if (message.Role == Role.User)
        {
            if (text.Utf8(arena) is { IsEmpty: false } prompt)
            {
                message.AddText(prompt);
            }
        }
        else
        {
            GrokTags.AddParts(message, text.Utf8(arena), arena);
        }
    }

    private void Thinking(MessageDraft message, Json response, Utf8Arena arena)
    {
        if (response["thinking_trace"] is { Exists: true } trace && trace.TextOrRaw(arena) is { IsEmpty: false } text)
        {
            var times = record
                .Extras.Begin()
                .Add("thinking_start_time"u8, response["thinking_start_time"])
                .Add("thinking_end_time"u8, response["thinking_end_time"])
                .Finish(arena);
            message.Add(new PartDraft(PartKind.Thinking) { Text = text, Extras = times });
        }

        foreach (var agent in response["agent_thinking_traces"].Items())
        {
            var thought = agent.IsString ? agent : agent["thinking_trace"];
            if (thought.TextOrRaw(arena) is { IsEmpty: false } thinking)
            {
                message.Add(new PartDraft(PartKind.Thinking) { Text = thinking, Name = agent["agent_id"].Scalar() });
            }
            else if (agent.Exists && !thought.Exists)
            {
                message.Add(record.Unknown("agent_thinking_trace", agent, arena));
            }
        }
    }

    /// <summary>References to files: ids, paths, or objects; names stand elsewhere in the response, if anywhere.</summary>
    private void Files(MessageDraft message, Json files, Json response, PartKind? kind, Utf8Arena arena)
    {
        foreach (var file in files.IsArray ? files.Items() : [files])
        {
            var id = file.Scalar() ?? Id(file);
            if (id is not { Length: > 0 })
            {
                if (file.Exists && !file.IsString)
                {
                    message.Add(record.Unknown("attachment", file, arena));
                }

                continue;
            }

            var about = file.IsObject ? file : About(response, id);
            var name = about.Any("file_name", "fileName", "name", "filename").String();
            var type = about.Any("file_mime_type", "fileMimeType", "mime_type", "mimeType").String();
            message.Add(assets.Part(id, name, type, kind) with { Extras = file.IsObject ? file.Raw(arena) : default });
        }
    }

    private static string? Id(Json file) =>
        file.Any("file_metadata_id", "fileMetadataId", "asset_id", "assetId", "id", "_id", "uuid", "url", "uri")
            .Scalar();

    private static Json About(Json response, string id)
    {
        foreach (
            var list in (Json[])
                [
                    response["file_attachments_metadata"],
                    response["metadata"]["file_attachments_metadata"],
                    response["metadata"]["fileAttachmentsMetadata"],
                ]
        )
        {
            foreach (var file in list.Items())
            {
                if (Id(file) == id)
                {
                    return file;
                }
            }
        }

        return default;
    }
}

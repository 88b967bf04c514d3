using Parley.Conversations;

namespace Parley.Import.Formats.OpenWebUi;

/// <summary>
/// The messages of a chat. <c>history.messages</c> is the tree, by id; the list <c>messages</c> is only its active
/// path and counts where there is no tree. Answers of several models are siblings.
/// </summary>
internal sealed class OpenWebUiMessages(RecordContext record, OpenWebUiFiles files)
{
    private static readonly FieldMap Fields = new(
        "Open WebUI message",
        mapped: "id parentId childrenIds role content timestamp model files sources citations output done",
        kept: """
        models modelName modelIdx statusHistory status usage info annotation merged followUps code_executions embeds error userContext
        feedbackId favorite arena selectedModelId originalContent reasoning tool_calls contextSummary metadata meta user originalResponseId
        """,
        dropped: "lastSentence"
    );

    private readonly OpenWebUiContent content = new(record);

    public void Read(Json tree, Json list, ConversationDraft draft)
    {
        foreach (var (id, message) in tree.Members())
        {
            Add(message, id, draft);
        }

        foreach (var message in tree.Items())
        {
            Add(message, null, draft);
        }

        if (draft.Messages.Count == 0)
        {
            ReadList(list, draft);
        }
    }

    /// <summary>Old lists have no ids, or ids without parents: then one message follows the other.</summary>
    private void ReadList(Json list, ConversationDraft draft)
    {
        draft.Linear = true;
        foreach (var message in list.Items())
        {
            Add(message, null, draft);
            draft.Linear &= !message["parentId"].Exists;
        }
    }

    private void Add(Json json, string? key, ConversationDraft draft)
    {
        var id = json["id"].Scalar() is { Length: > 0 } own ? own : key;
        var raw = json["role"].String();
        if (!json.IsObject || (raw is null && !json["content"].Exists))
        {
            // A stub that a lost message left in the tree: its children pass through it.
            if (id is not null)
            {
                draft.EmptyNodes.TryAdd(id, json["parentId"].Scalar());
            }

            return;
        }

        var role = Roles.Find(raw) ?? Other(raw);
        var message = new MessageDraft
        {
            ProviderId = id,
            Parent = json["parentId"].Scalar(),
            Role = role,
            RawRole = Roles.Find(raw) is null ? raw : null,
            CreatedAt = json["timestamp"].Time(),
            Model = json["model"].String(),
        };
        content.Read(json, message, draft.Arena);
        files.Add(json["files"], message, draft.Arena);
        files.AddSources(json["sources"].IsArray ? json["sources"] : json["citations"], message, draft.Arena);
        SetStatus(json, message);
        message.Extras = record.Rest(json, Fields, draft.Arena);
        if (id is not null && json["childrenIds"].Count > 1)
        {
            draft.ChildOrder[id] = [.. json["childrenIds"].Items().Select(c => c.Scalar() ?? "")];
        }

        draft.Messages.Add(message);
    }

    private Role Other(string? raw)
    {
        record.Warn("unknown-role", $"unknown role \"{RecordContext.Short(raw)}\", kept");
        return raw == "developer" ? Role.System : Role.Assistant;
    }

    private static void SetStatus(Json json, MessageDraft message)
    {
        var error = json["error"];
        if (error.Exists && !error.IsFalse)
        {
            (message.Status, message.Finish) = (MessageStatus.Failed, "error");
        }
        else if (message.Role == Role.Assistant && json["done"].IsFalse)
        {
            message.Status = MessageStatus.Interrupted;
        }
    }
}

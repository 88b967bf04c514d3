using Parley.Conversations;

namespace Parley.Import.Formats.OpenWebUi;

/// <summary>A chat of Open WebUI: the record around it, and the <c>chat</c> object with the tree of messages.</summary>
internal sealed class OpenWebUiChat(RecordContext record, OpenWebUiFiles files)
{
    private static readonly FieldMap RecordFields = new(
        "chat record",
        mapped: "id user_id title chat created_at updated_at archived pinned folder_id",
        kept: "share_id meta variables tasks summary current_message_id context_usage",
        dropped: "last_read_at timer_at"
    );

    private static readonly FieldMap ChatFields = new(
        "chat",
        mapped: "id title models history messages tags timestamp",
        kept: "params files system options currentId branchPointMessageId originalChatId"
    );

    private readonly OpenWebUiMessages messages = new(record, files);

    /// <summary>A record with its <c>chat</c>, or a <c>chat</c> object alone.</summary>
    public void ReadRecord(Json json, ConversationDraft draft)
    {
        if (!json.IsObject)
        {
            throw new FormatException($"a {json.Kind} stands where a chat should");
        }

        var isRecord = json["chat"].IsObject;
        var chat = isRecord ? json["chat"] : json;
        record.Id = json["id"].Scalar() is { Length: > 0 } id ? id : null;
        if (isRecord)
        {
            draft.ProviderId = record.Id;
            draft.Account = json["user_id"].Scalar();
            draft.Title = json["title"].String();
            draft.CreatedAt = json["created_at"].Time();
            draft.UpdatedAt = json["updated_at"].Time();
            draft.Archived = json["archived"].Bool();
            draft.Pinned = json["pinned"].Bool();
            draft.ProjectId = json["folder_id"].Scalar();
            AddTags(json["meta"]["tags"], draft);
        }

        Read(chat, json["current_message_id"].String(), draft);
        var extras = isRecord ? record.BeginExtras(json, RecordFields) : record.Extras.Begin();
        draft.Extras = extras.Take(chat, ChatFields, record.Entry, record.Index, record.Id).Finish(draft.Arena);
    }

    /// <summary>The extras of a <c>chat</c> whose record is a row of the database.</summary>
    public ExtrasWriter BeginExtras(Json chat) => record.BeginExtras(chat, ChatFields);

    /// <summary>What the <c>chat</c> object says; the record around it has the last word on what both say.</summary>
    public void Read(Json chat, string? leaf, ConversationDraft draft)
    {
        draft.ProviderId ??= chat["id"].Scalar() is { Length: > 0 } id ? id : null;
        draft.Title = draft.Title is { Length: > 0 } ? draft.Title : chat["title"].String();
        draft.CreatedAt ??= chat["timestamp"].Time();
        foreach (var model in chat["models"].Items())
        {
            draft.Model ??= model.String() is { Length: > 0 } name ? name : null;
        }

        AddTags(chat["tags"], draft);
        var history = chat["history"];
        messages.Read(history["messages"], chat["messages"], draft);
        draft.ActiveLeaf =
            history["currentId"].String() ?? leaf ?? chat.Any("currentId", "branchPointMessageId").String();
        draft.ProviderId ??= KeyByFirst(draft);
    }

    /// <summary>A lone chat may lack its id. Its first message's stays the same however the chat grows.</summary>
    private static string? KeyByFirst(ConversationDraft draft) =>
        draft.Messages.Find(m => m.Parent is null)?.ProviderId is { } first ? $"first:{first}" : null;

    /// <summary>Tags are names, or objects that have one.</summary>
    public static void AddTags(Json tags, ConversationDraft draft)
    {
        foreach (var tag in tags.Items())
        {
            if ((tag.String() ?? tag["name"].String()) is { Length: > 0 } name && !draft.Tags.Contains(name))
            {
                draft.Tags.Add(name);
            }
        }
    }
}

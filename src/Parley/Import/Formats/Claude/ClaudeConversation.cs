using Parley.Conversations;

namespace Parley.Import.Formats.Claude;

/// <summary>
/// One conversation of claude.ai: its own fields, the tree of its messages, where it stands. The account is no part of
/// the key: uuids are unique without it, and the web API's form of a conversation does not state it.
/// </summary>
internal sealed class ClaudeConversation(RecordContext record, ClaudeProjects projects)
{
    private static readonly FieldMap Map = new(
        "conversation",
        mapped: "uuid name title created_at updated_at chat_messages model current_leaf_message_uuid is_starred is_archived project project_uuid",
        kept: "account summary settings is_temporary platform effort personalized_style session_id memory_uuid chat_snapshots parent_conversation_uuid",
        dropped: "user_uuid organization_uuid"
    );

    private readonly ClaudeMessage messages = new(record);

    public void Fill(ConversationDraft draft, Json value)
    {
        draft.Title = value.Any("name", "title").String() is { Length: > 0 } title ? title : null;
        draft.CreatedAt = record.Time(value["created_at"]);
        draft.UpdatedAt = record.Time(value["updated_at"]);
        draft.Model = value["model"].String();
        draft.Starred = value["is_starred"].Bool();
        draft.Archived = value["is_archived"].Bool();
        draft.ProjectId = value["project_uuid"].Scalar() ?? value["project"]["uuid"].Scalar();
        draft.ProjectName = value["project"]["name"].String() ?? projects.NameOf(draft.ProjectId);
        AddMessages(draft, value["chat_messages"]);
        record.Id = draft.ProviderId;
        draft.ProviderId ??= draft.Messages.Find(m => m.ProviderId is not null)?.ProviderId is { } first
            ? "of:" + first
            : null;
        draft.ActiveLeaf = value["current_leaf_message_uuid"].Scalar() ?? (draft.Linear ? null : NewestLeaf(draft));
        draft.Extras = record.Rest(value, Map, draft.Arena);
    }

    private void AddMessages(ConversationDraft draft, Json array)
    {
        var stated = false;
        string? before = null;
        foreach (var value in array.Items())
        {
            if (!value.IsObject)
            {
                record.Ignore("no-message", "an element of chat_messages that is no message");
                continue;
            }

            var message = messages.Read(value, draft.Arena);
            var parent = value["parent_message_uuid"];
            stated |= parent.Exists;
            message.Parent = parent.Exists ? ParentOf(parent.Scalar()) : before;
            before = message.ProviderId ?? before;
            draft.Messages.Add(message);
        }

        draft.Linear = !stated;
    }

    /// <summary>Roots name a parent that never is: all zeros but for the digits of a random uuid.</summary>
    private static string? ParentOf(string? id) =>
        id is null or "" or "00000000-0000-4000-8000-000000000000" or "00000000-0000-0000-0000-000000000000"
            ? null
            : id;

    /// <summary>The archive does not say where a conversation stands: at the leaf of its newest message (imports.md 4.2).</summary>
    private static string? NewestLeaf(ConversationDraft draft)
    {
        MessageDraft? newest = null;
        var children = new Dictionary<string, MessageDraft>(draft.Messages.Count);
        foreach (var message in draft.Messages)
        {
            newest = IsNotOlder(message, newest) ? message : newest;
            if (message.Parent is { } parent && IsNotOlder(message, children.GetValueOrDefault(parent)))
            {
                children[parent] = message;
            }
        }

        // Children of equal or odd times: on to the end of the branch; the count ends a ring.
        for (
            var steps = 0;
            newest?.ProviderId is { } id && children.TryGetValue(id, out var child) && steps < draft.Messages.Count;
            steps++
        )
        {
            newest = child;
        }

        return newest?.ProviderId;
    }

    private static bool IsNotOlder(MessageDraft message, MessageDraft? than) =>
        message.ProviderId is not null && (than is null || (message.CreatedAt ?? 0) >= (than.CreatedAt ?? 0));
}

using Parley.Conversations;

namespace Parley.Import.Formats.DeepSeek;

/// <summary>One conversation and its nodes. No message states its role: the fragments do, else the place in the tree.</summary>
internal sealed class DeepSeekConversation(RecordContext record)
{
    private static readonly FieldMap Conversation = new(
        "conversation",
        mapped: "id title inserted_at updated_at mapping current_node pinned",
        kept: "seq_id agent version character title_type current_message_id"
    );

    private static readonly FieldMap Message = new(
        "message",
        mapped: "id role model inserted_at fragments content reasoning_content files search_results tool_calls",
        kept: "status parent_id message_id accumulated_token_usage thinking_enabled thinking_elapsed_secs search_enabled search_status ban_edit ban_regenerate feedback tips conversation_mode"
    );

    private readonly DeepSeekFragments fragments = new(record);

    public void Fill(ConversationDraft draft, Json value)
    {
        draft.Title = value["title"].String() is { Length: > 0 } title ? title : null;
        draft.CreatedAt = record.Time(value["inserted_at"]);
        draft.UpdatedAt = record.Time(value["updated_at"]);
        draft.Pinned = value["pinned"].Bool();
        draft.ActiveLeaf = value["current_node"].Scalar() ?? value["current_message_id"].Scalar();
        foreach (var (key, node) in value["mapping"].Members())
        {
            AddNode(draft, key, node);
        }

        record.Id = draft.ProviderId;
        RolesByPlace(draft);
        draft.ProviderId ??= draft.Messages.Count > 0 ? "at:" + draft.CreatedAt + ":" + draft.Title : null;
        draft.Model = draft.Messages.FindLast(m => m.Model is not null)?.Model;
        draft.Extras = record.Rest(value, Conversation, draft.Arena);
    }

    private void AddNode(ConversationDraft draft, string key, Json node)
    {
        var parent = node["parent"].Scalar();
        var children = node["children"];
        if (children.Count > 1)
        {
            draft.ChildOrder[key] = [.. children.Items().Select(c => c.Scalar()).OfType<string>()];
        }

        var source = node["message"];
        if (!source.IsObject)
        {
            draft.EmptyNodes[key] = parent;
            return;
        }

        record.Id = key;
        var message = new MessageDraft
        {
            ProviderId = key,
            Parent = parent,
            Role = default,
            Model = source["model"].String() is { Length: > 0 } model ? model : null,
            CreatedAt = record.Time(source["inserted_at"]),
        };
        SetRole(message, source);
        fragments.Fill(message, source, draft.Arena);
        message.Status = source["status"].Is("INCOMPLETE"u8) ? MessageStatus.Interrupted : MessageStatus.Complete;
        message.Extras = record.Rest(source, Message, draft.Arena);
        draft.Messages.Add(message);
    }

    private static void SetRole(MessageDraft message, Json source)
    {
        var stated = source["role"].String();
        message.Role = stated?.ToUpperInvariant() switch
        {
            "USER" => Role.User,
            "ASSISTANT" => Role.Assistant,
            "SYSTEM" => Role.System,
            "TOOL" => Role.Tool,
            null or "" => DeepSeekFragments.RoleOf(source["fragments"]) ?? default,
            _ => Role.Assistant,
        };
        message.RawRole =
            message.Role == Role.Assistant
            && stated is { Length: > 0 }
            && !stated.Equals("ASSISTANT", StringComparison.OrdinalIgnoreCase)
                ? stated
                : null;
    }

    /// <summary>The oldest exports state neither fragments nor role: prompts and answers take turns from the root on.</summary>
    private static void RolesByPlace(ConversationDraft draft)
    {
        var unsettled = draft.Messages.Where(m => m.Role == default).ToList();
        if (unsettled.Count == 0)
        {
            return;
        }

        var byId = new Dictionary<string, MessageDraft>();
        foreach (var message in draft.Messages)
        {
            byId.TryAdd(message.ProviderId!, message);
        }

        foreach (var message in unsettled)
        {
            // Up to the nearest message whose role is known, or the root, and back down.
            var chain = new List<MessageDraft>();
            var at = message;
            while (at is { Role: default(Role) } && chain.Count <= draft.Messages.Count)
            {
                chain.Add(at);
                at = at.Parent is { } parent ? byId.GetValueOrDefault(parent) : null;
            }

            var above = at?.Role ?? Role.Assistant;
            for (var i = chain.Count - 1; i >= 0; i--)
            {
                above = chain[i].Role = above == Role.User ? Role.Assistant : Role.User;
            }
        }
    }
}

using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Parley.Conversations;

namespace Parley.Import.Formats.ChatGpt;

/// <summary>One conversation object to a draft: its fields, and the tree of its <c>mapping</c>.</summary>
internal sealed class ChatGptConversation(ImportContext context, ChatGptCompanions companions, ChatGptAssets assets)
{
    private readonly ExtrasWriter extras = new(context.Report);
    private readonly ChatGptMessage messages = new(context.Report, companions, assets);

    /// <summary>Null where the record is no conversation; that is reported.</summary>
    public ConversationDraft? Draft(Json record, string entry, long index)
    {
        if (!LooksLikeOne(record))
        {
            var what = record.IsObject ? "an object without a conversation's fields" : Describe(record.Kind);
            context.Report.Ignore("not-a-conversation", $"{what} where a conversation should be", entry, index);
            return null;
        }

        var draft = new ConversationDraft
        {
            Provider = "chatgpt",
            ProviderId = record.Any("conversation_id", "id").Scalar(),
            Title = record["title"u8].Scalar() is { Length: > 0 } title ? title : null,
            CreatedAt = record["create_time"u8].Time(),
            UpdatedAt = record["update_time"u8].Time(),
            Archived = record["is_archived"u8].Bool(),
            Starred = record["is_starred"u8].Bool(),
            Pinned = record["pinned_time"u8].Exists || record["is_pinned"u8].Bool(),
            Model = record["default_model_slug"u8].String() is { Length: > 0 } model and not "auto" ? model : null,
            ProjectId = ProjectOf(record),
            ActiveLeaf = record["current_node"u8].Scalar(),
            Entry = entry,
            Index = index,
        };
        try
        {
            messages.Begin();
            ReadNodes(record["mapping"u8], draft);
            Complete(record, draft);
            return draft;
        }
        catch
        {
            draft.Dispose();
            throw;
        }
    }

    private static bool LooksLikeOne(Json record) =>
        record.IsObject
        && (
            record["mapping"u8].Kind != JsonValueKind.Undefined
            || record["conversation_id"u8].Exists
            || (record["id"u8].Exists && record["create_time"u8].Exists)
        );

    private static string Describe(JsonValueKind kind) =>
        kind == JsonValueKind.Null ? "null" : $"a {kind.ToString().ToLowerInvariant()}";

    /// <summary>Projects are gizmos whose id begins with <c>g-p-</c>; other gizmos are custom assistants and no place.</summary>
    private static string? ProjectOf(Json record)
    {
        foreach (
            var id in (ReadOnlySpan<string?>)
                [record["gizmo_id"u8].String(), record["conversation_template_id"u8].String()]
        )
        {
            if (
                id is not null
                && (id.StartsWith("g-p-", StringComparison.Ordinal) || record["gizmo_type"u8].Is("snorlax"u8))
            )
            {
                return id;
            }
        }

        return null;
    }

    private void ReadNodes(Json mapping, ConversationDraft draft)
    {
        if (mapping.IsArray)
        {
            foreach (var node in mapping.Items())
            {
                ReadNode(node["id"u8].Scalar() ?? "", node, draft);
            }
        }
        else if (mapping.IsObject)
        {
            foreach (var member in mapping.RawMembers())
            {
                ReadNode(JsonText.ToString(JsonNames.Raw(member)), new Json(member.Value), draft);
            }

            Adopt(mapping, draft);
        }
        else if (mapping.Exists)
        {
            throw new FormatException($"its mapping is {Describe(mapping.Kind)}");
        }
    }

    private void ReadNode(string id, Json node, ConversationDraft draft)
    {
        var parent = node["parent"u8].Scalar();
        var message = node["message"u8];
        if (messages.Draft(id, node, message, draft) is { } read)
        {
            read.Parent =
                parent
                ?? (
                    node["parent"u8].Kind == JsonValueKind.Undefined
                        ? message["metadata"u8]["parent_id"u8].String()
                        : null
                );
            draft.Messages.Add(read);
        }
        else
        {
            draft.EmptyNodes[id] = parent;
        }

        if (node["children"u8] is { Count: > 1 } children)
        {
            draft.ChildOrder[id] = [.. children.Items().Select(c => c.Scalar() ?? "")];
        }
    }

    /// <summary>Slim copies lack every parent and have children only.</summary>
    private static void Adopt(Json mapping, ConversationDraft draft)
    {
        if (draft.Messages.Exists(m => m.Parent is not null) || draft.EmptyNodes.Values.Any(p => p is not null))
        {
            return;
        }

        var parents = new Dictionary<string, string>();
        foreach (var (id, node) in mapping.Members())
        {
            foreach (var child in node["children"u8].Items())
            {
                parents.TryAdd(child.Scalar() ?? "", id);
            }
        }

        foreach (var message in draft.Messages)
        {
            message.Parent = parents.GetValueOrDefault(message.ProviderId!);
        }

        foreach (var id in draft.EmptyNodes.Keys)
        {
            CollectionsMarshal.GetValueRefOrNullRef(draft.EmptyNodes, id) = parents.GetValueOrDefault(id);
        }
    }

    private void Complete(Json record, ConversationDraft draft)
    {
        draft.ProviderId ??= DerivedId(draft);
        draft.Model ??= draft.Messages.FindLast(m => m is { Role: Role.Assistant, Model: not null })?.Model;
        foreach (var message in draft.Messages)
        {
            if (message.Role == Role.Assistant)
            {
                message.Model ??= draft.Model;
            }
        }

        ChatGptCalls.Pair(draft);
        extras.Begin().Take(record, ChatGptFields.Conversation, draft.Entry, draft.Index, draft.ProviderId);
        if (draft.ProviderId is { } id && companions.Shared(id) is { } shared)
        {
            extras.Add("shared"u8, shared);
        }

        messages.AddRoleless(extras, draft);
        draft.Extras = extras.Finish(draft.Arena);
    }

    /// <summary>
    /// From the ids of the messages (imports.md 3.2): of those without a message above them, so that it stays the same
    /// when the conversation grows.
    /// </summary>
    private static string? DerivedId(ConversationDraft draft)
    {
        if (draft.Messages.Count == 0)
        {
            return null;
        }

        var roots = MessageTree
            .Settle(draft)
            .Where(m => m.Parent < 0)
            .Select(m => m.Draft.ProviderId!)
            .Order(StringComparer.Ordinal);
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', roots)));
        return "derived-" + Convert.ToHexStringLower(hash.AsSpan(0, 16));
    }
}

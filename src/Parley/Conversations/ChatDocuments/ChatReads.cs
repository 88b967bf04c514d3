using System.Buffers;
using System.Text.Json;
using Parley.Identity;
using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Conversations.ChatDocuments;

/// <summary>Conversations as documents. Whose one is must be settled before.</summary>
internal static class ChatReads
{
    private const char MessageCursor = 'm';

    /// <summary>All messages of one document; those of its active path are in it twice.</summary>
    private const int MostBytes = 16 * 1024 * 1024;

    /// <exception cref="ProblemException">413: it is too large for one document.</exception>
    public static ChatView Read(DbSession session, long callerId, ConversationView conversation)
    {
        if (conversation.MessageCount > GivenChat.MostMessages)
        {
            throw TooLarge();
        }

        var head = ChatHead.Load(session, conversation);
        var tree = ChatTree.Load(session, conversation.Key);
        return new ChatView(
            conversation.Id,
            conversation.Shared?.OwnerId ?? UserId.Format(callerId),
            conversation.Title ?? "",
            Document(session, conversation, head, tree),
            Epoch.Seconds(conversation.UpdatedAt) ?? Epoch.Seconds(conversation.CreatedAt) ?? 0,
            Epoch.Seconds(conversation.CreatedAt) ?? 0,
            conversation.Shared is null ? ShareOf(session, conversation.Key) : null,
            conversation.Archived,
            conversation.Pinned,
            new ChatMeta([.. conversation.Tags.Select(TagId)]),
            conversation.Folder?.Id
        )
        {
            Version = conversation.Version,
        };
    }

    /// <summary>One message; null where the conversation has none of that id.</summary>
    public static RawJson? Message(DbSession session, ConversationHead head, ChatTree tree, string id)
    {
        if (tree.Find(id) is not { } place)
        {
            return null;
        }

        using var arena = new Utf8Arena();
        return new RawJson(ChatRow.Get(session, head.Provider, place.Id, arena).Placed(place, tree).ToJson());
    }

    public static Page<RawJson> Messages(
        DbSession session,
        ConversationView conversation,
        MessageOrderOf order,
        PageRequest page
    )
    {
        long bound = 0;
        if (page.Cursor is not null)
        {
            Cursor.Read(page.Cursor, MessageCursor, new Span<long>(ref bound));
        }

        var found = MessageReads.List(
            session,
            conversation.Key,
            order,
            page.Cursor is null ? null : bound,
            page.Limit,
            page.Offset
        );
        var tree = ChatTree.Load(session, conversation.Key);
        var nodes = new List<RawJson>(found.Items.Count);
        foreach (var message in found.Items)
        {
            using var arena = new Utf8Arena();
            var row = ChatRow.Get(session, conversation.Provider, message.Key, arena);
            nodes.Add(new RawJson(row.Placed(tree.Find(message.Key)!, tree).ToJson()));
        }

        return new Page<RawJson>(
            nodes,
            order == MessageOrderOf.Tree ? conversation.MessageCount : conversation.PathCount,
            found.More ? Cursor.Write(MessageCursor, found.Items[^1].Ord) : null
        )
        {
            Number = page.Page,
            PageSize = page.Page is null ? null : page.Limit,
        };
    }

    private static RawJson Document(DbSession session, ConversationView conversation, ChatHead head, ChatTree tree)
    {
        var path = tree.PathTo(head.Leaf);
        var onPath = new Dictionary<long, ReadOnlyMemory<byte>>(path.Count);
        foreach (var place in path)
        {
            onPath[place.Id] = default;
        }

        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer, JsonOut.Options))
        {
            json.WriteStartObject();
            WriteMembers(json, head.ToMembers());
            json.WriteStartObject("history"u8);
            WriteMembers(json, head.History);
            json.WriteStartObject("messages"u8);
            foreach (var row in ChatRow.Walk(session, conversation.Provider, conversation.Key))
            {
                var place = tree.Find(row.Id)!;
                var node = row.Placed(place, tree).ToJson();
                json.WritePropertyName(place.DocumentId);
                json.WriteRawValue(node.Span, skipInputValidation: true);
                if (onPath.ContainsKey(row.Id))
                {
                    onPath[row.Id] = node;
                }

                if (json.BytesCommitted + json.BytesPending > MostBytes)
                {
                    throw TooLarge();
                }
            }

            json.WriteEndObject();
            json.WritePropertyName("currentId"u8);
            json.WriteRawValue((tree.NameOf(head.Leaf) is { } leaf ? ChatJson.Text(leaf) : ChatJson.Null).Span);
            json.WriteEndObject();
            json.WriteStartArray("messages"u8);
            foreach (var place in path)
            {
                json.WriteRawValue(onPath[place.Id].Span, skipInputValidation: true);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return new RawJson(buffer.WrittenMemory);
    }

    private static void WriteMembers(Utf8JsonWriter json, ChatMembers members)
    {
        foreach (var name in members.Names)
        {
            json.WritePropertyName(name);
            json.WriteRawValue(members[name]!.Value.Span, skipInputValidation: true);
        }
    }

    private static string? ShareOf(DbSession session, long conversationId)
    {
        using var row = session.Query("SELECT id FROM shares WHERE conversation_id = ?1 ORDER BY id DESC LIMIT 1");
        return row.Bind(1, conversationId).Step() ? ShareId.Format(row.Int64(0)) : null;
    }

    private static string TagId(string name) => name.ToLowerInvariant().Replace(' ', '_');

    private static ProblemException TooLarge() =>
        new(
            ProblemCodes.TooLarge,
            $"the chat is too large for one document (more than {GivenChat.MostMessages} messages, or 16 MiB of them): page through its messages"
        );
}

using Parley.Kernel;

namespace Parley.Conversations;

/// <summary>What of one conversation of an import was deleted here for good.</summary>
/// <param name="Whole">The conversation itself.</param>
/// <param name="Messages">Single messages of it.</param>
internal sealed record DeletedKeys(bool Whole, IReadOnlySet<MessageKey> Messages);

/// <summary>
/// The memory of permanent deletes: what a person took out stays out when the same export, or a later one, comes again.
/// Written in the transaction that deletes, out of columns that are still there. What was made in Parley is remembered by
/// the id under which its own exports name it.
/// </summary>
internal static class DeletedItems
{
    private static ReadOnlySpan<byte> WholeConversation => [];

    public static void AddConversation(DbTransaction tx, long conversationId, long now)
    {
        using var insert = tx.Query(
            """
            INSERT INTO deleted_items (owner_id, provider, account, source_id, source_key, deleted_at)
            SELECT owner_id, provider, account, coalesce(source_id, ?3), x'', ?2 FROM conversations WHERE id = ?1
            ON CONFLICT DO UPDATE SET deleted_at = excluded.deleted_at, restored_by = NULL
            """
        );
        insert.Bind(1, conversationId).Bind(2, now).Bind(3, ConversationId.Format(conversationId)).Run();
    }

    public static void AddMessage(DbTransaction tx, long conversationId, long messageId, long now)
    {
        using var insert = tx.Query(
            """
            INSERT INTO deleted_items (owner_id, provider, account, source_id, source_key, deleted_at)
            SELECT c.owner_id, c.provider, c.account, coalesce(c.source_id, ?3), coalesce(m.source_key, ?4), ?2
            FROM messages m JOIN conversations c ON c.id = m.conversation_id WHERE m.id = ?1
            ON CONFLICT DO UPDATE SET deleted_at = excluded.deleted_at, restored_by = NULL
            """
        );
        insert.Bind(1, messageId).Bind(2, now).Bind(3, ConversationId.Format(conversationId));
        insert.BindBlob(4, MessageKey.Own(Ids.Format(messageId, IdKind.Message)).Bytes);
        insert.Run();
    }

    /// <summary>What stays out of this conversation; null where nothing does.</summary>
    public static DeletedKeys? Find(DbSession session, long ownerId, ConversationDraft draft)
    {
        if (draft.ProviderId is null)
        {
            return null;
        }

        using var rows = session.Query(
            "SELECT source_key FROM deleted_items WHERE owner_id = ?1 AND provider = ?2 AND account = ?3 AND source_id = ?4 AND restored_by IS NULL"
        );
        Bind(rows, ownerId, draft);
        HashSet<MessageKey>? messages = null;
        var whole = false;
        while (rows.Step())
        {
            messages ??= [];
            if (rows.Blob(0).SequenceEqual(WholeConversation))
            {
                whole = true;
            }
            else
            {
                messages.Add(MessageKey.FromBytes(rows.Blob(0)));
            }
        }

        return messages is null ? null : new DeletedKeys(whole, messages);
    }

    /// <summary>The import was told to bring it back.</summary>
    public static void Restore(DbTransaction tx, long ownerId, ConversationDraft draft, long? importId)
    {
        using var update = tx.Query(
            "UPDATE deleted_items SET restored_by = ?5 WHERE owner_id = ?1 AND provider = ?2 AND account = ?3 AND source_id = ?4 AND restored_by IS NULL"
        );
        Bind(update, ownerId, draft);
        update.Bind(5, importId);
        update.Run();
    }

    /// <summary>The import that brought it back is undone.</summary>
    public static void DeleteAgain(DbTransaction tx, long importId)
    {
        using var update = tx.Query("UPDATE deleted_items SET restored_by = NULL WHERE restored_by = ?1");
        update.Bind(1, importId);
        update.Run();
    }

    private static void Bind(DbStatement statement, long ownerId, ConversationDraft draft)
    {
        statement.Bind(1, ownerId).Bind(2, draft.Provider).Bind(3, draft.Account ?? "").Bind(4, draft.ProviderId);
    }
}

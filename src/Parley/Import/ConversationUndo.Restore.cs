using Parley.Conversations;
using Parley.Kernel;

namespace Parley.Import;

/// <summary>The half that puts rows back as they were before the import changed them.</summary>
internal sealed partial class ConversationUndo
{
    /// <summary>The conversation's own fields as they were; the leaf they named. A later import that changed them too keeps today's, and undoes to ours.</summary>
    private long? RestoreHead(HeadRow head)
    {
        if (TakeBefore(ChangedRow.Conversation, conversationId) is not { } before)
        {
            return null;
        }

        using var update = tx.Query(
            """
            UPDATE conversations SET title = b ->> 'title', updated_at = b ->> 'updated_at', sort_at = b ->> 'sort_at', archived = b ->> 'archived',
                starred = b ->> 'starred', pinned = b ->> 'pinned', model_id = b ->> 'model_id', next_ord = b ->> 'next_ord', version = b ->> 'version'
            FROM (SELECT ?2 AS b) WHERE id = ?1 RETURNING title, archived, ?2 ->> 'active_leaf_id'
            """
        );
        update.Bind(1, conversationId);
        update.Bind(2, before);
        update.Step();
        batch.Titles.Add(new WrittenTitle(conversationId, ownerId, head.Provider, update.Text(0), IsNew: false));
        if (update.Int64(1) != 0 != head.Archived)
        {
            stats.Conversation(head.Provider, head.Archived, head.Deleted, sign: -1);
            stats.Conversation(head.Provider, !head.Archived, head.Deleted);
        }

        return update.Int64OrNull(2);
    }

    private void RestoreMessages(string provider)
    {
        foreach (var id in messages.Keys.Where(k => !removed.Contains(k)).ToList())
        {
            if (TakeBefore(ChangedRow.Message, id) is { } before)
            {
                RestoreMessage(provider, id, before);
            }
        }
    }

    private void RestoreMessage(string provider, long id, string before)
    {
        var now = messages[id];
        MessageStats.Message(provider, now.ModelId, now.Role, now.CreatedAt, now.Words, sign: -1);
        using (
            var update = tx.Query(
                """
                UPDATE messages SET parent_id = b ->> 'parent_id', ord = b ->> 'ord', role = b ->> 'role', status = b ->> 'status', hidden = b ->> 'hidden',
                    created_at = b ->> 'created_at', model_id = b ->> 'model_id', text = b ->> 'text', parts = b ->> 'parts', extras = b ->> 'extras',
                    hash = b ->> 'hash', words = b ->> 'words'
                FROM (SELECT ?2 AS b) WHERE id = ?1 RETURNING role, model_id, created_at, words
                """
            )
        )
        {
            update.Bind(1, id);
            update.Bind(2, before);
            update.Step();
            MessageStats.Message(
                provider,
                update.Int64(1),
                (Role)update.Int64(0),
                update.Int64OrNull(2),
                (int)update.Int64(3)
            );
        }

        RemoveAttachments(id);
        using (
            var files = tx.Query(
                """
                INSERT INTO attachments (id, message_id, conversation_id, name, media_type, size, blob, source_ref)
                SELECT value ->> 'id', ?1, ?2, value ->> 'name', value ->> 'media_type', value ->> 'size',
                    CASE WHEN value ->> 'blob' <> '' THEN unhex(value ->> 'blob') END, value ->> 'source_ref'
                FROM json_each(?3, '$.attachments')
                """
            )
        )
        {
            files.Bind(1, id);
            files.Bind(2, conversationId);
            files.Bind(3, before);
            files.Run();
        }

        using var row = tx.Query($"SELECT {MessageRows.DraftColumns} FROM messages m WHERE m.id = ?1");
        row.Bind(1, id);
        row.Step();
        batch.Replaced.Add(
            new WrittenMessage(id, conversationId, ownerId, provider, MessageRows.ReadDraft(row, arena).Draft)
        );
    }

    /// <summary>Our image of the row, unless a later import changed it after us: then that one's image becomes ours.</summary>
    private string? TakeBefore(ChangedRow kind, long rowId)
    {
        string? before;
        long turn;
        using (
            var take = tx.Query(
                "DELETE FROM import_changes WHERE import_id = ?1 AND row_kind = ?2 AND row_id = ?3 RETURNING before, turn"
            )
        )
        {
            take.Bind(1, importId);
            take.Bind(2, (long)kind);
            take.Bind(3, rowId);
            if (!take.Step())
            {
                return null;
            }

            before = take.Text(0);
            turn = take.Int64(1);
        }

        using var later = tx.Query(
            """
            UPDATE import_changes SET before = ?3 WHERE row_kind = ?1 AND row_id = ?2 AND import_id =
                (SELECT import_id FROM import_changes WHERE row_kind = ?1 AND row_id = ?2 AND (turn, import_id) > (?5, ?4) ORDER BY turn, import_id LIMIT 1)
            RETURNING 1
            """
        );
        later.Bind(1, (long)kind);
        later.Bind(2, rowId);
        later.Bind(3, before);
        later.Bind(4, importId);
        later.Bind(5, turn);
        return later.Step() ? null : before;
    }
}

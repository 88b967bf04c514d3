using Parley.Conversations;
using Parley.Kernel;

namespace Parley.Import;

/// <summary>The half that puts rows back as they were before the import changed them.</summary>
internal sealed partial class ConversationUndo
{
    /// <summary>
    /// The conversation's own fields as they were, each unless it was changed since: by a person, or by a later import,
    /// which then undoes to ours. Gives the leaf to stand at; null where today's is as good.
    /// </summary>
    private long? RestoreHead(HeadRow head)
    {
        if (ImportImages.Take(tx, importId, ChangedRow.Conversation, conversationId) is not { } before)
        {
            return null;
        }

        using var update = tx.Query(
            """
            UPDATE conversations SET
                title = iif(own_title = 0 AND (s IS NULL OR title IS s ->> 'title'), b ->> 'title', title),
                updated_at = iif(s IS NULL OR updated_at IS s ->> 'updated_at', b ->> 'updated_at', updated_at),
                sort_at = iif(s IS NULL OR updated_at IS s ->> 'updated_at', b ->> 'sort_at', sort_at),
                archived = iif(s IS NULL OR archived IS s ->> 'archived', b ->> 'archived', archived),
                starred = iif(s IS NULL OR starred IS s ->> 'starred', b ->> 'starred', starred),
                pinned = iif(s IS NULL OR pinned IS s ->> 'pinned', b ->> 'pinned', pinned),
                model_id = iif(s IS NULL OR model_id IS s ->> 'model_id', b ->> 'model_id', model_id),
                version = version + 1
            FROM (SELECT ?2 AS b, ?2 -> '$.set' AS s) WHERE id = ?1
            RETURNING title, archived, active_leaf_id, ?2 ->> '$.set.active_leaf_id', ?2 ->> 'active_leaf_id'
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

        var (today, set, was) = (update.Int64OrNull(2), update.Int64OrNull(3), update.Int64OrNull(4));
        var isOurs = set is null || today == set || (today is { } id && removed.Contains(id));
        return isOurs && was is { } leaf && messages.ContainsKey(leaf) && !removed.Contains(leaf) ? leaf : null;
    }

    private void RestoreMessages(string provider)
    {
        foreach (var id in messages.Keys.Where(k => !removed.Contains(k)).ToList())
        {
            if (ImportImages.Take(tx, importId, ChangedRow.Message, id) is { } before && !messages[id].Edited)
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
}

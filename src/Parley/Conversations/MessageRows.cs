using Parley.Kernel;

namespace Parley.Conversations;

/// <summary>Writes rows of messages and their attachments; the one place that knows the columns.</summary>
internal static class MessageRows
{
    private const string InsertSql = """
        INSERT INTO messages (id, conversation_id, parent_id, ord, active, role, status, hidden, created_at, model_id, text, parts, extras, source_key, hash, words, import_id)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)
        """;

    private const string ReplaceSql = """
        UPDATE messages SET role = ?2, status = ?3, hidden = ?4, created_at = ?5, model_id = ?6, text = ?7, parts = ?8, extras = ?9, hash = ?10, words = ?11
        WHERE id = ?1
        """;

    public static void Insert(
        DbTransaction tx,
        PreparedMessage message,
        long conversationId,
        long? parentId,
        long ord,
        long modelId,
        bool ownKey,
        long? importId
    )
    {
        var draft = message.Draft;
        using (var insert = tx.Query(InsertSql))
        {
            insert.Bind(1, message.Id);
            insert.Bind(2, conversationId);
            insert.Bind(3, parentId);
            insert.Bind(4, ord);
            insert.Bind(5, message.OnPath ? 1 : 0);
            insert.Bind(6, (long)draft.Role);
            insert.Bind(7, (long)draft.Status);
            insert.Bind(8, draft.Hidden ? 1 : 0);
            insert.Bind(9, draft.CreatedAt);
            insert.Bind(10, modelId);
            BindContent(insert, message, 11, 12, 13);
            if (!ownKey)
            {
                insert.BindBlob(14, message.Key.Bytes);
            }

            insert.Bind(15, message.Hash);
            insert.Bind(16, message.Words);
            insert.Bind(17, importId);
            insert.Run();
        }

        InsertAttachments(tx, message, conversationId);
        if (draft.Own is { } own)
        {
            WriteMarks(tx, message.Id, own);
        }
    }

    private static void WriteMarks(DbTransaction tx, long id, OwnMarks own)
    {
        using var update = tx.Query(
            "UPDATE messages SET favourite = ?2, reactions = ?3, extra_data = ?4, pinned = ?5 WHERE id = ?1"
        );
        update.Bind(1, id).Bind(2, own.Favourite).Bind(5, own.Pinned);
        if (!own.Reactions.IsEmpty)
        {
            update.BindText(3, own.Reactions.Span);
        }

        if (!own.ExtraData.IsEmpty)
        {
            update.BindText(4, own.ExtraData.Span);
        }

        update.Run();
    }

    public static void Replace(DbTransaction tx, PreparedMessage message, long conversationId, long modelId)
    {
        var draft = message.Draft;
        using (var update = tx.Query(ReplaceSql))
        {
            update.Bind(1, message.Id);
            update.Bind(2, (long)draft.Role);
            update.Bind(3, (long)draft.Status);
            update.Bind(4, draft.Hidden ? 1 : 0);
            update.Bind(5, draft.CreatedAt);
            update.Bind(6, modelId);
            BindContent(update, message, 7, 8, 9);
            update.Bind(10, message.Hash);
            update.Bind(11, message.Words);
            update.Run();
        }

        using (var forget = tx.Query("DELETE FROM attachments WHERE conversation_id = ?1 AND message_id = ?2"))
        {
            forget.Bind(1, conversationId);
            forget.Bind(2, message.Id);
            forget.Run();
        }

        InsertAttachments(tx, message, conversationId);
    }

    /// <summary>Columns <see cref="ReadDraft"/> expects, in this order.</summary>
    public const string DraftColumns =
        "m.id, m.conversation_id, m.role, m.status, m.hidden, m.created_at, (SELECT name FROM models WHERE id = m.model_id), m.text, m.parts";

    /// <summary>A row back as a draft; its texts live in the arena.</summary>
    public static (long Id, long ConversationId, MessageDraft Draft) ReadDraft(DbStatement row, Utf8Arena arena)
    {
        var draft = new MessageDraft
        {
            Role = (Role)row.Int64(2),
            Status = (MessageStatus)row.Int64(3),
            Hidden = row.Int64(4) != 0,
            CreatedAt = row.Int64OrNull(5),
            Model = row.Text(6),
        };
        if (row.IsNull(8))
        {
            draft.AddText(arena.Add(row.Utf8(7)));
        }
        else
        {
            PartsCodec.Read(row.Utf8(8).ToArray(), draft, arena);
        }

        return (row.Int64(0), row.Int64(1), draft);
    }

    private static void BindContent(DbStatement statement, PreparedMessage message, int text, int parts, int extras)
    {
        if (message.Parts.IsEmpty)
        {
            statement.BindText(text, message.Draft.Parts[0].Text.Span);
        }
        else
        {
            statement.BindText(parts, message.Parts.Span);
        }

        if (!message.Extras.IsEmpty)
        {
            statement.BindText(extras, message.Extras.Span);
        }
    }

    private static void InsertAttachments(DbTransaction tx, PreparedMessage message, long conversationId)
    {
        var next = 0;
        foreach (var part in message.Draft.Parts)
        {
            if (part.Attachment is not { } draft)
            {
                continue;
            }

            var stored = message.Attachments[next++];
            using var insert = tx.Query(
                "INSERT INTO attachments (id, message_id, conversation_id, name, media_type, size, blob, source_ref) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
            );
            insert.Bind(1, stored.Id);
            insert.Bind(2, message.Id);
            insert.Bind(3, conversationId);
            insert.Bind(4, draft.Name);
            insert.Bind(5, stored.MediaType);
            insert.Bind(6, stored.Size);
            if (stored.Blob is not null)
            {
                insert.BindBlob(7, stored.Blob);
            }

            insert.Bind(8, draft.ProviderId);
            insert.Run();
        }
    }
}

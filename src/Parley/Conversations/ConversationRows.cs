using Parley.Kernel;

namespace Parley.Conversations;

/// <summary>Writes rows of conversations; the one place that knows all their columns.</summary>
internal static class ConversationRows
{
    private const string InsertSql = """
        INSERT INTO conversations (id, owner_id, provider, account, source_id, title, created_at, updated_at, sort_at, stored_at, model_id, space_id,
            folder_id, parent_source_id, archived, pinned, starred, active_leaf_id, message_count, path_count, next_ord, preview, extras, import_id)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24)
        """;

    /// <summary>The conversation that a draft's key names; null where there is none, or the draft has no key.</summary>
    public static long? Find(DbSession session, ConversationDraft draft, long ownerId)
    {
        if (draft.ProviderId is null)
        {
            return null;
        }

        using var find = session.Query(
            "SELECT id FROM conversations WHERE owner_id = ?1 AND provider = ?2 AND account = ?3 AND source_id = ?4"
        );
        find.Bind(1, ownerId);
        find.Bind(2, draft.Provider);
        find.Bind(3, draft.Account ?? "");
        find.Bind(4, draft.ProviderId);
        return find.Step() ? find.Int64(0)
            : draft.Provider == ConversationEdits.OwnProvider ? FindOwn(session, draft.ProviderId, ownerId)
            : null;
    }

    /// <summary>An export of a conversation that was made in this very store names it by its id.</summary>
    private static long? FindOwn(DbSession session, string text, long ownerId)
    {
        if (!Ids.TryParse(text, IdKind.Conversation, out var id))
        {
            return null;
        }

        using var find = session.Query(
            "SELECT id FROM conversations WHERE id = ?1 AND owner_id = ?2 AND provider = ?3 AND source_id IS NULL"
        );
        find.Bind(1, id).Bind(2, ownerId).Bind(3, ConversationEdits.OwnProvider);
        return find.Step() ? id : null;
    }

    public static void Insert(
        DbTransaction tx,
        long id,
        PreparedConversation conversation,
        WriteContext context,
        Names names
    )
    {
        var draft = conversation.Draft;
        using (var insert = tx.Query(InsertSql))
        {
            insert.Bind(1, id);
            insert.Bind(2, context.OwnerId);
            insert.Bind(3, draft.Provider);
            insert.Bind(4, draft.Account ?? "");
            insert.Bind(5, draft.ProviderId);
            insert.Bind(6, draft.Title);
            insert.Bind(7, draft.CreatedAt);
            insert.Bind(8, draft.UpdatedAt);
            insert.Bind(9, draft.UpdatedAt ?? draft.CreatedAt ?? context.NowMicros);
            insert.Bind(10, context.NowMicros);
            insert.Bind(11, names.Model(draft.Model));
            insert.Bind(12, context.SpaceId);
            insert.Bind(
                13,
                draft.ProjectId is null ? null : names.Folder(draft.Provider, draft.ProjectId, draft.ProjectName)
            );
            insert.Bind(14, draft.ParentConversationId);
            insert.Bind(15, draft.Archived ? 1 : 0);
            insert.Bind(16, draft.Pinned ? 1 : 0);
            insert.Bind(17, draft.Starred ? 1 : 0);
            insert.Bind(18, LeafOf(conversation));
            insert.Bind(19, conversation.Messages.Count);
            insert.Bind(20, conversation.Messages.Count(m => m.OnPath));
            insert.Bind(21, conversation.Messages.Count);
            insert.Bind(22, conversation.Preview);
            if (!draft.Extras.IsEmpty)
            {
                insert.BindText(23, draft.Extras.Span);
            }

            insert.Bind(24, context.ImportId);
            insert.Run();
        }

        if (draft.Own is { } own)
        {
            WriteOwn(tx, id, own, context);
        }

        AddToSpace(tx, context.SpaceId, 1);
        foreach (var tag in draft.Tags)
        {
            Tag(tx, id, names.Tag(tag), context.ImportId);
        }
    }

    private static void WriteOwn(DbTransaction tx, long id, OwnFields own, WriteContext context)
    {
        var folder = new LabelWrites(tx, context.OwnerId, context.NowMicros, context.ImportId).FolderNamed(own.Folder);
        using var update = tx.Query(
            "UPDATE conversations SET folder_id = coalesce(?2, folder_id), system_prompt = ?3, extra_data = ?4 WHERE id = ?1"
        );
        update.Bind(1, id).Bind(2, folder).Bind(3, ConversationEdits.NullIfEmpty(own.SystemPrompt));
        if (!own.ExtraData.IsEmpty)
        {
            update.BindText(4, own.ExtraData.Span);
        }

        update.Run();
    }

    /// <summary>Puts a tag on; nothing happens where it is on already.</summary>
    public static void Tag(DbTransaction tx, long conversationId, long tagId, long? importId)
    {
        using var insert = tx.Query(
            "INSERT INTO conversation_tags (tag_id, conversation_id, import_id) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING RETURNING 1"
        );
        insert.Bind(1, tagId);
        insert.Bind(2, conversationId);
        insert.Bind(3, importId);
        if (insert.Step())
        {
            AddToTag(tx, tagId, 1);
        }
    }

    public static void AddToSpace(DbTransaction tx, long spaceId, int count)
    {
        using var update = tx.Query("UPDATE spaces SET conversation_count = conversation_count + ?2 WHERE id = ?1");
        update.Bind(1, spaceId);
        update.Bind(2, count);
        update.Run();
    }

    public static void AddToTag(DbTransaction tx, long tagId, int count)
    {
        using var update = tx.Query("UPDATE tags SET conversation_count = conversation_count + ?2 WHERE id = ?1");
        update.Bind(1, tagId);
        update.Bind(2, count);
        update.Run();
    }

    private static long? LeafOf(PreparedConversation conversation)
    {
        for (var i = conversation.Messages.Count - 1; i >= 0; i--)
        {
            if (conversation.Messages[i].OnPath)
            {
                return conversation.Messages[i].Id;
            }
        }

        return null;
    }
}

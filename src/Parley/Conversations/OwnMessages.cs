using Parley.Identity;
using Parley.Kernel;
using Parley.Kernel.Http;

namespace Parley.Conversations;

/// <summary>Writes messages that a person or a model here makes, with everything that counts and finds them.</summary>
internal sealed class OwnMessages(MessageWriter writer, Quotas quotas, IdSource ids, TimeProvider time)
{
    /// <summary>Puts the message below its parent and makes it the end of the active path. Gives its id.</summary>
    /// <param name="aside">It stands beside another that is active, and the path stays as it is.</param>
    /// <exception cref="Kernel.Problems.ProblemException">Who writes has written as many today as they may.</exception>
    public long Add(
        DbTransaction tx,
        ConversationHead head,
        MessageDraft draft,
        long? parentId,
        Utf8Arena arena,
        RawJson? extraData,
        bool aside = false
    )
    {
        if (draft.Role == Role.User)
        {
            quotas.Charge(tx, head.ActorId, QuotaKind.Messages, 1);
        }

        var now = ApiTime.Micros(time.GetUtcNow());
        draft.CreatedAt ??= now;
        var message = Prepare(tx, head.ActorId, draft, arena);
        message.Id = ids.Next(MessageWriter.Milliseconds(now));
        var model = new Names(tx, head.OwnerId, importId: null, now).Model(draft.Model);
        var grows = parentId == head.Leaf && !aside;
        message.OnPath = grows;
        MessageRows.Insert(tx, message, head.Id, parentId, head.NextOrd, model, ownKey: true, importId: null);
        SetExtraData(tx, message.Id, extraData);
        var stats = new StatsDelta(head.OwnerId);
        stats.Message(head.Provider, model, draft.Role, draft.CreatedAt, message.Words);
        stats.Write(tx);
        Touch(tx, head, now, grows, message);
        if (!grows && !aside)
        {
            ActivePath.Set(tx, head.Id, message.Id);
        }

        var batch = new WriteBatch();
        batch.Added.Add(new WrittenMessage(message.Id, head.Id, head.OwnerId, head.Provider, draft));
        writer.Publish(tx, batch);
        return message.Id;
    }

    /// <summary>Gives a message other content under the same id.</summary>
    public void Replace(DbTransaction tx, ConversationHead head, long id, MessageDraft draft, Utf8Arena arena)
    {
        Rewrite(tx, head, id, draft, arena, edited: true);
        using var mark = tx.Query("UPDATE messages SET edited = 1 WHERE id = ?1");
        mark.Bind(1, id).Run();
    }

    /// <summary>
    /// An answer that came piece by piece has ended: its content, how it ended and its place in the index become what
    /// the draft says, at once.
    /// </summary>
    public void Settle(DbTransaction tx, ConversationHead head, long id, MessageDraft draft, Utf8Arena arena)
    {
        Rewrite(tx, head, id, draft, arena, edited: false);
        if (id == head.Leaf && PreparedConversation.PreviewOf(draft) is { } preview)
        {
            using var update = tx.Query("UPDATE conversations SET preview = ?2 WHERE id = ?1");
            update.Bind(1, head.Id).Bind(2, preview).Run();
        }
    }

    private void Rewrite(
        DbTransaction tx,
        ConversationHead head,
        long id,
        MessageDraft draft,
        Utf8Arena arena,
        bool edited
    )
    {
        var now = ApiTime.Micros(time.GetUtcNow());
        var message = Prepare(tx, head.ActorId, draft, arena);
        message.Id = id;
        var model = new Names(tx, head.OwnerId, importId: null, now).Model(draft.Model);
        var stats = new StatsDelta(head.OwnerId);
        using (var old = tx.Query("SELECT role, model_id, created_at, words, hash, extras FROM messages WHERE id = ?1"))
        {
            old.Bind(1, id).Step();
            stats.Message(head.Provider, old.Int64(1), (Role)old.Int64(0), old.Int64OrNull(2), old.Int32(3), sign: -1);
            if (edited)
            {
                // The hash stays what the source said: the same export again sees no change and leaves the edit alone.
                message.Hash = old.Int64(4);
                message.Extras = arena.Add(old.Utf8(5));
            }
        }

        stats.Message(head.Provider, model, draft.Role, draft.CreatedAt, message.Words);
        stats.Write(tx);
        MessageRows.Replace(tx, message, head.Id, model);
        Touch(tx, head, now);
        var batch = new WriteBatch();
        batch.Replaced.Add(new WrittenMessage(id, head.Id, head.OwnerId, head.Provider, draft));
        writer.Publish(tx, batch);
    }

    public static void SetExtraData(DbTransaction tx, long id, RawJson? extraData)
    {
        if (extraData is null)
        {
            return;
        }

        using var update = tx.Query("UPDATE messages SET extra_data = ?2 WHERE id = ?1");
        ConversationEdits.BindJson(update.Bind(1, id), 2, extraData).Run();
    }

    /// <summary>The conversation has changed now: it goes to the head of lists.</summary>
    public static void Touch(DbTransaction tx, ConversationHead head, long now)
    {
        using var update = tx.Query(
            "UPDATE conversations SET updated_at = ?2, sort_at = ?2, version = version + 1 WHERE id = ?1"
        );
        update.Bind(1, head.Id).Bind(2, now).Run();
    }

    /// <param name="actorId">Whose files the parts may name: nobody brings in what they cannot see.</param>
    private PreparedMessage Prepare(DbTransaction tx, long actorId, MessageDraft draft, Utf8Arena arena)
    {
        var message = new PreparedMessage(new SettledMessage(draft, MessageKey.Derived(default), -1, OnPath: true));
        PreparedConversation.Prepare(
            message,
            arena,
            file => AttachmentRows.Link(tx, actorId, file, ids.Next(MessageWriter.Milliseconds(draft.CreatedAt ?? 0)))
        );
        return message;
    }

    private static void Touch(DbTransaction tx, ConversationHead head, long now, bool grows, PreparedMessage message)
    {
        var shown = message.Draft is { Hidden: false, Role: Role.User or Role.Assistant }
            ? PreparedConversation.PreviewOf(message.Draft)
            : null;
        using var update = tx.Query(
            """
            UPDATE conversations SET updated_at = ?2, sort_at = ?2, version = version + 1, message_count = message_count + 1, next_ord = next_ord + 1,
                path_count = path_count + ?3, active_leaf_id = CASE WHEN ?3 THEN ?4 ELSE active_leaf_id END, preview = coalesce(?5, preview)
            WHERE id = ?1
            """
        );
        update.Bind(1, head.Id).Bind(2, now).Bind(3, grows).Bind(4, message.Id).Bind(5, grows ? shown : null).Run();
    }
}

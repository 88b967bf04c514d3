using Parley.Files;
using Parley.Identity;
using Parley.Kernel;
using Parley.Kernel.Http;

namespace Parley.Conversations;

/// <summary>What every account has here: from its beginning the space that is the home of what names no other; at its end all of it goes, to an heir or for good.</summary>
internal sealed class AccountContents(MessageWriter writer, TimeProvider time) : IAccountWitness
{
    /// <summary>Conversations and messages of one write: a person's write waits no longer than for an import's batch.</summary>
    private const int ConversationsPerWrite = 50;

    /// <inheritdoc cref="ConversationsPerWrite"/>
    private const long MessagesPerWrite = 1_000;

    public void Born(DbTransaction tx, long userId)
    {
        using var insert = tx.Query(
            "INSERT INTO spaces (id, owner_id, name, name_key, created_at) VALUES (?1, ?2, ?3, ?4, ?5)"
        );
        insert.Bind(1, SpaceId.DefaultOf(userId)).Bind(2, userId).Bind(3, SpaceNames.Default);
        insert.Bind(4, Names.Key(SpaceNames.Default)).Bind(5, ApiTime.Micros(time.GetUtcNow())).Run();
    }

    public long Count(DbSession session, long userId)
    {
        using var count = session.Query(
            """
            SELECT (SELECT coalesce(sum(conversations), 0) FROM conversation_stats WHERE owner_id = ?1)
                + EXISTS (SELECT 1 FROM documents WHERE owner_id = ?1) + EXISTS (SELECT 1 FROM files WHERE owner_id = ?1)
            """
        );
        count.Bind(1, userId).Step();
        return count.Int64(0);
    }

    public LeaveStep Leave(DbTransaction tx, RemovedAccount account)
    {
        if (account.Heir is { } heir)
        {
            // Labels first: what follows then lies where its new owner has it.
            new LabelHandover(tx, account, heir, ApiTime.Micros(time.GetUtcNow())).Run();
            FileRows.Give(tx, account.Id, heir);
        }

        var batch = new WriteBatch { Bulk = true };
        using var arena = new Utf8Arena();
        var more = account.Heir is { } to
            ? new ContentHandover(tx, account.Id, to, batch, arena).Run(Next(tx, account.Id))
            : new ContentRemoval(tx, account.Id, batch).Run(Next(tx, account.Id));
        writer.Publish(tx, batch);
        if (more)
        {
            return LeaveStep.More;
        }

        ContentRemoval.Rest(tx, account.Id);
        FileRows.RemoveAll(tx, account.Id);
        if (account.Id == DataFolder.LocalOwner)
        {
            // Commands on this machine go on working as this owner, account or not.
            Born(tx, account.Id);
        }

        return LeaveStep.Done;
    }

    /// <summary>Conversations of the next part, at least one of what is left.</summary>
    private static List<ConversationHead> Next(DbTransaction tx, long ownerId)
    {
        var ids = new List<long>();
        using (
            var rows = tx.Query(
                """
                SELECT id, message_count FROM conversations INDEXED BY conversations_by_time WHERE owner_id = ?1 AND deleted_at IS NULL
                UNION ALL
                SELECT id, message_count FROM conversations INDEXED BY conversations_in_bin WHERE owner_id = ?1 AND deleted_at IS NOT NULL
                LIMIT ?2
                """
            )
        )
        {
            rows.Bind(1, ownerId).Bind(2, ConversationsPerWrite);
            for (long messages = 0; messages < MessagesPerWrite && rows.Step(); messages += rows.Int64(1))
            {
                ids.Add(rows.Int64(0));
            }
        }

        return ids.ConvertAll(id => ConversationHead.Get(tx, ownerId, id));
    }
}

using Parley.Conversations;
using Parley.Identity;
using Parley.Kernel;

namespace Parley.Documents;

/// <summary>The documents of an account that is removed: part by part they go to its heir, or away.</summary>
internal sealed class DocumentAccounts(ChunkIndex index) : IAccountWitness
{
    /// <summary>Chunks of one write.</summary>
    private const int ChunksPerWrite = 2_000;

    private const int DocumentsPerWrite = 100;

    public void Born(DbTransaction tx, long userId) { }

    public long Count(DbSession session, long userId)
    {
        using var count = session.Query("SELECT count(*) FROM library_documents WHERE owner_id = ?1");
        count.Bind(1, userId).Step();
        return count.Int64(0);
    }

    public LeaveStep Leave(DbTransaction tx, RemovedAccount account)
    {
        var some = Next(tx, account.Id);
        var changes = new ChunkChanges();
        foreach (var id in some)
        {
            if (account.Heir is { } heir)
            {
                Give(tx, account.Id, heir, id, changes);
            }
            else
            {
                ChunkIndex.Remove(tx, id, changes);
                VersionRows.RemoveAll(tx, account.Id, id);
            }
        }

        index.Apply(tx, changes);
        return some.Count > 0 ? LeaveStep.More : LeaveStep.Done;
    }

    /// <summary>Documents of the next part, at least one of what is left.</summary>
    private static List<long> Next(DbSession session, long ownerId)
    {
        using var rows = session.Query(
            """
            SELECT d.id, coalesce(c.chunks, 0) FROM library_documents d LEFT JOIN library_versions c ON c.id = d.current_id
            WHERE d.owner_id = ?1 LIMIT ?2
            """
        );
        rows.Bind(1, ownerId).Bind(2, DocumentsPerWrite);
        var some = new List<long>();
        for (long chunks = 0; chunks < ChunksPerWrite && rows.Step(); chunks += rows.Int64(1))
        {
            some.Add(rows.Int64(0));
        }

        return some;
    }

    /// <summary>Spaces go to the heir afterwards, with what lies in them; the default one stays, so its documents change theirs.</summary>
    private static void Give(DbTransaction tx, long from, long to, long id, ChunkChanges changes)
    {
        using (
            var update = tx.Query(
                "UPDATE library_documents SET owner_id = ?2, space_id = CASE space_id WHEN ?3 THEN ?4 ELSE space_id END WHERE id = ?1"
            )
        )
        {
            update.Bind(1, id).Bind(2, to).Bind(3, SpaceId.DefaultOf(from)).Bind(4, SpaceId.DefaultOf(to)).Run();
        }

        ChunkIndex.Give(tx, id, changes);
    }
}

/// <summary>Documents go where the conversations of their space go.</summary>
internal sealed class DocumentSpaces : ISpaceWitness
{
    public void Merged(DbTransaction tx, long ownerId, long spaceId, long into)
    {
        using var move = tx.Query("UPDATE library_documents SET space_id = ?3 WHERE owner_id = ?1 AND space_id = ?2");
        move.Bind(1, ownerId).Bind(2, spaceId).Bind(3, into).Run();
    }
}

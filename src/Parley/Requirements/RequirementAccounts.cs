using Parley.Conversations;
using Parley.Identity;
using Parley.Kernel;

namespace Parley.Requirements;

/// <summary>The requirements documents of an account that is removed: one after the other they go to its heir, or away.</summary>
internal sealed class RequirementAccounts : IAccountWitness
{
    public void Born(DbTransaction tx, long userId) { }

    public long Count(DbSession session, long userId)
    {
        using var count = session.Query("SELECT count(*) FROM prd_documents WHERE owner_id = ?1");
        return count.Bind(1, userId).Step() ? count.Int64(0) : 0;
    }

    public LeaveStep Leave(DbTransaction tx, RemovedAccount account)
    {
        long id;
        using (var next = tx.Query("SELECT id FROM prd_documents WHERE owner_id = ?1 LIMIT 1"))
        {
            if (!next.Bind(1, account.Id).Step())
            {
                return LeaveStep.Done;
            }

            id = next.Int64(0);
        }

        if (account.Heir is { } heir)
        {
            Give(tx, id, account.Id, heir);
        }
        else
        {
            RequirementStore.Remove(tx, id);
        }

        return LeaveStep.More;
    }

    /// <summary>Spaces go to the heir afterwards, with what lies in them; the default one stays, so its documents change theirs.</summary>
    private static void Give(DbTransaction tx, long id, long from, long to)
    {
        using var update = tx.Query(
            """
            UPDATE prd_documents SET owner_id = ?2, space_id = CASE space_id WHEN ?3 THEN ?4 ELSE space_id END,
                name_key = CASE WHEN EXISTS (SELECT 1 FROM prd_documents o WHERE o.owner_id = ?2 AND o.space_id = ?4
                    AND o.name_key = prd_documents.name_key) THEN name_key || char(10) || id ELSE name_key END
            WHERE id = ?1
            """
        );
        update.Bind(1, id).Bind(2, to).Bind(3, SpaceId.DefaultOf(from)).Bind(4, SpaceId.DefaultOf(to)).Run();
    }
}

/// <summary>Requirements documents go where the conversations of their space go.</summary>
internal sealed class RequirementSpaces : ISpaceWitness
{
    public void Merged(DbTransaction tx, long ownerId, long spaceId, long into)
    {
        // Where both spaces have a document of one name, the one that comes keeps it, and is no longer found by it.
        using var move = tx.Query(
            """
            UPDATE prd_documents SET space_id = ?3, name_key = CASE WHEN EXISTS (SELECT 1 FROM prd_documents o
                WHERE o.owner_id = ?1 AND o.space_id = ?3 AND o.name_key = prd_documents.name_key)
                THEN name_key || char(10) || id ELSE name_key END
            WHERE owner_id = ?1 AND space_id = ?2
            """
        );
        move.Bind(1, ownerId).Bind(2, spaceId).Bind(3, into).Run();
    }
}

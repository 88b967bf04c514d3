using Parley.Identity;
using Parley.Kernel;

namespace Parley.Import;

/// <summary>The end of an account's imports: what still runs is stopped, then they go to its heir, who can undo them, or away.</summary>
internal sealed class AccountImports(ImportJobs jobs) : IAccountWitness
{
    public void Born(DbTransaction tx, long userId) { }

    /// <summary>What an import brought is counted where it is kept.</summary>
    public long Count(DbSession session, long userId) => 0;

    public LeaveStep Leave(DbTransaction tx, RemovedAccount account)
    {
        if (!jobs.CancelAll(tx, account.Id))
        {
            return LeaveStep.Later;
        }

        if (account.Heir is { } heir)
        {
            using var give = tx.Query("UPDATE imports SET owner_id = ?2 WHERE owner_id = ?1");
            give.Bind(1, account.Id).Bind(2, heir).Run();
            return LeaveStep.Done;
        }

        long id;
        using (var find = tx.Query("SELECT id FROM imports WHERE owner_id = ?1 LIMIT 1"))
        {
            if (!find.Bind(1, account.Id).Step())
            {
                return LeaveStep.Done;
            }

            id = find.Int64(0);
        }

        ReadOnlySpan<string> statements =
        [
            "DELETE FROM import_changes WHERE import_id = ?1",
            "DELETE FROM import_sightings WHERE import_id = ?1",
            "DELETE FROM imports WHERE id = ?1",
        ];
        foreach (var sql in statements)
        {
            using var delete = tx.Query(sql);
            delete.Bind(1, id).Run();
        }

        return LeaveStep.More;
    }
}

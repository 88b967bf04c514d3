using Parley.Kernel;

namespace Parley.Identity;

/// <summary>Forgets what the audit has kept for 400 days (S46), at start and each day after.</summary>
internal sealed class AuditKeeper(Db db, TimeProvider time, ILogger<AuditKeeper> log)
    : RoundsService(db, time, log, TimeSpan.FromDays(1))
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(400);
    private const int RowsPerWrite = 1000;

    protected override async Task RoundAsync(CancellationToken ct)
    {
        var before = Ids.Floor((Time.GetUtcNow() - KeptFor).ToUnixTimeMilliseconds());
        if (!await Db.ReadAsync(session => AnyBefore(session, before), ct))
        {
            return; // an idle server does not write
        }

        while (await Db.WriteAsync(tx => Forget(tx, before), ct) == RowsPerWrite) { }
    }

    private static bool AnyBefore(DbSession session, long before)
    {
        using var find = session.Query("SELECT 1 FROM audit WHERE id < ?1 LIMIT 1");
        return find.Bind(1, before).Step();
    }

    private static long Forget(DbTransaction tx, long before)
    {
        using var delete = tx.Query("DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE id < ?1 LIMIT ?2)");
        delete.Bind(1, before).Bind(2, (long)RowsPerWrite).Run();
        return tx.Changes;
    }
}

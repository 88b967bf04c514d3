using Parley.Kernel;
using Parley.Kernel.Http;

namespace Parley.Conversations;

/// <summary>Empties the bin of what has lain in it for 30 days, and removes links whose time is over, at start and each hour after.</summary>
internal sealed class BinKeeper(Db db, MessageWriter writer, TimeProvider time, ILogger<BinKeeper> log)
    : RoundsService(db, time, log, TimeSpan.FromHours(1))
{
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(30);

    /// <summary>Few enough that a person's write waits no longer than for one of an import's batches.</summary>
    private const int ConversationsPerWrite = 20;

    /// <summary>Removes what is due, and gives how many conversations that were.</summary>
    public async Task<int> PurgeAsync(CancellationToken ct)
    {
        var before = ApiTime.Micros(Time.GetUtcNow() - KeptFor);
        var removed = 0;
        while (true)
        {
            var due = await Db.ReadAsync(session => Due(session, before), ct);
            if (due.Count == 0)
            {
                return removed;
            }

            removed += await Db.WriteLargeAsync(tx => Remove(tx, due), ct);
        }
    }

    protected override async Task RoundAsync(CancellationToken ct)
    {
        if (await PurgeAsync(ct) is > 0 and var removed)
        {
            ConversationsLog.Purged(log, removed);
        }

        var now = ApiTime.Micros(Time.GetUtcNow());
        if (await Db.ReadAsync(session => ShareLinks.HasEnded(session, now), ct))
        {
            await Db.WriteAsync(tx => ShareLinks.ForgetEnded(tx, now), ct);
        }
    }

    private static List<(long Owner, long Id)> Due(DbSession session, long before)
    {
        var due = new List<(long, long)>();
        using var rows = session.Query(
            """
            SELECT owner_id, id FROM conversations INDEXED BY conversations_in_bin WHERE deleted_at IS NOT NULL AND deleted_at < ?1 LIMIT ?2
            """
        );
        rows.Bind(1, before).Bind(2, ConversationsPerWrite);
        while (rows.Step())
        {
            due.Add((rows.Int64(0), rows.Int64(1)));
        }

        return due;
    }

    private int Remove(DbTransaction tx, List<(long Owner, long Id)> due)
    {
        foreach (var owner in due.GroupBy(d => d.Owner))
        {
            // Restored since it was found: no longer due.
            var heads = owner
                .Select(d => ConversationHead.Find(tx, owner.Key, d.Id))
                .Where(h => h is { InBin: true })
                .Select(h => h!)
                .ToList();
            ConversationRemoval.Run(tx, owner.Key, heads, writer, ApiTime.Micros(Time.GetUtcNow()));
        }

        return due.Count;
    }
}

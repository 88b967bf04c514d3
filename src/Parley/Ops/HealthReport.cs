using Parley.Kernel;
using Parley.Kernel.Http;

namespace Parley.Ops;

/// <summary>How the server is, for people and for what watches it.</summary>
/// <param name="Status"><c>ok</c>; <c>degraded</c>: it serves, and somebody should look; <c>draining</c>: it is about to stop.</param>
/// <param name="Warnings">What to look at, a sentence each.</param>
internal sealed record HealthReport(
    string Status,
    string Version,
    bool SingleUser,
    double UptimeSeconds,
    StoreState Store,
    DiskState Disk,
    IReadOnlyDictionary<string, string> Rooms,
    IReadOnlyList<string> Warnings
)
{
    public const string Ok = "ok";
    public const string Degraded = "degraded";
    public const string Stopping = "draining";
}

internal sealed record StoreState(
    string SqliteVersion,
    bool ReadOnly,
    long LogBytes,
    int QueueLength,
    int Readers,
    double OldestReaderSeconds,
    long Writes,
    long Commits
);

internal sealed record DiskState(long FreeBytes, long TotalBytes, bool Low);

/// <summary>Looks at the server at most once a second, however often it is asked. Thread-safe.</summary>
internal sealed class HealthWatch(
    Db db,
    Draining draining,
    ServerFacts facts,
    IEnumerable<IHealthSource> rooms,
    TimeProvider time
)
{
    private readonly long began = time.GetTimestamp();
    private Snapshot? last;

    private sealed record Snapshot(long At, bool Draining, HealthReport Report);

    public HealthReport Report
    {
        get
        {
            var now = time.GetTimestamp();
            var known = Volatile.Read(ref last);
            if (
                known is null
                || known.Draining != draining.IsActive
                || time.GetElapsedTime(known.At, now) > TimeSpan.FromSeconds(1)
            )
            {
                known = new Snapshot(now, draining.IsActive, Look(now));
                Volatile.Write(ref last, known);
            }

            return known.Report;
        }
    }

    private HealthReport Look(long now)
    {
        var store = db.Health();
        var warnings = store.Warnings().Concat(rooms.Select(r => r.Warning).OfType<string>()).ToList();
        return new HealthReport(
            draining.IsActive ? HealthReport.Stopping
                : warnings.Count > 0 ? HealthReport.Degraded
                : HealthReport.Ok,
            facts.Version,
            facts.SingleUser,
            Math.Round(time.GetElapsedTime(began, now).TotalSeconds, 1),
            new StoreState(
                store.SqliteVersion,
                store.ReadOnlyReason is not null || store.AwaitsRoom,
                store.LogBytes,
                store.QueueLength,
                store.Readers,
                Math.Round(store.OldestReader.TotalSeconds, 3),
                store.Writes,
                store.Commits
            ),
            new DiskState(store.Disk.FreeBytes, store.Disk.TotalBytes, store.Disk.IsLow),
            rooms.ToDictionary(r => r.Name, r => r.State),
            warnings
        );
    }
}

namespace Parley.Kernel;

/// <summary>The store's state at one moment.</summary>
/// <param name="SqliteVersion">Version of the linked library.</param>
/// <param name="Degraded">The library is older than 3.51.3, which can corrupt a WAL store.</param>
/// <param name="LogBytes">Size of the write-ahead log; past 256 MB something keeps it from being folded in.</param>
/// <param name="QueueLength">Writes waiting.</param>
/// <param name="Readers">Reads running.</param>
/// <param name="OldestReader">Age of the longest running read.</param>
/// <param name="Writes">Writes committed since the start.</param>
/// <param name="Commits">Commits that took; fewer than writes where grouping worked.</param>
/// <param name="Disk">Room on the store's disk.</param>
/// <param name="ReadOnlyReason">Why nothing can be written, or null.</param>
/// <param name="AwaitsRoom">Nothing can be written until there is room on the disk.</param>
/// <param name="LastError">The last failure of the writer that was not a caller's mistake, or null.</param>
internal sealed record DbHealth(
    string SqliteVersion,
    bool Degraded,
    long LogBytes,
    int QueueLength,
    int Readers,
    TimeSpan OldestReader,
    long Writes,
    long Commits,
    DiskSpace Disk,
    string? ReadOnlyReason,
    bool AwaitsRoom,
    string? LastError
)
{
    private const long LogBytesAtMost = 256L * 1024 * 1024;

    /// <summary>What a person should look at; empty when all is well.</summary>
    public IEnumerable<string> Warnings()
    {
        if (Degraded)
        {
            yield return $"SQLite {SqliteVersion} is older than 3.51.3 and can damage the store";
        }

        if (ReadOnlyReason is not null)
        {
            yield return $"the store can only be read: {ReadOnlyReason}";
        }

        if (AwaitsRoom)
        {
            yield return "the disk that holds the store is full: it can only be read until there is room";
        }

        if (Disk.IsLow)
        {
            yield return $"only {Disk.FreeBytes / (1024 * 1024)} MB are free on the store's disk";
        }

        if (LogBytes > LogBytesAtMost)
        {
            yield return $"the write-ahead log has {LogBytes / (1024 * 1024)} MB; the oldest reader is {OldestReader.TotalSeconds:0} s old";
        }
    }
}

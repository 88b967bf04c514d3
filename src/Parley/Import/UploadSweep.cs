using Parley.Kernel;

namespace Parley.Import;

/// <summary>
/// Removes uploads that no import waits for: a process that died between spooling and storing the job leaves them. At
/// start and daily; only what nobody has written to for a day.
/// </summary>
internal sealed partial class UploadSweep(Db db, DataFolder folder, TimeProvider time, ILogger<UploadSweep> log)
    : RoundsService(db, time, log, TimeSpan.FromDays(1))
{
    public static readonly TimeSpan KeptFor = TimeSpan.FromHours(24);

    /// <summary>Removes what is due, and gives how many files that were.</summary>
    public async Task<int> SweepAsync(CancellationToken ct)
    {
        var incoming = folder.Sub(ImportUploads.Folder);
        var before = Time.GetUtcNow() - KeptFor;
        if (!Directory.Exists(incoming))
        {
            return 0;
        }

        // Names first, files after: a job stored meanwhile names a file that is younger than a day.
        var awaited = await Db.ReadAsync(Awaited, ct);
        var removed = 0;
        foreach (var path in Directory.EnumerateFiles(incoming))
        {
            if (File.GetLastWriteTimeUtc(path) < before.UtcDateTime && !awaited.Contains(Path.GetFileName(path)))
            {
                File.Delete(path);
                removed++;
            }
        }

        return removed;
    }

    protected override async Task RoundAsync(CancellationToken ct)
    {
        if (await SweepAsync(ct) is > 0 and var removed)
        {
            LogSwept(removed);
        }
    }

    /// <summary>File names only: they are unique, and the folder may have been moved since.</summary>
    private static HashSet<string> Awaited(DbSession session)
    {
        using var rows = session.Query(
            "SELECT path FROM imports WHERE spooled = 1 AND (status IN ('queued', 'running') OR id IN (SELECT subject_id FROM jobs))"
        );
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (rows.Step())
        {
            names.Add(Path.GetFileName(rows.Text(0)!));
        }

        return names;
    }

    [LoggerMessage(501, LogLevel.Information, "removed {count} uploads that no import waits for")]
    private partial void LogSwept(int count);
}

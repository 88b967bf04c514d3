using System.Collections.Concurrent;
using Parley.Conversations;
using Parley.Kernel;

namespace Parley.Import;

/// <summary>Where a running import stands.</summary>
/// <param name="Position">Bytes of the source read, of <paramref name="Size"/> as far as known.</param>
internal sealed record ImportProgress(
    string Status,
    long Position,
    long Size,
    long Conversations,
    long Messages,
    long Warnings,
    double MessagesPerSecond,
    double? EtaSeconds
);

/// <summary>Imports as the doors see them: submit, list, watch, cancel, undo.</summary>
internal sealed class ImportJobs(Db db, ImportStore store, JobQueue queue, IdSource ids, TimeProvider time)
{
    public const string RunKind = "import";
    public const string UndoKind = "import-undo";

    /// <summary>From this size on, in bytes, an import is a long job: some seconds of work.</summary>
    private const long LongFrom = 32L * 1024 * 1024;

    private readonly ConcurrentDictionary<long, ImportWatch> watches = new();

    /// <summary>Stores the job; it runs by itself from here, also after a crash.</summary>
    /// <param name="path">A file or folder on this machine.</param>
    /// <param name="spooled">The file is ours and goes when the import has ended.</param>
    /// <param name="restoreDeleted">Bring back what the person deleted here.</param>
    public async Task<long> SubmitAsync(
        long ownerId,
        string name,
        string path,
        bool spooled,
        long spaceId,
        bool restoreDeleted,
        CancellationToken ct
    )
    {
        var now = time.GetUtcNow();
        var row = new ImportRow(
            ids.Next(now.ToUnixTimeMilliseconds()),
            ownerId,
            ImportStatus.Queued,
            name,
            path,
            spooled,
            Size(path),
            spaceId,
            Micros(now),
            null,
            null,
            0,
            null,
            null,
            restoreDeleted
        );
        await db.WriteAsync(
            tx =>
            {
                store.Add(tx, row);
                queue.Enqueue(tx, RunKind, ownerId, row.Id, row.Size >= LongFrom);
            },
            ct
        );
        return row.Id;
    }

    public Task<ImportRow?> FindAsync(long ownerId, long id, CancellationToken ct) =>
        db.ReadAsync(session => store.Find(session, ownerId, id), ct);

    public Task<List<ImportRow>> ListAsync(long ownerId, long? before, int limit, CancellationToken ct) =>
        db.ReadAsync(session => store.List(session, ownerId, before, limit), ct);

    /// <summary>The live side of an import, for whoever listens and for the run itself.</summary>
    public ImportWatch Watch(long id) => watches.GetOrAdd(id, _ => new ImportWatch());

    /// <summary>The live side where somebody runs or awaits it.</summary>
    public ImportWatch? FindWatch(long id) => watches.GetValueOrDefault(id);

    /// <summary>Nobody runs it any more: the row says the rest.</summary>
    public void Forget(long id)
    {
        if (watches.TryRemove(id, out var watch))
        {
            watch.Complete();
        }
    }

    /// <summary>Stops an import; what it has committed stays until it is undone. False where it has ended already.</summary>
    public async Task<bool> CancelAsync(long ownerId, long id, CancellationToken ct)
    {
        var open = await db.WriteAsync(
            tx =>
            {
                if (store.Find(tx, ownerId, id) is not { Status: ImportStatus.Queued or ImportStatus.Running })
                {
                    return false;
                }

                store.SetStatus(tx, id, ImportStatus.Cancelled, Micros(time.GetUtcNow()));
                return true;
            },
            ct
        );
        if (open)
        {
            Watch(id).Cancel();
        }

        return open;
    }

    /// <summary>Stops all of an owner's imports; false where one of them, or the undoing of one, is still about to end.</summary>
    public bool CancelAll(DbTransaction tx, long ownerId)
    {
        var open = new List<long>();
        using (var rows = tx.Query("SELECT id FROM imports WHERE owner_id = ?1 AND status IN ('queued', 'running')"))
        {
            rows.Bind(1, ownerId);
            while (rows.Step())
            {
                open.Add(rows.Int64(0));
            }
        }

        foreach (var id in open)
        {
            store.SetStatus(tx, id, ImportStatus.Cancelled, Micros(time.GetUtcNow()));
            tx.OnCommitted(() => Watch(id).Cancel());
        }

        return !JobQueue.IsBusy(tx, RunKind, ownerId) && !JobQueue.IsBusy(tx, UndoKind, ownerId);
    }

    /// <summary>Begins to take back what only this import brought; null where there is none such, false where it is being or was undone.</summary>
    public async Task<bool?> UndoAsync(long ownerId, long id, CancellationToken ct)
    {
        await CancelAsync(ownerId, id, ct);
        return await db.WriteAsync<bool?>(
            tx =>
            {
                if (store.Find(tx, ownerId, id) is not { } row)
                {
                    return null;
                }

                if (row.Status is ImportStatus.Undone or ImportStatus.Undoing)
                {
                    return false;
                }

                store.SetStatus(tx, id, ImportStatus.Undoing, Micros(time.GetUtcNow()));
                queue.Enqueue(tx, UndoKind, ownerId, id);
                return true;
            },
            ct
        );
    }

    /// <summary>True when it has ended, or its undoing has; false when the time ran out first.</summary>
    public async Task<bool> WaitAsync(long ownerId, long id, CancellationToken ct)
    {
        try
        {
            while (true)
            {
                var changed = Watch(id).Changed;
                if (await FindAsync(ownerId, id, ct) is not { } row || HasEnded(row))
                {
                    Forget(id);
                    return true;
                }

                await changed.WaitAsync(ct);
            }
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    public bool HasEnded(ImportRow row) =>
        row.Status is not (ImportStatus.Queued or ImportStatus.Running or ImportStatus.Undoing);

    internal static long Micros(DateTimeOffset at) =>
        (at.UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    private static long Size(string path) =>
        Directory.Exists(path)
            ? new DirectoryInfo(path).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length)
            : new FileInfo(path).Length;
}

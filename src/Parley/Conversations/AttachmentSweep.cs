using Parley.Files;
using Parley.Kernel;

namespace Parley.Conversations;

/// <summary>
/// Removes stored bytes that no row names: left by deleted conversations and files, by uploads nobody finished and by imports that died between storing
/// bytes and committing rows. At start and daily; only what is a day old, and never what a running import holds.
/// </summary>
internal sealed class AttachmentSweep(
    Db db,
    BlobStore blobs,
    NamedBlobs named,
    TimeProvider time,
    ILogger<AttachmentSweep> log
) : RoundsService(db, time, log, TimeSpan.FromDays(1))
{
    public static readonly TimeSpan KeptFor = TimeSpan.FromHours(24);

    /// <summary>Each is a look into an index and perhaps a file removed: a few milliseconds of the writer's Time.</summary>
    private const int FilesPerWrite = 100;

    /// <summary>Removes what is due, and gives how many files that were.</summary>
    public async Task<int> SweepAsync(CancellationToken ct)
    {
        var before = Time.GetUtcNow() - KeptFor;
        var removed = blobs.RemoveUnfinished(before);
        foreach (var some in blobs.List().Where(f => f.Written < before).Chunk(FilesPerWrite))
        {
            // Most files are named: only the few others are worth a write.
            var unnamed = await Db.ReadAsync(session => Unnamed(session, some), ct);
            if (unnamed.Count > 0)
            {
                removed += await Db.WriteAsync(tx => unnamed.Count(f => !named.IsNamed(tx, f) && blobs.Delete(f)), ct);
            }
        }

        return removed;
    }

    protected override async Task RoundAsync(CancellationToken ct)
    {
        if (await SweepAsync(ct) is > 0 and var removed)
        {
            ConversationsLog.Swept(log, removed);
        }
    }

    private List<byte[]> Unnamed(DbSession session, StoredFile[] files) =>
        [.. files.Where(f => !named.IsNamed(session, f.Hash)).Select(f => f.Hash)];
}

/// <summary>Bytes that attachments of messages name.</summary>
internal sealed class AttachmentBlobs : IBlobNames
{
    public bool Names(DbSession session, ReadOnlySpan<byte> hash)
    {
        using var find = session.Query("SELECT 1 FROM attachments WHERE blob = ?1 LIMIT 1");
        return find.BindBlob(1, hash).Step();
    }

    public IEnumerable<byte[]> List(DbSession session)
    {
        using var rows = session.Query("SELECT DISTINCT blob FROM attachments WHERE blob IS NOT NULL");
        while (rows.Step())
        {
            yield return rows.Blob(0).ToArray();
        }
    }
}

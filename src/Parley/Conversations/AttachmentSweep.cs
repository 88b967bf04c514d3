using Parley.Files;
using Parley.Kernel;

namespace Parley.Conversations;

/// <summary>
/// Removes attachment bytes that no row names: left by deleted conversations and by imports that died between storing
/// bytes and committing rows. At start and daily; only what is a day old, and never what a running import holds.
/// </summary>
internal sealed class AttachmentSweep(Db db, BlobStore blobs, TimeProvider time, ILogger<AttachmentSweep> log)
    : RoundsService(db, time, log, TimeSpan.FromDays(1))
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
                removed += await Db.WriteAsync(tx => unnamed.Count(f => !IsNamed(tx, f) && blobs.Delete(f)), ct);
            }
        }

        return removed;
    }

    /// <summary>Whether an attachment of anybody's has these bytes.</summary>
    public static bool IsNamed(DbSession session, byte[] hash)
    {
        using var find = session.Query("SELECT 1 FROM attachments WHERE blob = ?1 LIMIT 1");
        find.BindBlob(1, hash);
        return find.Step();
    }

    protected override async Task RoundAsync(CancellationToken ct)
    {
        if (await SweepAsync(ct) is > 0 and var removed)
        {
            ConversationsLog.Swept(log, removed);
        }
    }

    private static List<byte[]> Unnamed(DbSession session, StoredFile[] files) =>
        [.. files.Where(f => !IsNamed(session, f.Hash)).Select(f => f.Hash)];
}

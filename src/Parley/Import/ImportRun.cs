using System.Threading.Channels;
using Parley.Conversations;
using Parley.Files;
using Parley.Identity;
using Parley.Kernel;

namespace Parley.Import;

/// <summary>
/// One run of one import: the reader beside, the writer here. Each batch is one transaction with its rows, its search
/// entries, the report and the cursor; a run that died goes on behind the last committed batch.
/// </summary>
internal sealed class ImportRun(
    Db db,
    MessageWriter writer,
    ImportStore store,
    BlobStore blobs,
    StorageBudgets budgets,
    IdSource ids,
    ImportOptions options,
    TimeProvider time
)
{
    private const int ClashRetries = 12;
    private const int LeapsAtOneTime = 4;

    /// <param name="changed">Called after each commit with the batch and the report so far.</param>
    public async Task<ImportReport> RunAsync(
        ImportRow import,
        ImportSource source,
        Action<ImportBatch, ImportReport>? changed,
        CancellationToken ct
    )
    {
        var started = time.GetTimestamp();
        var report = import.Report ?? new ImportReport();
        var tookBefore = report.TookMs;
        var context = new WriteContext(
            import.OwnerId,
            import.SpaceId,
            0,
            import.Id,
            new ImportJournal(import.Id),
            import.RestoreDeleted
        );
        var channel = Channel.CreateBounded<ImportBatch>(1);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var held = blobs.Hold();
        using var room = budgets.Open(import.OwnerId, ct);
        using var reader = new ImportReader(source, report, options, held, room.Budget, Here, ids, time);

        // An export of this very store names bytes that are here, without bringing them.
        StoredAttachment? Here(AttachmentDraft file) =>
            db.Read(session => AttachmentRows.Link(session, import.OwnerId, file, newId: 0), ct: ct);

        var reading = Task.Run(
            () => reader.ReadAsync(channel.Writer, import.Cursor, stop.Token),
            CancellationToken.None
        );
        try
        {
            await foreach (var batch in channel.Reader.ReadAllAsync(ct))
            {
                using (batch)
                {
                    report.TookMs = tookBefore + (long)time.GetElapsedTime(started).TotalMilliseconds;
                    await WriteAsync(batch, context, import, report, ct);
                    changed?.Invoke(batch, report);
                }
            }
        }
        finally
        {
            await stop.CancelAsync();
            while (channel.Reader.TryRead(out var rest))
            {
                rest.Dispose();
            }

            await reading;
            ArenaBlocks.Shared.Clear();
        }

        ImportCounting.CountSkipped(report, source);
        return report;
    }

    private async Task WriteAsync(
        ImportBatch batch,
        WriteContext context,
        ImportRow import,
        ImportReport report,
        CancellationToken ct
    )
    {
        var conversations = batch.Conversations;
        var now = time.GetUtcNow();
        var later = 0L;
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await db.WriteLargeAsync(
                    tx =>
                    {
                        var outcomes = writer.Write(
                            tx,
                            conversations,
                            batch.Documents,
                            context with
                            {
                                NowMicros = Micros(now),
                                Later = later,
                            }
                        );
                        ImportCounting.Count(batch, outcomes);
                        store.SaveProgress(tx, import.Id, batch.Cursor, report);
                    },
                    ct
                );
                return;
            }
            catch (Sqlite.SqliteException e) when (e.IsConstraintUnique && attempt < ClashRetries)
            {
                // Two ids of one millisecond met (Kernel/Ids.cs): the batch was undone whole, others are drawn, and where
                // that has few left (exports that give one time to everything) from a millisecond nearby.
                ids.Leap();
                later = attempt < LeapsAtOneTime ? 0 : Random.Shared.Next(1, 1 << attempt);
            }
        }
    }

    private static long Micros(DateTimeOffset time) =>
        (time.UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
}

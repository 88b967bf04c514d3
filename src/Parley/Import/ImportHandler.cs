using Parley.Kernel;

namespace Parley.Import;

/// <summary>The durable job that runs an import to its end, from wherever it stands.</summary>
internal sealed partial class ImportHandler(
    Db db,
    ImportStore store,
    ImportJobs jobs,
    ImportRun run,
    ImportOptions options,
    TimeProvider time,
    ILogger<ImportHandler> log
) : IJobHandler
{
    public string Kind => ImportJobs.RunKind;

    /// <summary>Imports may run side by side: each batch is united with what is there in one transaction, and those take turns.</summary>
    public int AtOnce => JobRunner.Lanes;

    public async Task<JobOutcome> RunAsync(Job job, CancellationToken ct)
    {
        var row = await db.WriteAsync(tx => Begin(tx, job), ct);
        if (row is not { Status: ImportStatus.Running })
        {
            return End(row);
        }

        var watch = jobs.Watch(row.Id);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct, watch.Cancelled);
        try
        {
            using var source = ImportSources.Open(row.Path, row.Name, options, dated: !row.Spooled);
            var started = time.GetTimestamp();
            var report = await run.RunAsync(
                row,
                source,
                (batch, now) => watch.Update(Progress(batch, now, time.GetElapsedTime(started)), now),
                stop.Token
            );
            var isKnown = report.Sources.Count > 0;
            await SetAsync(
                row,
                isKnown ? ImportStatus.Done : ImportStatus.Failed,
                isKnown ? null : NothingKnown(source),
                report
            );
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // Cancelled by a person: the row says so already.
        }
        catch (StoreFullException)
        {
            return JobOutcome.Later;
        }
        catch (Exception e)
            when (e is IOException or InvalidDataException or UnauthorizedAccessException or NotSupportedException)
        {
            LogUnreadable(row.Id, e);
            await SetAsync(row, ImportStatus.Failed, e.Message, null);
        }

        return End(row);
    }

    public static string NothingKnown(ImportSource source) =>
        $"nothing here is an export that Parley knows: {ImportSources.Seen(source)}";

    /// <summary>The row, running from here on, unless it was cancelled or undone while it waited.</summary>
    private ImportRow? Begin(DbTransaction tx, Job job)
    {
        store.SetStatus(tx, job.SubjectId, ImportStatus.Running, ImportJobs.Micros(time.GetUtcNow()));
        return store.Find(tx, job.OwnerId, job.SubjectId);
    }

    private JobOutcome End(ImportRow? row)
    {
        if (row is not null)
        {
            if (row.Spooled)
            {
                File.Delete(row.Path);
            }

            jobs.Forget(row.Id);
        }

        return JobOutcome.Done;
    }

    private static ImportProgress Progress(ImportBatch batch, ImportReport report, TimeSpan elapsed)
    {
        var total = report.Total();
        var seconds = Math.Max(0.001, elapsed.TotalSeconds);
        var share = batch.Total > 0 ? Math.Min(1, (double)batch.Position / batch.Total) : 0;
        return new ImportProgress(
            ImportStatus.Running,
            batch.Position,
            batch.Total,
            total.Conversations,
            total.Messages,
            total.Warnings,
            total.Messages / seconds,
            share > 0.01 ? seconds * (1 - share) / share : null
        );
    }

    private Task SetAsync(ImportRow row, string status, string? error, ImportReport? report) =>
        db.WriteAsync(
            tx => store.SetStatus(tx, row.Id, status, ImportJobs.Micros(time.GetUtcNow()), error, report),
            CancellationToken.None
        );

    [LoggerMessage(500, LogLevel.Warning, "import {import} cannot be read")]
    private partial void LogUnreadable(long import, Exception exception);
}

/// <summary>The durable job that takes an import back.</summary>
internal sealed class ImportUndoHandler(ImportUndo undo, ImportJobs jobs) : IJobHandler
{
    public string Kind => ImportJobs.UndoKind;

    public async Task<JobOutcome> RunAsync(Job job, CancellationToken ct)
    {
        try
        {
            await undo.RunAsync(job.OwnerId, job.SubjectId, ct);
            jobs.Forget(job.SubjectId);
            return JobOutcome.Done;
        }
        catch (StoreFullException)
        {
            return JobOutcome.Later;
        }
    }
}

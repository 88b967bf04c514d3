namespace Parley.Kernel;

/// <summary>
/// Runs durable jobs one at a time in the order they came; keeps the lease of the running one; after a restart goes on
/// with what was left. A handler that throws is tried again with growing delays: no job ends the process (R14).
/// </summary>
internal sealed partial class JobRunner(
    JobQueue queue,
    IEnumerable<IJobHandler> handlers,
    Db db,
    TimeProvider time,
    ILogger<JobRunner> log
) : BackgroundService
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LaterDelay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(20);
    private readonly IJobHandler[] handlers = [.. handlers];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (db.ReadOnlyReason is not null)
        {
            return;
        }

        await queue.ReclaimAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (!await RunDueAsync(stoppingToken))
                {
                    await queue.WaitAsync(LookAgain, stoppingToken);
                }
            }
            catch (StoreException e)
            {
                LogStore(e);
                await queue.WaitAsync(LaterDelay, stoppingToken);
            }
        }
    }

    private async Task<bool> RunDueAsync(CancellationToken ct)
    {
        var any = false;
        foreach (var handler in handlers)
        {
            if (await queue.AnyDueAsync(handler.Kind, ct) && await queue.ClaimAsync(handler.Kind, ct) is { } job)
            {
                any = true;
                await RunAsync(handler, job, ct);
            }
        }

        return any;
    }

    private async Task RunAsync(IJobHandler handler, Job job, CancellationToken ct)
    {
        using var renewing = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var renewal = RenewAsync(job, renewing.Token);
        try
        {
            var outcome = await handler.RunAsync(job, ct);
            await (
                outcome == JobOutcome.Done
                    ? queue.FinishAsync(job, CancellationToken.None)
                    : queue.ReleaseAsync(job, LaterDelay, CancellationToken.None)
            );
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            await queue.ReleaseAsync(job, TimeSpan.Zero, CancellationToken.None);
        }
        catch (Exception e)
        {
            LogFailed(job.Kind, job.SubjectId, job.Attempts, e);
            var delay = TimeSpan.FromSeconds(
                Math.Min(LongestDelay.TotalSeconds, Math.Pow(2, Math.Min(job.Attempts, 10)))
            );
            await queue.ReleaseAsync(job, delay, CancellationToken.None);
        }
        finally
        {
            await renewing.CancelAsync();
            await renewal;
        }
    }

    private async Task RenewAsync(Job job, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(JobQueue.Lease / 3, time);
        try
        {
            while (await timer.WaitForNextTickAsync(ct))
            {
                await queue.RenewAsync(job, ct);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The job ended.
        }
        catch (StoreException e)
        {
            // A lease that is not renewed only means that it may be claimed again, and every handler is idempotent.
            LogStore(e);
        }
    }

    [LoggerMessage(1, LogLevel.Error, "job {kind} of {subject} failed at attempt {attempt}")]
    private partial void LogFailed(string kind, long subject, int attempt, Exception exception);

    [LoggerMessage(2, LogLevel.Warning, "the store refused a job's bookkeeping")]
    private partial void LogStore(Exception exception);
}

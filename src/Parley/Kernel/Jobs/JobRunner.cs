namespace Parley.Kernel;

/// <summary>
/// Runs durable jobs, a few side by side, the oldest first; keeps the leases of those that run; after a restart goes on
/// with what was left. Long jobs leave one lane free, so that a short one never waits behind them. A handler that throws
/// is tried again with growing delays: no job ends the process (R14).
/// </summary>
internal sealed partial class JobRunner(
    JobQueue queue,
    IEnumerable<IJobHandler> handlers,
    Db db,
    TimeProvider time,
    ILogger<JobRunner> log
) : BackgroundService
{
    /// <summary>Jobs side by side. More would only wait for the one writer.</summary>
    public const int Lanes = 2;

    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LaterDelay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(20);
    private readonly IJobHandler[] handlers = [.. handlers];

    /// <summary>
    /// What runs in this process, which is the only one (the store's lock): a job whose lease could not be renewed is not
    /// begun a second time beside itself. Guarded by itself.
    /// </summary>
    private readonly Dictionary<long, (DueJob Job, Task Run)> running = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (db.ReadOnlyReason is not null)
        {
            return;
        }

        try
        {
            while (!await ReclaimedAsync(stoppingToken))
            {
                await queue.WaitAsync(LaterDelay, stoppingToken);
            }

            while (!stoppingToken.IsCancellationRequested)
            {
                await StartDueAsync(stoppingToken);
            }
        }
        finally
        {
            await Task.WhenAll(Runs());
        }
    }

    /// <summary>False where the store takes no writes now: a start on a full disk.</summary>
    private async Task<bool> ReclaimedAsync(CancellationToken ct)
    {
        try
        {
            await queue.ReclaimAsync(ct);
            return true;
        }
        catch (StoreException e)
        {
            LogStore(e);
            return false;
        }
    }

    /// <summary>Begins what may run, then waits for news: work added, a job ended, or time passed.</summary>
    private async Task StartDueAsync(CancellationToken ct)
    {
        var wait = LookAgain;
        try
        {
            while (await queue.FindDueAsync(MayRun, ct) is { } due)
            {
                if (await queue.ClaimAsync(due.Id, ct) is { } job)
                {
                    Start(due, job, ct);
                }
            }

            if (await queue.NextDueAsync(ct) is { } next && next < wait)
            {
                wait = next;
            }
        }
        catch (StoreException e)
        {
            LogStore(e);
            wait = LaterDelay;
        }

        await queue.WaitAsync(wait, ct);
    }

    private bool MayRun(DueJob due)
    {
        lock (running)
        {
            var jobs = running.Values.Select(r => r.Job).ToList();
            return jobs.Count < Lanes
                && HandlerOf(due.Kind) is { } handler
                && jobs.Count(j => j.Kind == due.Kind) < handler.AtOnce
                && jobs.TrueForAll(j => j.Id != due.Id && j.SubjectId != due.SubjectId)
                && (!due.IsLong || jobs.FindAll(j => j.IsLong).Count < Lanes - 1);
        }
    }

    private IJobHandler? HandlerOf(string kind) => Array.Find(handlers, h => h.Kind == kind);

    private void Start(DueJob due, Job job, CancellationToken ct)
    {
        lock (running)
        {
            running[job.Id] = (due, Task.Run(() => RunToEndAsync(job, ct), CancellationToken.None));
        }
    }

    private List<Task> Runs()
    {
        lock (running)
        {
            return [.. running.Values.Select(r => r.Run)];
        }
    }

    private async Task RunToEndAsync(Job job, CancellationToken ct)
    {
        try
        {
            await RunAsync(HandlerOf(job.Kind)!, job, ct);
        }
        catch (StoreException e)
        {
            // Its end could not be written: the lease runs out, and the job, being idempotent, runs again.
            LogStore(e);
        }
        finally
        {
            lock (running)
            {
                running.Remove(job.Id);
            }

            queue.Wake();
        }
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
                await RenewOnceAsync(job, ct);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The job ended.
        }
    }

    private async Task RenewOnceAsync(Job job, CancellationToken ct)
    {
        try
        {
            await queue.RenewAsync(job, ct);
        }
        catch (StoreException e)
        {
            // The next tick tries again; meanwhile nobody else claims what this process runs.
            LogStore(e);
        }
    }

    [LoggerMessage(1, LogLevel.Error, "job {kind} of {subject} failed at attempt {attempt}")]
    private partial void LogFailed(string kind, long subject, int attempt, Exception exception);

    [LoggerMessage(2, LogLevel.Warning, "the store refused a job's bookkeeping")]
    private partial void LogStore(Exception exception);
}

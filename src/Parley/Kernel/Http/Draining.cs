namespace Parley.Kernel.Http;

/// <summary>
/// Counts running requests, and after the signal to stop lets them end while new ones are refused (R12). Thread-safe.
/// </summary>
internal sealed class Draining(HttpOptions options, TimeProvider time, ILogger<Draining> log) : IDisposable
{
    private readonly TaskCompletionSource idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource began = new();
    private int running;
    private volatile bool active;

    /// <summary>Ends answers that have no end of their own.</summary>
    public CancellationToken Began => began.Token;

    /// <summary>The server is about to stop: no new work, health says so.</summary>
    public bool IsActive => active;

    public int Running => Volatile.Read(ref running);

    public void Dispose() => began.Dispose();

    public void Enter() => Interlocked.Increment(ref running);

    public void Leave()
    {
        if (Interlocked.Decrement(ref running) == 0 && active)
        {
            idle.TrySetResult();
        }
    }

    /// <summary>Ends when the last running request has, or with the limit.</summary>
    public async Task DrainAsync()
    {
        active = true;
        await began.CancelAsync();
        var count = Running;
        HttpLog.Draining(log, count);
        if (count == 0)
        {
            return;
        }

        using var limit = new CancellationTokenSource(options.DrainLimit, time);
        try
        {
            await idle.Task.WaitAsync(limit.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            HttpLog.DrainCut(log, Running);
        }
    }
}

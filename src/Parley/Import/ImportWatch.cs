namespace Parley.Import;

/// <summary>
/// The live side of one import: its progress, a signal for each change, its cancellation. Listeners see the latest
/// state, not every one: a slow one misses steps, never the end.
/// </summary>
internal sealed class ImportWatch : IDisposable
{
    private readonly CancellationTokenSource cancellation = new();
    private TaskCompletionSource changed = New();

    public ImportProgress? Progress { get; private set; }
    public ImportReport? Report { get; private set; }
    public bool Completed { get; private set; }
    public CancellationToken Cancelled { get; }

    public ImportWatch() => Cancelled = cancellation.Token;

    /// <summary>Ends at the next change after this call.</summary>
    public Task Changed => Volatile.Read(ref changed).Task;

    public void Update(ImportProgress progress, ImportReport report)
    {
        Progress = progress;
        Report = report;
        Signal();
    }

    /// <summary>The run is over; the row says how.</summary>
    public void Complete()
    {
        Dispose();
        Signal();
    }

    public void Cancel()
    {
        lock (cancellation)
        {
            if (!Completed)
            {
                cancellation.Cancel();
            }
        }
    }

    public void Dispose()
    {
        lock (cancellation)
        {
            Completed = true;
            cancellation.Dispose();
        }
    }

    private void Signal() => Interlocked.Exchange(ref changed, New()).TrySetResult();

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

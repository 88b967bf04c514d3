namespace Parley.Kernel;

/// <summary>
/// Gives back what the start needed and nothing after it does: without this, a server that nobody talks to keeps it, for
/// there is no collection before the first megabytes of requests. Costs some 20 ms, once, and a moment after the start:
/// whoever waited for it is answered first.
/// </summary>
internal sealed class StartGarbage(TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Delay(Moment, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!stoppingToken.IsCancellationRequested)
        {
            SpareMemory.GiveBack();
        }
    }
}

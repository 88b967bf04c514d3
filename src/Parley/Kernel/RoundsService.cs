namespace Parley.Kernel;

/// <summary>
/// Upkeep in rounds: one at start, then one each time the interval has passed. A round that fails (a full disk, a store
/// that is busy) is logged, and the next one tries again. A store that can only be read has no upkeep.
/// </summary>
internal abstract partial class RoundsService(Db db, TimeProvider time, ILogger log, TimeSpan every) : BackgroundService
{
    protected Db Db { get; } = db;

    protected TimeProvider Time { get; } = time;

    protected abstract Task RoundAsync(CancellationToken ct);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield(); // a start does not wait for the first round
        if (Db.ReadOnlyReason is not null)
        {
            return;
        }

        try
        {
            await RoundsAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops, or never came up.
        }
    }

    private async Task RoundsAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(every, Time);
        do
        {
            try
            {
                await RoundAsync(stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogFailed(GetType().Name, failure);
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(3, LogLevel.Warning, "a round of {Keeper} failed; the next one tries again")]
    private partial void LogFailed(string keeper, Exception failure);
}

using Parley.Kernel;
using Parley.Search.Segments;

namespace Parley.Search.Sqlite;

/// <summary>
/// The index's background work, one thing at a time: a rebuild that is due (another tokenizer, one cut short), then
/// merging whenever something was written.
/// </summary>
internal sealed class IndexWorker(
    Db db,
    IndexKeeper keeper,
    IndexMerger merger,
    IndexSignal signal,
    TimeProvider time,
    ILogger<IndexWorker> log
) : BackgroundService
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        if (db.ReadOnlyReason is not null)
            return;
        var swept = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (!swept)
                    await merger.SweepAsync(stoppingToken);
                swept = true;
                await keeper.FinishAsync(stoppingToken);
                await MergeAsync(stoppingToken);
                await signal.WaitAsync(stoppingToken);
                await UntilDueAsync(stoppingToken);
            }
            catch (StoreException failure)
            {
                // A full disk or a busy lane: nothing is lost by trying again later.
                SearchLog.WorkPutOff(log, failure.Message);
                await Task.Delay(Quiet * 20, time, stoppingToken);
            }
            catch (SegmentDamagedException damage)
            {
                SearchLog.Damaged(log, damage.Message);
                await keeper.BeginRepairAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>Waits for a pause in the writing, but not so long that searches would feel the segments.</summary>
    private async Task UntilDueAsync(CancellationToken ct)
    {
        do await Task.Delay(signal.TakeRest(Quiet), time, ct);
        while (signal.TryTake() && await db.ReadAsync(IndexMerger.Segments, ct) < Most);
    }

    private int Most => signal.IsAsked ? IndexMerger.AskedSegments : IndexMerger.BusySegments;

    private async Task MergeAsync(CancellationToken ct)
    {
        var began = time.GetTimestamp();
        var steps = 0;
        while (await merger.StepAsync(ct))
            steps++;
        if (steps > 0)
            SearchLog.Merged(log, steps, time.GetElapsedTime(began).TotalMilliseconds);
    }
}

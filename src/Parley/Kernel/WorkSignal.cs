using System.Threading.Channels;

namespace Parley.Kernel;

/// <summary>
/// Tells a background worker that there is something to do, and for how long writing should have rested before it is done.
/// Thread-safe; signals that were not yet seen are one.
/// </summary>
internal abstract class WorkSignal
{
    /// <summary>
    /// What an import writes comes as it is ready, half a second apart or more where the machine is busy: that is no pause.
    /// </summary>
    private static readonly TimeSpan BulkRest = TimeSpan.FromSeconds(3);

    private int isBulk;

    private readonly Channel<bool> there = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );

    public void Set() => there.Writer.TryWrite(true);

    /// <summary>The same, where more is likely to follow.</summary>
    public void SetBulk()
    {
        Volatile.Write(ref isBulk, 1);
        Set();
    }

    /// <summary>Whether there was one since the last wait.</summary>
    public bool TryTake() => there.Reader.TryRead(out _);

    public ValueTask<bool> WaitAsync(CancellationToken ct) => there.Reader.ReadAsync(ct);

    /// <summary>For how long nothing should be written before the work begins; asked anew before each wait.</summary>
    /// <param name="rest">After writes that stand alone.</param>
    public TimeSpan TakeRest(TimeSpan rest) =>
        Interlocked.Exchange(ref isBulk, 0) != 0 && rest < BulkRest ? BulkRest : rest;
}

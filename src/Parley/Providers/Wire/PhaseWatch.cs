namespace Parley.Providers.Wire;

/// <summary>
/// Ends a call whose upstream says nothing for too long. Time counts only while a read waits: a reader that is slow
/// itself does not use up the upstream's time. One timer a call, touched when it fires and not when bytes come.
/// </summary>
internal sealed class PhaseWatch : IDisposable
{
    private readonly TimeProvider time;
    private readonly CancellationTokenSource source;
    private readonly ITimer timer;
    private TimeSpan limit;
    private long since;
    private volatile bool waiting;

    public PhaseWatch(TimeProvider time, TimeSpan limit, CancellationToken ct)
    {
        this.time = time;
        this.limit = limit;
        source = CancellationTokenSource.CreateLinkedTokenSource(ct);
        since = time.GetTimestamp();
        waiting = true;
        timer = time.CreateTimer(
            static state => ((PhaseWatch)state!).Look(),
            this,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
        timer.Change(limit, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Ends with the caller's token or with the limit.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>It was the limit.</summary>
    public bool RanOut { get; private set; }

    /// <summary>What was waited for at most.</summary>
    public TimeSpan Limit => limit;

    public void Begin()
    {
        Volatile.Write(ref since, time.GetTimestamp());
        waiting = true;
    }

    public void End() => waiting = false;

    /// <summary>From now on this is the limit.</summary>
    public void Now(TimeSpan next)
    {
        if (next != limit)
        {
            limit = next;
            Volatile.Write(ref since, time.GetTimestamp());
            timer.Change(next, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        timer.Dispose();
        source.Dispose();
    }

    private void Look()
    {
        var left = waiting ? limit - time.GetElapsedTime(Volatile.Read(ref since)) : limit;
        if (left > TimeSpan.Zero)
        {
            timer.Change(left, Timeout.InfiniteTimeSpan);
            return;
        }

        RanOut = true;
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The call ended while its timer fired.
        }
    }
}

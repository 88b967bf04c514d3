using System.Threading.Channels;

namespace Parley.Search.Sqlite;

/// <summary>
/// Tells the worker that the index has grown, and whether anybody searches. Thread-safe; signals that were not yet seen
/// are one.
/// </summary>
internal sealed class IndexSignal(TimeProvider time)
{
    /// <summary>Who searched so lately is likely to go on.</summary>
    private static readonly TimeSpan Lately = TimeSpan.FromSeconds(10);

    /// <summary>A timestamp; 0 where nobody has.</summary>
    private long _asked;
    private readonly Channel<bool> _grown = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );

    /// <summary>Somebody searches now.</summary>
    public void Ask() => Volatile.Write(ref _asked, time.GetTimestamp());

    /// <summary>Whether somebody searched lately: then segments are joined at once, before searches feel them.</summary>
    public bool IsAsked => Volatile.Read(ref _asked) is not 0 and var at && time.GetElapsedTime(at) < Lately;

    public void Set() => _grown.Writer.TryWrite(true);

    /// <summary>Whether it has grown since the last wait.</summary>
    public bool TryTake() => _grown.Reader.TryRead(out _);

    public ValueTask<bool> WaitAsync(CancellationToken ct) => _grown.Reader.ReadAsync(ct);
}

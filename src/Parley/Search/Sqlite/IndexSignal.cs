using System.Threading.Channels;

namespace Parley.Search.Sqlite;

/// <summary>Tells the worker that the index has grown. Thread-safe; signals that were not yet seen are one.</summary>
internal sealed class IndexSignal
{
    private readonly Channel<bool> _grown = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );

    public void Set() => _grown.Writer.TryWrite(true);

    /// <summary>Whether it has grown since the last wait.</summary>
    public bool TryTake() => _grown.Reader.TryRead(out _);

    public ValueTask<bool> WaitAsync(CancellationToken ct) => _grown.Reader.ReadAsync(ct);
}

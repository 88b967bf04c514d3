using System.Threading.Channels;

namespace Parley.Vectors;

/// <summary>Tells the worker that groups were marked. Thread-safe; signals that were not yet seen are one.</summary>
internal sealed class VectorSignal
{
    private readonly Channel<bool> marked = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );

    public void Set() => marked.Writer.TryWrite(true);

    /// <summary>Whether there was one since the last wait.</summary>
    public bool TryTake() => marked.Reader.TryRead(out _);

    public ValueTask<bool> WaitAsync(CancellationToken ct) => marked.Reader.ReadAsync(ct);
}

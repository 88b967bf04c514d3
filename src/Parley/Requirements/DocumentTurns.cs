namespace Parley.Requirements;

/// <summary>Those who change one document at once take turns, so that nobody's work has to be done again. Thread-safe.</summary>
internal sealed class DocumentTurns
{
    /// <summary>Documents share them; a power of two.</summary>
    private const int Lanes = 32;

    private readonly SemaphoreSlim[] lanes = [.. Enumerable.Range(0, Lanes).Select(static _ => new SemaphoreSlim(1))];

    /// <summary>Waits for its turn, which ends when it is disposed.</summary>
    public async Task<IDisposable> TakeAsync(long documentId, CancellationToken ct)
    {
        var lane = lanes[(int)((documentId >> 1) & (Lanes - 1))];
        await lane.WaitAsync(ct);
        return new Turn(lane);
    }

    private sealed class Turn(SemaphoreSlim lane) : IDisposable
    {
        public void Dispose() => lane.Release();
    }
}

using System.Diagnostics;
using Parley.Search.Segments;

namespace Parley.Search.Matching;

/// <summary>
/// What a search may still do. Work is counted in blocks of postings, so that the same query costs the same on every
/// machine; time and cancellation are looked at between windows. Thread-safe.
/// </summary>
internal sealed class SearchWork(long blocks, TimeSpan limit, CancellationToken ct)
{
    private readonly long _began = Stopwatch.GetTimestamp();
    private long _left = blocks;

    /// <summary>Whether it ended before all was looked at.</summary>
    public bool Cut { get; private set; }

    /// <summary>Whether the clock ended it.</summary>
    public bool TimedOut { get; private set; }

    public void Spend(int blocksRead) => Interlocked.Add(ref _left, -blocksRead);

    /// <summary>Whether to go on.</summary>
    /// <exception cref="OperationCanceledException">Nobody waits for the answer.</exception>
    public bool GoesOn()
    {
        ct.ThrowIfCancellationRequested();
        TimedOut |= Stopwatch.GetElapsedTime(_began) > limit;
        Cut |= TimedOut || Interlocked.Read(ref _left) <= 0;
        return !Cut;
    }
}

using System.Runtime.InteropServices;
using Parley.Search.Segments;

namespace Parley.Search.Matching;

/// <summary>
/// Finds the best documents of all segments of a view. Every window of every segment is given an upper bound first,
/// which costs nothing but the entries in front of the postings; then windows are evaluated best bound first, until no
/// bound left reaches what was found. The answer is that of scoring everything. Not thread-safe.
/// </summary>
internal sealed class Matcher
{
    private readonly SearchWork _work;

    public Matcher(MatchQuery query, IndexView view, SearchWork work)
    {
        (_work, Query) = (work, query);
        Segments =
        [
            .. Enumerable.Range(0, view.Segments.Count).Select(index => new SegmentMatcher(query, view, index, work)),
        ];
    }

    public MatchQuery Query { get; }

    public IReadOnlyList<SegmentMatcher> Segments { get; }

    /// <summary>The newest or oldest.</summary>
    /// <param name="accepts">A last look at a document that would be among them: its segment, number and id.</param>
    public List<FoundDocument> ByTime(int count, bool newestFirst, Func<int, int, long, bool>? accepts)
    {
        var windows = new List<(double Bound, int Segment, int Window)>();
        for (var index = 0; index < Segments.Count; index++)
        {
            foreach (var (window, _) in Segments[index].Windows())
            {
                var (first, last) = Segments[index].Reader.WindowIds(window);
                windows.Add((newestFirst ? last : -first, index, window));
            }
        }

        var top = new TopDocuments(count);
        Walk(
            windows,
            top,
            (segment, window) => Segments[segment].AddByTime(window, top, newestFirst, Bind(accepts, segment))
        );
        return top.Sorted();
    }

    /// <summary>The best by score.</summary>
    /// <inheritdoc cref="ByTime"/>
    public List<FoundDocument> ByScore(int count, Recency recency, Func<int, int, long, bool>? accepts)
    {
        var windows = new List<(double Bound, int Segment, int Window)>();
        for (var index = 0; index < Segments.Count; index++)
        {
            foreach (var (window, bound) in Segments[index].Windows())
                windows.Add((bound * recency.Factor(Segments[index].Reader.WindowIds(window).Last), index, window));
        }

        var top = new TopDocuments(count);
        Walk(
            windows,
            top,
            (segment, window) => Segments[segment].AddByScore(window, top, recency, Bind(accepts, segment))
        );
        return top.Sorted();
    }

    private void Walk(List<(double Bound, int Segment, int Window)> windows, TopDocuments top, Action<int, int> visit)
    {
        // Mostly a few of thousands are looked at: a heap orders only those.
        var heap = CollectionsMarshal.AsSpan(windows);
        for (var at = (heap.Length / 2) - 1; at >= 0; at--)
            SiftDown(heap, at);
        for (var visited = 0; !heap.IsEmpty; visited++)
        {
            // The first one is looked at in any case: an answer that was cut is better than none.
            var (bound, segment, window) = heap[0];
            if (bound < top.Threshold || (visited > 0 && !_work.GoesOn()))
                return;
            visit(segment, window);
            heap[0] = heap[^1];
            heap = heap[..^1];
            SiftDown(heap, 0);
        }
    }

    private static void SiftDown(Span<(double Bound, int Segment, int Window)> heap, int at)
    {
        while (true)
        {
            var best = at;
            for (var child = (2 * at) + 1; child <= (2 * at) + 2 && child < heap.Length; child++)
            {
                if (heap[child].Bound > heap[best].Bound)
                    best = child;
            }

            if (best == at)
                return;
            (heap[at], heap[best]) = (heap[best], heap[at]);
            at = best;
        }
    }

    private static Func<int, long, bool>? Bind(Func<int, int, long, bool>? accepts, int segment) =>
        accepts is null ? null : (number, id) => accepts(segment, number, id);
}

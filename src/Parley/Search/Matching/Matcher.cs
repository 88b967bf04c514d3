using System.Runtime.InteropServices;
using Parley.Search.Segments;

namespace Parley.Search.Matching;

/// <summary>
/// Finds the best documents of all segments of a view. A segment has an upper bound, which costs nothing; where it may
/// matter, each of its windows is given one, which costs the entries in front of the postings. Windows are evaluated best
/// bound first, until no bound left reaches what was found. The answer is that of scoring everything. Not thread-safe.
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
        var top = new TopDocuments(count);
        Walk(
            segment =>
            {
                var header = Segments[segment].Reader.Header;
                return newestFirst ? header.LastId : -header.FirstId;
            },
            (segment, window, to) =>
            {
                // One window leads to the next: mostly the first holds enough.
                var (first, last) = Segments[segment].Range;
                var next =
                    window < 0 ? (newestFirst ? last : first)
                    : newestFirst ? window - 1
                    : window + 1;
                if (next >= first && next <= last)
                {
                    var ids = Segments[segment].Reader.WindowIds(next);
                    to.Add((newestFirst ? ids.Last : -ids.First, segment, next));
                }
            },
            top,
            (segment, window) => Segments[segment].AddByTime(window, top, newestFirst, Bind(accepts, segment))
        );
        return top.Sorted();
    }

    /// <summary>The best by score.</summary>
    /// <inheritdoc cref="ByTime"/>
    public List<FoundDocument> ByScore(int count, Recency recency, Func<int, int, long, bool>? accepts)
    {
        var top = new TopDocuments(count);
        Walk(
            segment => Segments[segment].Highest * recency.Factor(Segments[segment].Reader.Header.LastId),
            (segment, window, to) =>
            {
                if (window >= 0)
                    return;
                foreach (var (each, bound) in Segments[segment].Windows())
                    to.Add((bound * recency.Factor(Segments[segment].Reader.WindowIds(each).Last), segment, each));
            },
            top,
            (segment, window) => Segments[segment].AddByScore(window, top, recency, Bind(accepts, segment))
        );
        return top.Sorted();
    }

    /// <param name="highest">The bound of a segment.</param>
    /// <param name="follow">Adds the windows that come to be known with this one of a segment; -1 is the segment itself.</param>
    private void Walk(
        Func<int, double> highest,
        Action<int, int, List<(double Bound, int Segment, int Window)>> follow,
        TopDocuments top,
        Action<int, int> visit
    )
    {
        var heap = new List<(double Bound, int Segment, int Window)>();
        for (var segment = 0; segment < Segments.Count; segment++)
        {
            if (!Segments[segment].IsImpossible)
                heap.Add((highest(segment), segment, -1));
        }

        Order(heap);
        for (var visited = 0; heap.Count > 0; )
        {
            // The first one is looked at in any case: an answer that was cut is better than none.
            var (bound, segment, window) = heap[0];
            if (bound < top.Threshold || (visited > 0 && !_work.GoesOn()))
                return;
            if (window >= 0)
            {
                visit(segment, window);
                visited++;
            }

            heap[0] = heap[^1];
            heap.RemoveAt(heap.Count - 1);
            SiftDown(CollectionsMarshal.AsSpan(heap), 0);
            var known = heap.Count;
            follow(segment, window, heap);
            if (heap.Count > known)
                Order(heap);
        }
    }

    /// <summary>Mostly a few of thousands of windows are looked at: a heap orders only those.</summary>
    private static void Order(List<(double Bound, int Segment, int Window)> windows)
    {
        var heap = CollectionsMarshal.AsSpan(windows);
        for (var at = (heap.Length / 2) - 1; at >= 0; at--)
            SiftDown(heap, at);
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

using System.Runtime.InteropServices;

namespace Parley.Search.Matching;

/// <summary>A window of a segment of a view, or with a window below 0 the segment as a whole.</summary>
/// <param name="Bound">At most so high is the key of a document in it.</param>
internal readonly record struct WalkedWindow(double Bound, int Segment, int Window);

/// <summary>
/// What of a view is still to be looked at, best bound first, until no bound left reaches what was found. Several matchers
/// over the same segments may run it side by side. Thread-safe.
/// </summary>
internal sealed class WindowWalk(TopDocuments top, SearchWork work)
{
    /// <summary>Mostly a few of thousands of windows are looked at: a heap orders only those.</summary>
    private readonly List<WalkedWindow> _heap = [];
    private readonly object _gate = new();
    private int _runs;

    /// <summary>Segments whose windows will come to be known in a moment.</summary>
    private int _opening;
    private bool _visited;
    private bool _over;

    /// <summary>Before the first run.</summary>
    public void Add(WalkedWindow window) => _heap.Add(window);

    /// <summary>Looks at windows until there is no more for it to do.</summary>
    /// <param name="visit">Looks at a window.</param>
    /// <param name="follow">Adds the windows that come to be known with this one.</param>
    public void Run(Action<int, int> visit, Action<int, int, List<WalkedWindow>> follow)
    {
        if (!Enter())
            return;
        var known = new List<WalkedWindow>();
        WalkedWindow? at = null;
        try
        {
            while ((at = Next(at, known)) is { } next)
            {
                known.Clear();
                if (next.Window >= 0)
                    visit(next.Segment, next.Window);
                follow(next.Segment, next.Window, known);
            }
        }
        finally
        {
            Leave(at);
        }
    }

    /// <summary>Waits for those that still run; nobody can begin after it.</summary>
    public void End()
    {
        lock (_gate)
        {
            _over = true;
            while (_runs > 0)
                Monitor.Wait(_gate);
        }
    }

    private bool Enter()
    {
        lock (_gate)
        {
            if (_over)
                return false;
            if (_runs++ == 0)
                Order();
            return true;
        }
    }

    /// <param name="failed">What was being looked at when it threw.</param>
    private void Leave(WalkedWindow? failed)
    {
        lock (_gate)
        {
            _runs--;
            if (failed is { Window: < 0 })
                _opening--;
            Monitor.PulseAll(_gate);
        }
    }

    private WalkedWindow? Next(WalkedWindow? done, List<WalkedWindow> known)
    {
        lock (_gate)
        {
            if (done is { Window: < 0 })
            {
                _opening--;
                Monitor.PulseAll(_gate);
            }

            if (known.Count > 0)
            {
                _heap.AddRange(known);
                Order();
            }

            while (_heap.Count == 0 || _heap[0].Bound < top.Threshold)
            {
                if (_opening == 0)
                    return null;
                Monitor.Wait(_gate);
            }

            // The first one is looked at in any case: an answer that was cut is better than none.
            if (_visited && !work.GoesOn())
                return null;
            var next = _heap[0];
            _heap[0] = _heap[^1];
            _heap.RemoveAt(_heap.Count - 1);
            SiftDown(CollectionsMarshal.AsSpan(_heap), 0);
            if (next.Window < 0)
                _opening++;
            else
                _visited = true;
            return next;
        }
    }

    private void Order()
    {
        var heap = CollectionsMarshal.AsSpan(_heap);
        for (var at = (heap.Length / 2) - 1; at >= 0; at--)
            SiftDown(heap, at);
    }

    private static void SiftDown(Span<WalkedWindow> heap, int at)
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
}

namespace Parley.Search.Matching;

/// <summary>
/// Finds the best documents of all segments of a view. A segment has an upper bound, which costs nothing; where it may
/// matter, each of its windows is given one, which costs the entries in front of the postings. Windows are evaluated best
/// bound first, until no bound left reaches what was found. The answer is that of scoring everything. Not thread-safe.
/// </summary>
internal sealed class Matcher
{
    private readonly SearchWork _work;

    /// <param name="twin">A matcher of the same query over the same segments, on another thread: they share what they learn of bounds.</param>
    public Matcher(MatchQuery query, IndexView view, SearchWork work, Matcher? twin = null)
    {
        (_work, Query) = (work, query);
        Segments =
        [
            .. Enumerable
                .Range(0, view.Segments.Count)
                .Select(index => new SegmentMatcher(query, view, index, work, twin?.Segments[index])),
        ];
    }

    public MatchQuery Query { get; }

    public IReadOnlyList<SegmentMatcher> Segments { get; }

    /// <summary>Postings that evaluating everything would unpack.</summary>
    public long Postings => Segments.Sum(segment => segment.Postings);

    /// <summary>The newest or oldest.</summary>
    /// <param name="accepts">A last look at a document that would be among them: its segment, number and id.</param>
    public List<FoundDocument> ByTime(int count, bool newestFirst, Func<int, int, long, bool>? accepts)
    {
        var top = new TopDocuments(count);
        var walk = Walk(
            top,
            segment =>
            {
                var header = Segments[segment].Reader.Header;
                return newestFirst ? header.LastId : -header.FirstId;
            }
        );
        walk.Run(
            (segment, window) => Segments[segment].AddByTime(window, top, newestFirst, Bind(accepts, segment)),
            (segment, window, to) =>
            {
                // One window leads to the next: mostly the first holds enough.
                var (first, last) = Segments[segment].Range;
                var next = Segments[segment]
                    .Next(
                        window < 0 ? (newestFirst ? last : first)
                            : newestFirst ? window - 1
                            : window + 1,
                        newestFirst
                    );
                if (next >= 0)
                {
                    var ids = Segments[segment].Reader.WindowIds(next);
                    to.Add(new WalkedWindow(newestFirst ? ids.Last : -ids.First, segment, next));
                }
            }
        );
        return top.Sorted();
    }

    /// <summary>The best by score.</summary>
    /// <param name="share">Is given what a twin may run meanwhile, on a thread of its own.</param>
    /// <inheritdoc cref="ByTime"/>
    public List<FoundDocument> ByScore(
        int count,
        Recency recency,
        Func<int, int, long, bool>? accepts,
        Action<Action<Matcher>>? share = null
    )
    {
        var top = new TopDocuments(count);
        var walk = Walk(
            top,
            segment => Segments[segment].Highest * recency.Factor(Segments[segment].Reader.Header.LastId)
        );
        share?.Invoke(Run);
        Run(this);
        walk.End();
        return top.Sorted();

        void Run(Matcher by) =>
            walk.Run(
                (segment, window) => by.Segments[segment].AddByScore(window, top, recency, Bind(accepts, segment)),
                (segment, window, to) =>
                {
                    if (window >= 0)
                        return;
                    var opened = by.Segments[segment];
                    foreach (var (each, bound) in opened.Windows())
                    {
                        var newest = opened.Reader.WindowIds(each).Last;
                        to.Add(new WalkedWindow(bound * recency.Factor(newest), segment, each));
                    }
                }
            );
    }

    /// <param name="highest">The bound of a segment.</param>
    private WindowWalk Walk(TopDocuments top, Func<int, double> highest)
    {
        var walk = new WindowWalk(top, _work);
        for (var segment = 0; segment < Segments.Count; segment++)
        {
            if (!Segments[segment].IsImpossible)
                walk.Add(new WalkedWindow(highest(segment), segment, -1));
        }

        return walk;
    }

    private static Func<int, long, bool>? Bind(Func<int, int, long, bool>? accepts, int segment) =>
        accepts is null ? null : (number, id) => accepts(segment, number, id);
}

using Parley.Search.Segments;

namespace Parley.Search.Matching;

/// <summary>How many documents match, and of which kinds they are.</summary>
/// <param name="Exact">Every match was counted; else facets, and mostly the total, are estimates from an even sample.</param>
internal sealed record MatchCounts(
    long Total,
    bool Exact,
    IReadOnlyDictionary<SearchFacet, IReadOnlyList<FacetValue>> Facets
);

/// <summary>Counts all matches where that is cheap, else those in every n-th window. Not thread-safe.</summary>
internal sealed class MatchCounter(Matcher matcher, IndexView view, IReadOnlyList<SearchFacet> facets)
{
    /// <summary>A match that must be verified costs as much as so many that need not.</summary>
    private const int VerifiedCost = 16;

    /// <summary>A window costs as much as so many postings, whatever is in it.</summary>
    private const int WindowCost = 256;

    private readonly FacetCounter _facets = new();

    /// <param name="postings">About so many postings may be looked at.</param>
    public MatchCounts Count(long postings, SearchWork work)
    {
        var known = Known();
        if (facets.Count == 0 && known is { } all)
            return new MatchCounts(all, Exact: true, _facets.Of(facets, 1));
        var windows = matcher.Segments.Select(segment => segment.Windows().ToList()).ToList();
        var cost = matcher.Segments.Zip(windows, Cost).Sum();
        var step = (int)Math.Max(1, (cost + postings - 1) / postings);
        var (total, number) = (0L, 0u);
        for (var index = 0; index < matcher.Segments.Count; index++)
        {
            var segment = matcher.Segments[index];
            foreach (var (window, _) in windows[index])
            {
                // Scattered, since windows of a segment follow each other in time and so do habits.
                if (step > 1 && (number++ * 0x9E3779B1u >> 8) % (uint)step != 0)
                    continue;
                if (!work.GoesOn())
                    return new MatchCounts(known ?? total * step, known is not null, _facets.Of(facets, step));
                var bits = segment.Matches(window);
                total += WindowHits.Count(bits);
                if (facets.Count > 0)
                    _facets.Add(segment.Reader, window, bits);
            }

            _facets.End(segment.Reader);
        }

        return new MatchCounts(known ?? total * step, step == 1, _facets.Of(facets, step));
    }

    /// <summary>Counts documents that were found one by one: all there are.</summary>
    public static MatchCounts Of(Matcher matcher, IReadOnlyList<FoundDocument> found, IReadOnlyList<SearchFacet> facets)
    {
        var counter = new FacetCounter();
        var bits = new ulong[WindowHits.Words];
        for (var index = 0; facets.Count > 0 && index < matcher.Segments.Count; index++)
        {
            var reader = matcher.Segments[index].Reader;
            foreach (var document in found)
            {
                if (document.Segment != index)
                    continue;
                var word = (document.Number & (SegmentLayout.Window - 1)) >> 6;
                bits[word] = 1UL << (document.Number & 63);
                counter.Add(reader, document.Number >> SegmentLayout.WindowShift, bits);
                bits[word] = 0;
            }

            counter.End(reader);
        }

        return new MatchCounts(found.Count, Exact: true, counter.Of(facets, 1));
    }

    private static long Cost(SegmentMatcher segment, List<(int Window, float Bound)> windows) =>
        ((long)windows.Count * WindowCost) + (segment.Postings * (segment.MustVerify ? VerifiedCost : 1));

    /// <summary>One plain word and nothing else: the dictionary knows.</summary>
    private long? Known() =>
        matcher.Query is { Required: 0, Fields: MatchQuery.AllFields, Unwanted.Count: 0, Filter.Any: false } query
        && query.Filter.Ids == (0, long.MaxValue)
        && query.Wanted is [{ Atoms: [{ IsPhrase: false, Tails.Count: 1 } atom] }]
        && view.Segments.All(segment => segment.Deleted is null)
            ? atom.Tails[0].Documents
            : null;
}

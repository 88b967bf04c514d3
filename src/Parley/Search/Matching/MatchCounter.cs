using System.Numerics;
using Parley.Search.Segments;

namespace Parley.Search.Matching;

/// <summary>How many documents match, and of which kinds they are.</summary>
/// <param name="Exact">Every match was counted; else facets, and mostly the total, are estimates from an even sample.</param>
internal sealed record MatchCounts(
    long Total,
    bool Exact,
    IReadOnlyDictionary<SearchFacet, IReadOnlyList<FacetValue>> Facets,
    SearchHistogram? Histogram = null
);

/// <summary>Counts all matches where that is cheap, else those in every n-th window. Not thread-safe.</summary>
/// <param name="dates">Where matches are counted by date, too.</param>
/// <param name="accepts">A last look at a document by its id, where the index cannot tell all.</param>
internal sealed class MatchCounter(
    Matcher matcher,
    IndexView view,
    IReadOnlyList<SearchFacet> facets,
    Func<long, bool>? accepts = null,
    DateHistogram? dates = null
)
{
    /// <summary>So many documents are given a last look; the others are taken to pass, and counts to be estimates.</summary>
    private const int MaxAccepted = 2_000;

    /// <summary>A match that must be verified costs as much as so many that need not.</summary>
    private const int VerifiedCost = 16;

    /// <summary>A window costs as much as so many postings, whatever is in it.</summary>
    private const int WindowCost = 64;

    private readonly FacetCounter _facets = new();
    private readonly ulong[] _bits = new ulong[WindowHits.Words];
    private int _accepted;

    /// <param name="postings">About so many postings may be looked at.</param>
    public MatchCounts Count(long postings, SearchWork work)
    {
        var known = Known();
        if (facets.Count == 0 && dates is null && known is { } all)
            return new MatchCounts(all, Exact: true, _facets.Of(facets, 1));
        var cost = matcher.Segments.Sum(Cost);
        var step = (int)Math.Max(1, (cost + postings - 1) / postings);
        var (total, number) = (0L, 0u);
        for (var index = 0; index < matcher.Segments.Count; index++)
        {
            var segment = matcher.Segments[index];
            foreach (var window in step > 1 ? All(segment) : segment.Windows().Select(w => w.Window))
            {
                // Scattered, since windows of a segment follow each other in time and so do habits.
                if (step > 1 && (number++ * 0x9E3779B1u >> 8) % (uint)step != 0)
                    continue;
                if (!work.GoesOn())
                    return Counts(known ?? total * step, exact: false, step);
                segment.Matches(window).CopyTo(_bits);
                Accept(segment.Reader, window);
                ReadOnlySpan<ulong> bits = _bits;
                total += WindowHits.Count(bits);
                if (facets.Count > 0)
                    _facets.Add(segment.Reader, window, bits);
                dates?.Add(segment.Reader, window, bits);
            }

            _facets.End(segment.Reader);
        }

        return Counts(known ?? total * step, step == 1 && _accepted <= MaxAccepted, step);
    }

    private MatchCounts Counts(long total, bool exact, int step) =>
        new(total, exact, _facets.Of(facets, step), dates?.Of(step, exact));

    private void Accept(SegmentReader reader, int window)
    {
        if (accepts is null)
            return;
        var ids = reader.Ids(window);
        for (var word = 0; word < _bits.Length; word++)
        {
            for (var left = _bits[word]; left != 0 && _accepted <= MaxAccepted; left &= left - 1)
            {
                _accepted++;
                if (!accepts(ids[(word << 6) + BitOperations.TrailingZeroCount(left)]))
                    _bits[word] &= ~(left & (~left + 1));
            }
        }
    }

    private static long Cost(SegmentMatcher segment) =>
        segment.IsImpossible
            ? 0
            : ((long)(segment.Range.Last - segment.Range.First + 1) * WindowCost)
                + (segment.Postings * (segment.MustVerify ? VerifiedCost : 1));

    /// <summary>A sample does not ask first where something may match: that would cost as much as looking everywhere.</summary>
    private static IEnumerable<int> All(SegmentMatcher segment)
    {
        if (segment.IsImpossible)
            yield break;
        var (first, last) = segment.Range;
        for (var window = first; window <= last; window++)
            yield return window;
    }

    /// <summary>One plain word and nothing else: the dictionary knows.</summary>
    private long? Known() =>
        accepts is null
        && matcher.Query is { Required: 0, Fields: MatchQuery.AllFields, Unwanted.Count: 0, Filter.Any: false } query
        && query.Filter.Ids == (0, long.MaxValue)
        && query.Wanted is [{ Atoms: [{ IsPhrase: false, Tails.Count: 1 } atom] }]
        && view.Segments.All(segment => segment.Deleted is null)
            ? atom.Tails[0].Documents
            : null;
}

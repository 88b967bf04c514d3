using System.Globalization;
using System.Numerics;
using Parley.Conversations;
using Parley.Kernel;
using Parley.Search.Segments;

namespace Parley.Search.Matching;

/// <summary>How many documents match, and of which kinds they are.</summary>
/// <param name="Exact">Every match was counted; else it is an estimate from an even sample of windows.</param>
internal sealed record MatchCounts(
    long Total,
    bool Exact,
    IReadOnlyDictionary<SearchFacet, IReadOnlyList<FacetValue>> Facets
);

/// <summary>
/// Counts all matches where that is cheap, else those in every n-th window. Not thread-safe.
/// </summary>
internal sealed class MatchCounter(Matcher matcher, IndexView view, IReadOnlyList<SearchFacet> facets)
{
    private const int MaxValues = 50;
    private const string Unknown = "unknown";
    private readonly Dictionary<string, long>[] _counts =
    [
        .. Enum.GetValues<SearchFacet>().Select(_ => new Dictionary<string, long>(StringComparer.Ordinal)),
    ];

    /// <param name="postings">About so many postings may be looked at.</param>
    public MatchCounts Count(long postings, SearchWork work)
    {
        if (facets.Count == 0 && Known() is { } known)
            return new MatchCounts(known, Exact: true, Facets(1));
        var cost = matcher.Segments.Sum(segment => Cost(segment));
        var step = (int)Math.Max(1, (cost + postings - 1) / postings);
        var (total, number) = (0L, 0);
        for (var index = 0; index < matcher.Segments.Count; index++)
        {
            foreach (var (window, _) in matcher.Segments[index].Windows())
            {
                // Scattered, since windows of a segment follow each other in time and so do habits.
                if (step > 1 && (uint)((uint)number++ * 0x9E3779B1u) % (uint)step != 0)
                    continue;
                if (!work.GoesOn())
                    return new MatchCounts(total * step, Exact: false, Facets(step));
                total += CountIn(matcher.Segments[index], window);
            }
        }

        return new MatchCounts(total * step, step == 1, Facets(step));
    }

    private static long Cost(SegmentMatcher segment)
    {
        const int verified = 16;
        var scanned = segment.Windows().Count() * (long)SegmentLayout.Window / 8;
        return scanned + (segment.Postings * (segment.MustVerify ? verified : 1));
    }

    /// <summary>One plain word and nothing else: the dictionary knows.</summary>
    private long? Known() =>
        matcher.Query is { Required: 0, Fields: MatchQuery.AllFields, Unwanted.Count: 0, Filter.Any: false } query
        && query.Filter.Ids == (0, long.MaxValue)
        && query.Wanted is [{ Atoms: [{ IsPhrase: false, Tails.Count: 1 } atom] }]
        && view.Segments.All(segment => segment.Deleted is null)
            ? atom.Tails[0].Documents
            : null;

    private int CountIn(SegmentMatcher segment, int window)
    {
        var bits = segment.Matches(window);
        if (facets.Count > 0)
            AddFacets(segment.Reader, window, bits);
        return WindowHits.Count(bits);
    }

    private void AddFacets(SegmentReader reader, int window, ReadOnlySpan<ulong> bits)
    {
        var traits = reader.Traits16(window);
        var models = reader.ModelNumbers(window);
        var conversations = reader.ConversationNumbers(window);
        var ids = reader.Ids(window);
        for (var word = 0; word < bits.Length; word++)
        {
            for (var left = bits[word]; left != 0; left &= left - 1)
            {
                var at = (word << 6) + BitOperations.TrailingZeroCount(left);
                var about = new DocumentTraits(traits[at]);
                Add(SearchFacet.Provider, reader.Names.Providers[reader.Conversation(conversations[at]).Provider]);
                Add(SearchFacet.Month, (about.Bits & DocumentTraits.Undated) != 0 ? Unknown : Month(ids[at]));
                if (about.Kind is DocumentTraits.Title or DocumentTraits.Document)
                    continue;
                Add(SearchFacet.Role, Roles.Name((Role)about.Kind));
                Add(SearchFacet.Model, models[at] == 0 ? Unknown : reader.Names.Models[models[at]]);
            }
        }
    }

    private void Add(SearchFacet facet, string value)
    {
        ref var count = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(
            _counts[(int)facet],
            value,
            out _
        );
        count++;
    }

    private long _monthOf = -1;
    private string _month = "";

    /// <summary>Neighbours are mostly of one day.</summary>
    private string Month(long id)
    {
        const long dayMs = 86_400_000;
        var day = Ids.UnixMs(id) / dayMs;
        if (day != _monthOf)
            (_monthOf, _month) = (
                day,
                DateTime.UnixEpoch.AddDays(day).ToString("yyyy-MM", CultureInfo.InvariantCulture)
            );
        return _month;
    }

    private Dictionary<SearchFacet, IReadOnlyList<FacetValue>> Facets(int step) =>
        facets
            .Distinct()
            .ToDictionary(
                facet => facet,
                facet =>
                    (IReadOnlyList<FacetValue>)
                        [
                            .. _counts[(int)facet]
                                .OrderByDescending(v => v.Value)
                                .ThenBy(v => v.Key, StringComparer.Ordinal)
                                .Take(MaxValues)
                                .Select(v => new FacetValue(v.Key, (int)Math.Min(int.MaxValue, v.Value * step))),
                        ]
            );
}

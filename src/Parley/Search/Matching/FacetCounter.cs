using System.Globalization;
using System.Numerics;
using Parley.Conversations;
using Parley.Kernel;
using Parley.Search.Segments;

namespace Parley.Search.Matching;

/// <summary>Counts documents by what they are: by the numbers of a segment first, by names where a segment ends. Not thread-safe.</summary>
internal sealed class FacetCounter
{
    private const int MaxValues = 50;
    private const string Unknown = "unknown";

    private readonly Dictionary<string, long>[] _counts =
    [
        .. Enum.GetValues<SearchFacet>().Select(_ => new Dictionary<string, long>(StringComparer.Ordinal)),
    ];

    private readonly long[] _kinds = new long[DocumentTraits.KindMask + 1];
    private long[] _models = [];
    private long[] _providers = [];
    private long _undated;
    private long _inMonth;
    private long _monthFirst;
    private long _monthEnd;

    /// <summary>Counts the documents of a window.</summary>
    public void Add(SegmentReader reader, int window, ReadOnlySpan<ulong> bits)
    {
        if (_models.Length == 0)
        {
            _models = new long[reader.Names.Models.Length];
            _providers = new long[reader.Names.Providers.Length];
        }

        var traits = reader.Traits16(window);
        var models = reader.ModelNumbers(window);
        var onlyProvider = _providers.Length == 2 ? 1 : 0;
        var conversations = onlyProvider > 0 ? default : reader.ConversationNumbers(window);

        // Most windows are of one month: then their ids need not be read.
        var (first, last) = reader.WindowIds(window);
        if (first < _monthFirst || first >= _monthEnd)
            BeginMonth(first);
        var ids = last < _monthEnd ? default : reader.Ids(window);
        for (var word = 0; word < bits.Length; word++)
        {
            for (var left = bits[word]; left != 0; left &= left - 1)
            {
                var at = (word << 6) + BitOperations.TrailingZeroCount(left);
                var about = new DocumentTraits(traits[at]);
                _kinds[about.Kind]++;
                if (about.IsMessage)
                    _models[models[at]]++;
                _providers[onlyProvider > 0 ? onlyProvider : reader.Conversation(conversations[at]).Provider]++;
                if ((about.Bits & DocumentTraits.Undated) != 0)
                    _undated++;
                else if (ids.IsEmpty)
                    _inMonth++;
                else
                    AddMonth(ids[at]);
            }
        }
    }

    /// <summary>Names what was counted in a segment.</summary>
    public void End(SegmentReader reader)
    {
        EndMonth();
        for (var number = 0; number < _providers.Length; number++)
            Add(SearchFacet.Provider, reader.Names.Providers[number], _providers[number]);
        for (var number = 0; number < _models.Length; number++)
            Add(SearchFacet.Model, number == 0 ? Unknown : reader.Names.Models[number], _models[number]);
        for (var kind = DocumentTraits.Title + 1; kind < DocumentTraits.Document; kind++)
            Add(SearchFacet.Role, Roles.Name((Role)kind), _kinds[kind]);
        Add(SearchFacet.Month, Unknown, _undated);
        Array.Clear(_kinds);
        (_models, _providers, _undated) = ([], [], 0);
    }

    /// <param name="step">One in so many windows was counted.</param>
    public Dictionary<SearchFacet, IReadOnlyList<FacetValue>> Of(IReadOnlyList<SearchFacet> facets, int step) =>
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

    /// <summary>Documents come in order of time: most are of the month of the one before.</summary>
    private void AddMonth(long id)
    {
        if (id < _monthFirst || id >= _monthEnd)
            BeginMonth(id);
        _inMonth++;
    }

    private void BeginMonth(long id)
    {
        EndMonth();
        var day = DateTimeOffset.FromUnixTimeMilliseconds(Ids.UnixMs(id));
        var first = new DateTimeOffset(day.Year, day.Month, 1, 0, 0, 0, TimeSpan.Zero);
        _monthFirst = Ids.Floor(first.ToUnixTimeMilliseconds());
        _monthEnd = Ids.Floor(first.AddMonths(1).ToUnixTimeMilliseconds());
    }

    private void EndMonth()
    {
        if (_inMonth > 0)
            Add(
                SearchFacet.Month,
                DateTimeOffset
                    .FromUnixTimeMilliseconds(Ids.UnixMs(_monthFirst))
                    .ToString("yyyy-MM", CultureInfo.InvariantCulture),
                _inMonth
            );
        _inMonth = 0;
    }

    private void Add(SearchFacet facet, string value, long count)
    {
        if (count > 0)
            _counts[(int)facet][value] = _counts[(int)facet].GetValueOrDefault(value) + count;
    }
}

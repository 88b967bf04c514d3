using System.Globalization;
using Parley.Conversations;

namespace Parley.Search.Sqlite;

/// <summary>Counts candidates by what they are; over all matches only where the walk was complete.</summary>
internal static class FacetCounts
{
    private const int MaxValues = 50;
    private const string Unknown = "unknown";

    public static Dictionary<SearchFacet, IReadOnlyList<FacetValue>> Of(
        IReadOnlyList<SearchFacet> facets,
        List<Candidate> candidates,
        CandidateRows rows
    )
    {
        var counts = facets
            .Distinct()
            .ToDictionary(facet => facet, _ => new Dictionary<string, int>(StringComparer.Ordinal));
        if (counts.Count == 0)
            return [];
        foreach (var candidate in candidates)
        {
            if (rows.Find(candidate.Id) is not { } row)
                continue;
            foreach (var (facet, values) in counts)
            {
                if (Value(facet, row, rows) is { } value)
                    values[value] = values.GetValueOrDefault(value) + 1;
            }
        }

        return counts.ToDictionary(
            pair => pair.Key,
            pair =>
                (IReadOnlyList<FacetValue>)
                    [
                        .. pair
                            .Value.OrderByDescending(v => v.Value)
                            .ThenBy(v => v.Key, StringComparer.Ordinal)
                            .Take(MaxValues)
                            .Select(v => new FacetValue(v.Key, v.Value)),
                    ]
        );
    }

    private static string? Value(SearchFacet facet, in CandidateRow row, CandidateRows rows) =>
        facet switch
        {
            SearchFacet.Provider => row.Provider,
            SearchFacet.Role => row.Role is { } role ? Roles.Name(role) : null,
            SearchFacet.Model => row.Role is null ? null : rows.Model(row.ModelId) ?? Unknown,
            _ => row.CreatedAt is { } micros
                ? DateTime.UnixEpoch.AddMicroseconds(micros).ToString("yyyy-MM", CultureInfo.InvariantCulture)
                : Unknown,
        };
}

using System.Text.Json.Serialization.Metadata;
using Parley.Kernel;
using Parley.Kernel.Http;

namespace Parley.Search;

/// <summary>A search that was saved under a name.</summary>
/// <param name="Query">In the language of <c>q</c>, filters included.</param>
internal sealed record SavedSearch(
    string Id,
    string Name,
    string Query,
    string Sort,
    string Group,
    string CreatedAt,
    string UpdatedAt
);

/// <summary>A search to save, or what takes the place of a saved one.</summary>
internal sealed record SaveSearch : IRequestBody<SaveSearch>
{
    private const int LongestName = 100;

    public string? Name { get; init; }
    public string? Query { get; init; }
    public string? Sort { get; init; }
    public string? Group { get; init; }

    public static JsonTypeInfo<SaveSearch> Json => SearchJson.Default.SaveSearch;

    public void Check(FieldChecks check)
    {
        check.Name("name", Name, LongestName);
        check.Text("query", Query, SearchQuery.MaxLength, required: true);
        if (Query?.Length > SearchQuery.MaxLength)
            check.Add("query", $"must not be longer than {SearchQuery.MaxLength} characters");
        if (Sort is not (null or "relevance" or "newest" or "oldest"))
            check.Add("sort", "must be relevance, newest or oldest");
        if (Group is not (null or "none" or "conversation"))
            check.Add("group", "must be none or conversation");
    }
}

/// <summary>A saved search named in a path; text that is no id names nothing.</summary>
internal readonly record struct SavedSearchId(long Value)
{
    public static bool TryParse(string? text, IFormatProvider? _, out SavedSearchId id)
    {
        id = new SavedSearchId(Ids.TryParse(text, IdKind.SavedSearch, out var value) ? value : 0);
        return true;
    }
}

/// <summary>A query that was submitted before.</summary>
/// <param name="UsedAt">When last.</param>
internal sealed record OwnQuery(string Query, long Uses, string UsedAt);

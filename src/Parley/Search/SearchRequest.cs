namespace Parley.Search;

internal enum SearchSort
{
    Relevance,
    Newest,
    Oldest,
}

internal enum SearchFacet
{
    Provider,
    Role,
    Model,
    Month,
}

/// <summary>Lengths of the buckets of a date histogram, shortest first; <see cref="Auto"/> follows the span of the matches.</summary>
internal enum HistogramInterval
{
    Auto,
    Day,
    Week,
    Month,
    Year,
}

/// <summary>By what messages are found.</summary>
internal enum SearchMode
{
    /// <summary>By words and, on the first page, by meaning too.</summary>
    Hybrid,

    /// <summary>By words.</summary>
    Text,

    /// <summary>By meaning.</summary>
    Semantic,
}

/// <summary>By what a hit was found.</summary>
internal enum FoundBy
{
    Words,
    Meaning,
    Both,
}

/// <summary>A search as the index takes it; every value is within its limits.</summary>
/// <param name="OwnerId">Whose items are searched; another's are never seen.</param>
/// <param name="Query">What to find.</param>
/// <param name="Sort">In which order.</param>
/// <param name="Limit">Hits a page, 1 to 200.</param>
/// <param name="Skip">Hits to leave out first, for pages that people number; not together with a cursor.</param>
/// <param name="Cursor">Where the page before ended, from <see cref="SearchAnswer.NextCursor"/>.</param>
/// <param name="GroupByConversation">One hit a conversation, its best.</param>
/// <param name="Facets">What to count over the candidates.</param>
/// <param name="Histogram">Counts the matches by date.</param>
internal sealed record SearchRequest(
    long OwnerId,
    SearchQuery Query,
    SearchSort Sort = SearchSort.Relevance,
    int Limit = 50,
    int Skip = 0,
    SearchCursor? Cursor = null,
    bool GroupByConversation = false,
    IReadOnlyList<SearchFacet>? Facets = null,
    HistogramInterval? Histogram = null
);

/// <summary>
/// Where a page ended. By time: behind the id <paramref name="Id"/>. By relevance or grouped: behind the first
/// <paramref name="Skip"/> hits among the documents up to <paramref name="Id"/>, so that what is written meanwhile
/// does not move the pages.
/// </summary>
/// <param name="Total">The exact total found with the first page, or -1.</param>
internal readonly record struct SearchCursor(long Id, int Skip, long Total)
{
    /// <summary>What the first page showed by its meaning; behind it is not shown again.</summary>
    private const int MostShown = 50;

    /// <summary>Ids of messages, or of conversations where these are what is shown.</summary>
    public IReadOnlyList<long>? Shown { get; init; }

    public override string ToString() =>
        $"{Id:x}.{Skip:x}.{Total + 1:x}{string.Concat(Shown?.Select(id => $".{id:x}") ?? [])}";

    public static bool TryParse(string text, out SearchCursor cursor)
    {
        cursor = default;
        var fields = text.Split('.');
        if (
            fields.Length is < 3 or > 3 + MostShown
            || !TryHex(fields[0], out var id)
            || !TryHex(fields[1], out var skip)
            || !TryHex(fields[2], out var total)
            || skip > int.MaxValue
        )
            return false;
        var shown = new List<long>();
        foreach (var field in fields.AsSpan(3))
        {
            if (!TryHex(field, out var one))
                return false;
            shown.Add(one);
        }

        cursor = new SearchCursor(id, (int)skip, total - 1) { Shown = shown.Count == 0 ? null : shown };
        return true;
    }

    private static bool TryHex(string text, out long value) =>
        long.TryParse(
            text,
            System.Globalization.NumberStyles.AllowHexSpecifier,
            System.Globalization.CultureInfo.InvariantCulture,
            out value
        )
        && value >= 0;
}

namespace Parley.Search;

/// <summary>How much one search may cost, and what is kept of it.</summary>
internal sealed class SearchOptions
{
    /// <summary>Blocks of 128 postings that one search may unpack for its page. 1,000 to 10,000,000.</summary>
    /// <value>Default 200,000: some 100 ms.</value>
    public long WorkLimit { get; set; } = 200_000;

    /// <summary>Postings looked at to count matches and facets; where there are more, an even sample of them. 1,000 to 100,000,000.</summary>
    /// <value>Default 50,000: some 0.8 ms.</value>
    public long CountLimit { get; set; } = 50_000;

    /// <summary>Searches of so many postings are shared with a second thread, where there is one. 0 to 100,000,000.</summary>
    /// <value>Default 50,000: below, waking it costs more than it does.</value>
    public long AsideFrom { get; set; } = 50_000;

    /// <summary>Pages of the index, 32 KiB each, that are kept for the next search. 16 to 1,000,000.</summary>
    /// <value>Default 384: the columns that searches of a million documents touch, and the common words.</value>
    public int PagesKept { get; set; } = 384;

    /// <summary>Whether submitted queries are kept, for suggestions.</summary>
    /// <value>Default true; the setting <c>search.keep-queries</c>.</value>
    public bool KeepQueries { get; set; } = true;

    /// <summary>How long a search may take; what was found by then is answered. 100 ms to 30 s.</summary>
    /// <value>Default 2 s (security.md section 6).</value>
    public TimeSpan TimeLimit { get; set; } = TimeSpan.FromSeconds(2);
}

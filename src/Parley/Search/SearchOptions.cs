namespace Parley.Search;

/// <summary>How much one search may cost.</summary>
internal sealed class SearchOptions
{
    /// <summary>The newest matches that are ranked by relevance, or grouped. 100 to 100,000.</summary>
    /// <value>Default 3,000: some 10 ms.</value>
    public int CandidateCap { get; set; } = 3_000;

    /// <summary>Matches counted for the total, and looked at for facets, when sorting by time. 100 to 100,000.</summary>
    /// <value>Default 1,000.</value>
    public int CountCap { get; set; } = 1_000;

    /// <summary>How long a search may take; what was found by then is answered. 100 ms to 30 s.</summary>
    /// <value>Default 2 s (security.md section 6).</value>
    public TimeSpan TimeLimit { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>When sorting by time, how long counting goes on behind the page that was asked for. 0 to 1 s.</summary>
    /// <value>Default 4 ms, so that a page of any query is there within 20.</value>
    public TimeSpan CountTime { get; set; } = TimeSpan.FromMilliseconds(4);
}

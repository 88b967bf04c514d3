using Parley.Conversations;

namespace Parley.Search;

/// <summary>What a search found, and how sure that is.</summary>
internal sealed record SearchAnswer
{
    public required IReadOnlyList<SearchHit> Hits { get; init; }

    /// <summary>All matches, where they were counted; otherwise <see langword="null"/>, see <see cref="TotalEstimate"/>.</summary>
    public long? Total { get; init; }

    public long TotalAtLeast { get; init; }

    /// <summary>About so many matches there are, from an even sample; <see cref="Total"/> where that is known.</summary>
    public long TotalEstimate { get; init; }

    /// <summary>Whether all was looked at: the order is exact, the total known, and facets are counts.</summary>
    public bool Complete { get; init; }

    /// <summary>Whether the work that one search may do ended it: what was best until then is answered.</summary>
    public bool Cut { get; init; }

    /// <summary>Whether the time limit ended the search; what was found by then is answered.</summary>
    public bool TimedOut { get; init; }

    public SearchCursor? NextCursor { get; init; }

    /// <summary>A query that may have been meant; what was asked for is what was searched.</summary>
    public SuggestedText? DidYouMean { get; init; }

    public IReadOnlyDictionary<SearchFacet, IReadOnlyList<FacetValue>> Facets { get; init; } =
        new Dictionary<SearchFacet, IReadOnlyList<FacetValue>>();

    /// <summary>Where it was asked for.</summary>
    public SearchHistogram? Histogram { get; init; }

    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>By what was found, which may be less than what was asked for; <see cref="Notes"/> says why.</summary>
    public SearchMode Mode { get; init; } = SearchMode.Text;

    /// <summary>The index is being built anew: not everything can be found yet.</summary>
    public bool Rebuilding { get; init; }

    /// <summary>Time spent finding and ranking.</summary>
    public TimeSpan RankTime { get; init; }

    /// <summary>Time spent reading what the hits say.</summary>
    public TimeSpan ReadTime { get; init; }
}

internal readonly record struct FacetValue(string Value, int Count);

/// <summary>The matches by date, in UTC.</summary>
/// <param name="Interval"><c>day</c>, <c>week</c> (from Monday), <c>month</c> or <c>year</c>: longer than asked for where there would be over 1,000 buckets.</param>
/// <param name="Buckets">Ascending; those without a match are left out.</param>
/// <param name="Undated">Matches whose source does not say when they were written.</param>
/// <param name="Approximate">Estimated from an even sample of the matches.</param>
internal sealed record SearchHistogram(
    string Interval,
    IReadOnlyList<DateBucket> Buckets,
    long Undated,
    bool Approximate
);

/// <param name="Start">The first day of the bucket.</param>
internal readonly record struct DateBucket(string Start, long Count);

/// <summary>One found item: a message, a conversation by its title, or a project document.</summary>
internal sealed record SearchHit
{
    public required long Id { get; init; }

    /// <summary>The message; for a conversation found by its title, its first one. Null for a document.</summary>
    public long? MessageId { get; init; }

    /// <summary><see langword="null"/> for a document.</summary>
    public long? ConversationId { get; init; }

    public long? DocumentId { get; init; }

    public string? Title { get; init; }

    public required string Provider { get; init; }

    public string? Model { get; init; }

    public Role? Role { get; init; }

    /// <summary>Unix microseconds; <see langword="null"/> where the source does not say.</summary>
    public long? CreatedAt { get; init; }

    /// <summary>Whether it is on the conversation's active path; <see langword="null"/> for a title or document.</summary>
    public bool? OnActivePath { get; init; }

    /// <summary>Where the snippet is from.</summary>
    public SearchField Field { get; init; }

    public required Snippet Snippet { get; init; }

    public double Score { get; init; }

    public FoundBy FoundBy { get; init; }

    /// <summary>When grouped: further matches in the same conversation among the candidates.</summary>
    public int More { get; init; }
}

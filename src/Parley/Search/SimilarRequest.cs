namespace Parley.Search;

/// <param name="MessageId">The message that others are to be like.</param>
/// <param name="Limit">Messages at most.</param>
/// <param name="Elsewhere">Only in other conversations.</param>
internal sealed record SimilarRequest(long OwnerId, long MessageId, int Limit, bool Elsewhere);

/// <summary>Messages that have the telling words of another one in common with it, most alike first.</summary>
/// <param name="Words">The words that were searched for, most telling first.</param>
/// <param name="Cut">The work that one search may do was used up: there may be others more alike.</param>
internal sealed record SimilarAnswer(
    IReadOnlyList<SearchHit> Hits,
    IReadOnlyList<string> Words,
    bool Cut,
    TimeSpan RankTime,
    TimeSpan ReadTime
)
{
    /// <summary>Nothing could be found in time, or the index is being repaired.</summary>
    public static SimilarAnswer Nothing { get; } = new([], [], Cut: true, TimeSpan.Zero, TimeSpan.Zero);
}

namespace Parley.Search;

/// <summary>What is ranked.</summary>
internal enum RankedKind
{
    /// <summary>Messages, with the filters of the query; none of a conversation in the bin.</summary>
    Messages,

    /// <summary>Pieces of documents (<see cref="Conversations.WrittenPassage"/>).</summary>
    Passages,
}

/// <param name="OwnerId">Whose items are ranked; another's are never seen.</param>
/// <param name="Query">The question; filters speak of conversations and are passed over with pieces of documents.</param>
/// <param name="Kind">What is ranked.</param>
/// <param name="Limit">At most so many.</param>
/// <param name="Documents">Only pieces of these; <see langword="null"/> for all.</param>
internal sealed record RankRequest(
    long OwnerId,
    SearchQuery Query,
    RankedKind Kind,
    int Limit,
    IReadOnlyCollection<long>? Documents
);

/// <param name="Items">Best first.</param>
/// <param name="Cut">The work or the time that one search may take ended it: there may be better ones.</param>
/// <param name="Rebuilding">The index is being built anew: not everything can be found yet.</param>
internal sealed record RankedItems(IReadOnlyList<RankedItem> Items, bool Cut, bool Rebuilding)
{
    public static RankedItems Nothing { get; } = new([], false, false);
}

/// <param name="Id">The message or the piece.</param>
/// <param name="GroupId">Its conversation or document.</param>
/// <param name="Score">BM25F with the index's recency and proximity.</param>
internal readonly record struct RankedItem(long Id, long GroupId, double Score);

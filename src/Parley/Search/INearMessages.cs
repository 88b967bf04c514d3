namespace Parley.Search;

/// <summary>Finds messages by what a query means; a room above, which knows vectors, does it. Thread-safe.</summary>
internal interface INearMessages
{
    /// <summary>
    /// Only the owner's, none that is hidden or in the bin, and none that the filters leave out. A lane that cannot answer
    /// names nothing and says why; it throws only where it is cancelled.
    /// </summary>
    /// <param name="limit">Messages at most.</param>
    Task<NearMessages> FindAsync(long ownerId, SearchQuery query, int limit, CancellationToken ct);
}

/// <param name="Items">Nearest first, each message once; the score is a cosine, above zero.</param>
/// <param name="Weight">The share of meaning in an order by both, below one half.</param>
/// <param name="Exists">Whether there are vectors to look among.</param>
/// <param name="Note">What the answer lacks, in a sentence.</param>
internal sealed record NearMessages(IReadOnlyList<RankedItem> Items, double Weight, bool Exists, string? Note);

namespace Parley.Search;

/// <summary>
/// Full-text search over everything that is stored. Thread-safe.
/// <list type="bullet">
/// <item>What a write answered is found by every search that begins after it (R3): an index takes part in the writing
/// transaction as an <see cref="Conversations.IWriteParticipant"/>; what was removed is found no more.</item>
/// <item>Text of a query is literal; no text makes a search fail (S29).</item>
/// <item>Only the owner's items are found, and nothing that is in the bin.</item>
/// <item>The cost of a search is bounded: it ends within <see cref="SearchOptions.TimeLimit"/>, and the answer says what
/// was left out (<see cref="SearchAnswer.Cut"/>, <see cref="SearchAnswer.TimedOut"/>, <see cref="SearchAnswer.Notes"/>).</item>
/// <item>The order is exact at every size, unless the answer says that the work was cut.</item>
/// <item>A cancelled search throws <see cref="OperationCanceledException"/>; a broken store throws what the store throws.</item>
/// </list>
/// </summary>
internal interface ISearchIndex
{
    Task<SearchAnswer> SearchAsync(SearchRequest request, CancellationToken ct);

    /// <summary>The best items for a question, by relevance, without what they say: a lane of retrieval.</summary>
    Task<RankedItems> RankAsync(RankRequest request, CancellationToken ct);

    /// <summary>What items say, with the words of the query marked; those that are gone or not to be seen are left out.</summary>
    Task<IReadOnlyList<SearchHit>> ReadAsync(
        long ownerId,
        SearchQuery query,
        IReadOnlyList<RankedItem> items,
        CancellationToken ct
    );

    /// <summary>Ways to go on from what was typed so far.</summary>
    Task<SearchSuggestions> SuggestAsync(long ownerId, string text, int limit, CancellationToken ct);

    /// <summary>Messages like another one, or <see langword="null"/> where the owner has no such message.</summary>
    Task<SimilarAnswer?> FindSimilarAsync(SimilarRequest request, CancellationToken ct);

    /// <summary>Compares the index with the store, as far as <paramref name="sample"/> messages; for <c>doctor</c>.</summary>
    Task<IndexCheck> CheckAsync(int sample, CancellationToken ct);

    /// <summary>Throws the index away and builds it from the store, in batches; searches meanwhile say that they are not whole.</summary>
    /// <param name="progress">Told the number of documents that are in.</param>
    Task RebuildAsync(IProgress<long>? progress, CancellationToken ct);
}

/// <summary>What a check of the index found.</summary>
/// <param name="Checked">Items compared.</param>
/// <param name="Faults">What is wrong, in a sentence each; empty where nothing is.</param>
internal sealed record IndexCheck(int Checked, IReadOnlyList<string> Faults)
{
    public bool Sound => Faults.Count == 0;
}

/// <summary>Ways to go on from a half-typed query; each best first.</summary>
/// <param name="Completions">The whole query with its last word completed.</param>
/// <param name="Titles">Conversations whose titles match.</param>
/// <param name="Spelling">The whole query with its last word spelled as it is known; only where nobody wrote it so.</param>
/// <param name="Queries">The owner's own frequent queries that begin so.</param>
internal sealed record SearchSuggestions(
    IReadOnlyList<SuggestedText> Completions,
    IReadOnlyList<SuggestedTitle> Titles,
    IReadOnlyList<SuggestedText> Spelling,
    IReadOnlyList<OwnQuery> Queries
);

/// <param name="Documents">In about how many documents the word stands.</param>
internal readonly record struct SuggestedText(string Text, string Word, long Documents);

internal readonly record struct SuggestedTitle(long ConversationId, string Title);

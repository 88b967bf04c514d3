using System.Text.Json.Serialization;
using Parley.Conversations;
using Parley.Kernel;
using Parley.Kernel.Http;
using static System.Text.Json.Serialization.JsonSourceGenerationMode;

namespace Parley.Search;

/// <summary>The answer of a search on the wire.</summary>
internal sealed record SearchResult
{
    public required IReadOnlyList<SearchItem> Items { get; init; }

    /// <summary>All matches; null where they were not all counted, then see <see cref="TotalEstimate"/>.</summary>
    public long? Total { get; init; }

    public long TotalAtLeast { get; init; }

    /// <summary>About so many matches there are; the total where that is known.</summary>
    public long TotalEstimate { get; init; }

    public string? NextCursor { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Page { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? PageSize { get; init; }

    public required string Sort { get; init; }

    /// <summary><c>hybrid</c>, <c>text</c> or <c>semantic</c>: by what was found.</summary>
    public required string Mode { get; init; }

    /// <summary>Order, total and facets are exact.</summary>
    public bool Complete { get; init; }

    /// <summary>The work that one search may do was used up: there may be better matches.</summary>
    public bool Cut { get; init; }

    public bool TimedOut { get; init; }

    /// <summary>The index is being built anew; not everything can be found yet.</summary>
    public bool Rebuilding { get; init; }

    public required IReadOnlyDictionary<string, FacetResult> Facets { get; init; }

    /// <summary>A query that may have been meant: with a much more frequent word in place of a rare one. It was not searched.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SuggestedText? DidYouMean { get; init; }

    /// <summary>With <c>histogram</c>: the matches by date.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SearchHistogram? Histogram { get; init; }

    /// <summary>What was understood differently than it may have been meant.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    public double TookMs { get; init; }

    public static SearchResult Of(SearchAnswer answer, SearchParameters asked) =>
        new()
        {
            Items = [.. answer.Hits.Select(SearchItem.Of)],
            Total = answer.Total,
            TotalAtLeast = answer.TotalAtLeast,
            NextCursor = answer.NextCursor?.ToString(),
            Page = asked.Page,
            PageSize = asked.Page is null ? null : asked.Request!.Limit,
            Sort = asked.Request!.Sort.ToString().ToLowerInvariant(),
            Mode = answer.Mode.ToString().ToLowerInvariant(),
            TotalEstimate = answer.TotalEstimate,
            Complete = answer.Complete,
            Cut = answer.Cut,
            TimedOut = answer.TimedOut,
            Rebuilding = answer.Rebuilding,
            Facets = answer.Facets.ToDictionary(
                facet => facet.Key.ToString().ToLowerInvariant(),
                facet => new FacetResult(facet.Value, !answer.Complete)
            ),
            Histogram = answer.Histogram,
            DidYouMean = answer.DidYouMean,
            Notes = answer.Notes,
            TookMs = Math.Round((answer.RankTime + answer.ReadTime).TotalMilliseconds, 3),
        };
}

/// <param name="Approximate">Estimated from an even sample of the matches.</param>
internal sealed record FacetResult(IReadOnlyList<FacetValue> Values, bool Approximate);

/// <summary>A hit on the wire.</summary>
internal sealed record SearchItem
{
    /// <summary><c>message</c>, <c>title</c> (of a conversation) or <c>document</c> (of a project).</summary>
    public required string Kind { get; init; }

    public string? MessageId { get; init; }

    public string? ConversationId { get; init; }

    public string? DocumentId { get; init; }

    public string? Title { get; init; }

    public required string Provider { get; init; }

    public string? Model { get; init; }

    public string? Role { get; init; }

    public string? CreatedAt { get; init; }

    /// <summary>Whether the message is on the conversation's active branch; null for titles and documents.</summary>
    public bool? Path { get; init; }

    /// <summary>Where the snippet is from: <c>title</c>, <c>prompt</c>, <c>answer</c>, <c>code</c>, <c>tool</c> or <c>thinking</c>.</summary>
    public required string Field { get; init; }

    public required Snippet Snippet { get; init; }

    /// <summary>Of a hit by meaning alone the cosine, -1 to 1; the scores of words are of another scale.</summary>
    public double Score { get; init; }

    /// <summary><c>words</c>, <c>meaning</c> or <c>both</c>.</summary>
    public required string FoundBy { get; init; }

    /// <summary>With <c>group=conversation</c>: further matches in the conversation, as far as they were looked at.</summary>
    public int More { get; init; }

    public static SearchItem Of(SearchHit hit) =>
        new()
        {
            Kind =
                hit.Role is not null ? "message"
                : hit.DocumentId is not null ? "document"
                : "title",
            MessageId = hit.MessageId is { } message ? Ids.Format(message, IdKind.Message) : null,
            ConversationId = hit.ConversationId is { } conversation
                ? Ids.Format(conversation, IdKind.Conversation)
                : null,
            DocumentId = hit.DocumentId is { } document ? Ids.Format(document, IdKind.File) : null,
            Title = hit.Title,
            Provider = hit.Provider,
            Model = hit.Model,
            Role = hit.Role is { } role ? Roles.Name(role) : null,
            CreatedAt = Iso.Micros(hit.CreatedAt),
            Path = hit.OnActivePath,
            Field = SearchFields.Name(hit.Field),
            Snippet = hit.Snippet,
            Score = Math.Round(hit.Score, 4),
            FoundBy = hit.FoundBy.ToString().ToLowerInvariant(),
            More = hit.More,
        };
}

/// <summary>Messages like another one.</summary>
/// <param name="Words">The words that were searched for, most telling first.</param>
/// <param name="Cut">The work that one search may do was used up: there may be others more alike.</param>
internal sealed record SimilarResult(
    IReadOnlyList<SearchItem> Items,
    IReadOnlyList<string> Words,
    bool Cut,
    double TookMs
)
{
    public static SimilarResult Of(SimilarAnswer answer) =>
        new(
            [.. answer.Hits.Select(SearchItem.Of)],
            answer.Words,
            answer.Cut,
            Math.Round((answer.RankTime + answer.ReadTime).TotalMilliseconds, 3)
        );
}

/// <summary>Suggestions on the wire.</summary>
internal sealed record SuggestResult(
    IReadOnlyList<SuggestedText> Completions,
    IReadOnlyList<SuggestedTitleItem> Titles,
    IReadOnlyList<SuggestedText> Spelling,
    IReadOnlyList<OwnQuery> Queries
)
{
    public static SuggestResult Of(SearchSuggestions found) =>
        new(
            found.Completions,
            [
                .. found.Titles.Select(title => new SuggestedTitleItem(
                    Ids.Format(title.ConversationId, IdKind.Conversation),
                    title.Title
                )),
            ],
            found.Spelling,
            found.Queries
        );
}

internal sealed record SuggestedTitleItem(string ConversationId, string Title);

[JsonSourceGenerationOptions(
    GenerationMode = Serialization,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    MaxDepth = HttpOptions.JsonDepth
)]
[JsonSerializable(typeof(SaveSearch), GenerationMode = Metadata)]
[JsonSerializable(typeof(SearchResult))]
[JsonSerializable(typeof(SuggestResult))]
[JsonSerializable(typeof(SimilarResult))]
[JsonSerializable(typeof(Page<SavedSearch>))]
[JsonSerializable(typeof(Page<OwnQuery>))]
internal sealed partial class SearchJson : JsonSerializerContext;

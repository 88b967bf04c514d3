using System.Text.Json;
using Parley.Conversations;
using Parley.Identity;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Search;

/// <summary>Search over HTTP.</summary>
internal static class SearchEndpoints
{
    private const int DefaultSuggestions = 8;
    private const int MaxSuggestions = 50;
    private const int DefaultSimilar = 10;
    private const string Details =
        "A search looks at a bounded number of matches for at most 2 s: complete and timed_out say whether it saw them all; where it did not, total is null and total_at_least says more.";

    public static void MapSearch(this IEndpointRouteBuilder routes)
    {
        routes
            .MapGet("/api/search", GetAsync)
            .WithTags("search")
            .ForUsers(KeyScopes.Search)
            .Describe("search", "Find messages, conversations and documents", Details)
            .Takes(SearchDescription.Parameters)
            .Returns<SearchResult>()
            .Fails(ProblemCodes.Superseded);
        routes
            .MapPost("/api/chat/search", PostAsync)
            .WithTags("search")
            .ForUsers(KeyScopes.Search, reads: true)
            .Describe("searchByBody", "The same search, asked in a JSON body", Details)
            .TakesJson("SearchBody", SearchDescription.Parameters)
            .Returns<SearchResult>()
            .Fails(ProblemCodes.Superseded);
        routes
            .MapGet("/api/search/suggest", SuggestAsync)
            .WithTags("search")
            .ForUsers(KeyScopes.Search)
            .Describe("suggest", "Completions of the last word, titles, spelling, one's own frequent queries")
            .Takes(SearchDescription.SuggestParameters)
            .Returns<SuggestResult>();
        routes
            .MapGet("/api/search/similar/{id}", SimilarAsync)
            .WithTags("search")
            .ForUsers(KeyScopes.Search)
            .Describe(
                "similarMessages",
                "Messages like this one",
                "They have its most telling words in common with it: those that are frequent in it and rare elsewhere."
            )
            .Takes(SearchDescription.SimilarParameters)
            .Returns<SimilarResult>();
        routes.MapOwnSearches();
    }

    private static Task<IResult> GetAsync(HttpContext http, Caller caller, SearchAnswers answers) =>
        answers.AnswerAsync(http, SearchParameters.Read(http.Request.Query, caller.OwnerId));

    private static async Task<IResult> PostAsync(HttpContext http, Caller caller, SearchAnswers answers)
    {
        using var body = await JsonDocument.ParseAsync(
            http.Request.Body,
            new JsonDocumentOptions { MaxDepth = HttpOptions.JsonDepth },
            http.RequestAborted
        );
        if (body.RootElement.ValueKind != JsonValueKind.Object)
            return new ProblemResult(ProblemCodes.BadRequest, "the body is not a JSON object");
        return await answers.AnswerAsync(http, SearchParameters.Read(body.RootElement, caller.OwnerId));
    }

    private static async Task<IResult> SimilarAsync(HttpContext http, Caller caller, MessageId id, ISearchIndex index)
    {
        var query = new QueryReader(http.Request.Query);
        var request = new SimilarRequest(
            caller.OwnerId,
            id.Value,
            query.Int("limit", 1, MaxSuggestions) ?? DefaultSimilar,
            query.Bool("elsewhere") ?? false
        );
        if (await index.FindSimilarAsync(request, http.RequestAborted) is not { } answer)
            return ProblemResult.NotFound("message");
        if (http.Features.Get<RequestTiming>() is { } timing)
        {
            timing.Add("rank", answer.RankTime);
            timing.Add("db", answer.ReadTime);
        }

        return new JsonAnswer<SimilarResult>(SimilarResult.Of(answer), SearchJson.Default.SimilarResult);
    }

    private static async Task<IResult> SuggestAsync(
        HttpContext http,
        Caller caller,
        ISearchIndex index,
        string? q,
        int? limit,
        CancellationToken ct
    )
    {
        var count = limit ?? DefaultSuggestions;
        if (count is < 1 or > MaxSuggestions)
            return ProblemResult.Invalid("limit", $"from 1 to {MaxSuggestions}");
        if (q?.Length > SearchQuery.MaxLength)
            return ProblemResult.Invalid("q", $"at most {SearchQuery.MaxLength:#,0} characters");
        var found = await http.Timed("db", index.SuggestAsync(caller.OwnerId, q ?? "", count, ct));
        return new JsonAnswer<SuggestResult>(SuggestResult.Of(found), SearchJson.Default.SuggestResult);
    }
}

using Parley.Identity;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;
using Parley.Search.Sqlite;

namespace Parley.Search;

/// <summary>Saved searches and one's own queries over HTTP.</summary>
internal static class OwnSearchEndpoints
{
    public static void MapOwnSearches(this IEndpointRouteBuilder routes)
    {
        var saved = routes.MapGroup("/api/search/saved").WithTags("search").ForUsers(KeyScopes.Search);
        saved
            .MapGet("/", ListAsync)
            .Describe("listSavedSearches", "List saved searches by name")
            .Returns<Page<SavedSearch>>();
        saved
            .MapPost("/", CreateAsync)
            .Describe("saveSearch", "Save a search under a name", $"An owner has at most {SavedSearches.MaxSearches}.")
            .Returns<SavedSearch>(StatusCodes.Status201Created)
            .Fails(ProblemCodes.Conflict);
        saved.MapGet("/{id}", GetAsync).Describe("getSavedSearch", "A saved search").Returns<SavedSearch>();
        saved
            .MapPut("/{id}", ReplaceAsync)
            .Describe("replaceSavedSearch", "Put another search or name in its place")
            .Returns<SavedSearch>()
            .Fails(ProblemCodes.Conflict);
        saved.MapDelete("/{id}", DeleteAsync).Describe("deleteSavedSearch", "Delete a saved search").ReturnsNothing();
        saved
            .MapGet("/{id}/results", RunAsync)
            .Describe("runSavedSearch", "What a saved search finds now", "Further filters narrow it.")
            .Takes([.. SearchDescription.Parameters.Where(parameter => parameter.Name is not ("q" or "query"))])
            .Returns<SearchResult>()
            .Fails(ProblemCodes.Superseded);

        var history = routes.MapGroup("/api/search/history").WithTags("search").ForUsers(KeyScopes.Search);
        history
            .MapGet("/", ListQueriesAsync)
            .Describe(
                "listOwnQueries",
                "One's own submitted queries, last used first",
                $"Kept of searches with submitted=true: the last {SubmittedQueries.MaxQueries:#,0}, unless the setting search.keep-queries is false."
            )
            .Returns<Page<OwnQuery>>();
        history
            .MapDelete("/", ForgetAsync)
            .Describe("forgetOwnQueries", "Forget one's own queries: the one that is named, else all")
            .Takes(new QueryParameter("q", "string", "The query to forget"))
            .ReturnsNothing();
    }

    private static async Task<IResult> ListAsync(
        HttpContext http,
        Caller caller,
        PageRequest page,
        SavedSearches searches
    ) =>
        new JsonAnswer<Page<SavedSearch>>(
            await http.Timed("db", searches.ListAsync(caller.OwnerId, page, http.RequestAborted)),
            SearchJson.Default.PageSavedSearch
        );

    private static async Task<IResult> CreateAsync(
        HttpContext http,
        Caller caller,
        Body<SaveSearch> body,
        IdempotencyKey key,
        SavedSearches searches
    ) => await http.Timed("db", searches.CreateAsync(caller.OwnerId, body, key, http.RequestAborted));

    private static async Task<IResult> GetAsync(
        HttpContext http,
        Caller caller,
        SavedSearchId id,
        SavedSearches searches
    ) => Answer(await http.Timed("db", searches.FindAsync(caller.OwnerId, id.Value, http.RequestAborted)));

    private static async Task<IResult> ReplaceAsync(
        HttpContext http,
        Caller caller,
        SavedSearchId id,
        Body<SaveSearch> body,
        SavedSearches searches
    ) =>
        Answer(
            await http.Timed("db", searches.ReplaceAsync(caller.OwnerId, id.Value, body.Value, http.RequestAborted))
        );

    private static async Task<IResult> DeleteAsync(
        HttpContext http,
        Caller caller,
        SavedSearchId id,
        SavedSearches searches
    ) =>
        await http.Timed("db", searches.DeleteAsync(caller.OwnerId, id.Value, http.RequestAborted))
            ? TypedResults.NoContent()
            : NotFound();

    private static async Task<IResult> RunAsync(
        HttpContext http,
        Caller caller,
        SavedSearchId id,
        SavedSearches searches,
        SearchAnswers answers
    ) =>
        await searches.FindAsync(caller.OwnerId, id.Value, http.RequestAborted) is { } saved
            ? await answers.AnswerAsync(http, SearchParameters.Read(http.Request.Query, caller.OwnerId, saved))
            : NotFound();

    private static async Task<IResult> ListQueriesAsync(
        HttpContext http,
        Caller caller,
        PageRequest page,
        SubmittedQueries queries
    ) =>
        new JsonAnswer<Page<OwnQuery>>(
            await http.Timed("db", queries.ListAsync(caller.OwnerId, page, http.RequestAborted)),
            SearchJson.Default.PageOwnQuery
        );

    private static async Task<IResult> ForgetAsync(HttpContext http, Caller caller, SubmittedQueries queries)
    {
        var query = new QueryReader(http.Request.Query).Text("q");
        await queries.ForgetAsync(caller.OwnerId, query, http.RequestAborted);
        return TypedResults.NoContent();
    }

    private static IResult Answer(SavedSearch? saved) =>
        saved is null ? NotFound() : new JsonAnswer<SavedSearch>(saved, SearchJson.Default.SavedSearch);

    private static ProblemResult NotFound() => ProblemResult.NotFound("saved search");
}

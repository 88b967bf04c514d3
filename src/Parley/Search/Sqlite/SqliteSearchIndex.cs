using System.Diagnostics;
using Parley.Kernel;

namespace Parley.Search.Sqlite;

/// <summary>
/// <see cref="ISearchIndex"/> over FTS5. Newest first is a walk of the index from its end, so its first page costs the
/// same at any size; relevance scores the newest matches up to a cap. FTS5's own <c>ORDER BY rank</c> would score them all.
/// </summary>
internal sealed class SqliteSearchIndex(Db db, IndexKeeper keeper, SearchOptions options, TimeProvider time)
    : ISearchIndex
{
    /// <summary>For reading the page of a search whose own time was up.</summary>
    private static readonly TimeSpan LateReadLimit = TimeSpan.FromSeconds(1);

    public async Task<SearchAnswer> SearchAsync(SearchRequest request, CancellationToken ct)
    {
        SearchPage page;
        try
        {
            page = await db.ReadAsync(session => Find(session, request, ct), options.TimeLimit, ct);
        }
        catch (QueryTimeoutException)
        {
            return new SearchAnswer { Hits = [], TimedOut = true };
        }

        return page.Answer ?? await db.ReadAsync(session => Read(session, request, page), LateReadLimit, ct);
    }

    public Task<SearchSuggestions> SuggestAsync(long ownerId, string text, int limit, CancellationToken ct) =>
        db.ReadAsync(session => new Suggester(session, ownerId, limit).Suggest(text), options.TimeLimit, ct);

    public Task<IndexCheck> CheckAsync(int sample, CancellationToken ct) => keeper.CheckAsync(sample, ct);

    public Task RebuildAsync(IProgress<long>? progress, CancellationToken ct) => keeper.RebuildAsync(progress, ct);

    private SearchPage Find(DbSession session, SearchRequest request, CancellationToken ct)
    {
        var began = Stopwatch.GetTimestamp();
        var plan = SearchPlan.Of(session, request);
        if (plan.Empty)
            return new SearchPage
            {
                Answer = new SearchAnswer
                {
                    Hits = [],
                    Total = 0,
                    Complete = true,
                    Notes = plan.Notes,
                    Rebuilding = IndexKeeper.IsRebuilding(session),
                },
            };
        var rows = new CandidateRows(session, request.OwnerId, plan.Rows);
        var page = SearchPage.Choose(Walk(session, request, plan, rows, ct), request, plan, rows);
        page.RankTime = Stopwatch.GetElapsedTime(began);
        if (!page.Candidates!.TimedOut)
            page.Answer = Read(session, request, page);
        return page;
    }

    private Candidates Walk(
        DbSession session,
        SearchRequest request,
        SearchPlan plan,
        CandidateRows rows,
        CancellationToken ct
    )
    {
        if (request.Sort == SearchSort.Relevance)
            return Candidates.ByRelevance(session, plan, rows, time.GetUtcNow().ToUnixTimeMilliseconds(), options, ct);
        var needed = request.GroupByConversation ? options.CandidateCap : request.Skip + request.Limit + 1;
        var keep = request.Facets is { Count: > 0 } ? Math.Max(needed, options.CountCap) : needed;
        return Candidates.ByTime(session, plan, rows, request.Sort == SearchSort.Newest, needed, keep, options, ct);
    }

    private static SearchAnswer Read(DbSession session, SearchRequest request, SearchPage page)
    {
        var began = Stopwatch.GetTimestamp();
        var plan = page.Plan!;
        var rows = new CandidateRows(session, request.OwnerId, plan.Rows);
        var reader = new HitReader(session, rows, plan.Shown);
        var hits = page
            .Chosen.Select(chosen => reader.Read(chosen.Candidate, chosen.More))
            .OfType<SearchHit>()
            .ToList();
        return page.ToAnswer(hits) with
        {
            Facets = page.Candidates!.TimedOut ? [] : FacetCounts.Of(request.Facets ?? [], page.Candidates.Found, rows),
            Rebuilding = IndexKeeper.IsRebuilding(session),
            ReadTime = Stopwatch.GetElapsedTime(began),
        };
    }
}

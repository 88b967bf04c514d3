using System.Diagnostics;
using Parley.Kernel;
using Parley.Search.Matching;
using Parley.Search.Segments;

namespace Parley.Search.Sqlite;

/// <summary><see cref="ISearchIndex"/> over segments in the store's own tables.</summary>
internal sealed class SqliteSearchIndex(
    Db db,
    SegmentSets sets,
    IndexKeeper keeper,
    IndexSignal signal,
    SearchOptions options,
    TimeProvider time,
    ILogger<SqliteSearchIndex> log
) : ISearchIndex
{
    /// <summary>Above the work's own limit, so that what was found by then is still read.</summary>
    private static readonly TimeSpan ReadLimit = TimeSpan.FromSeconds(1);

    public async Task<SearchAnswer> SearchAsync(SearchRequest request, CancellationToken ct)
    {
        signal.Ask();
        try
        {
            return await db.ReadAsync(session => Search(session, request, ct), options.TimeLimit + ReadLimit, ct);
        }
        catch (QueryTimeoutException)
        {
            return new SearchAnswer
            {
                Hits = [],
                TimedOut = true,
                Cut = true,
            };
        }
        catch (SegmentDamagedException damage)
        {
            await RepairAsync(damage, ct);
            return new SearchAnswer
            {
                Hits = [],
                Rebuilding = true,
                Notes = ["The index is damaged and is being built anew from the messages; search again soon."],
            };
        }
    }

    public async Task<RankedItems> RankAsync(RankRequest request, CancellationToken ct)
    {
        signal.Ask();
        try
        {
            return await db.ReadAsync(
                session => new LaneRanking(session, sets, options, time).Rank(request, ct),
                options.TimeLimit + ReadLimit,
                ct
            );
        }
        catch (QueryTimeoutException)
        {
            return RankedItems.Nothing with { Cut = true };
        }
        catch (SegmentDamagedException damage)
        {
            await RepairAsync(damage, ct);
            return RankedItems.Nothing with { Rebuilding = true };
        }
    }

    public async Task<IReadOnlyList<SearchHit>> ReadAsync(
        long ownerId,
        SearchQuery query,
        IReadOnlyList<RankedItem> items,
        CancellationToken ct
    )
    {
        try
        {
            return await db.ReadAsync(session => Read(session, ownerId, query, items), ReadLimit, ct);
        }
        catch (QueryTimeoutException)
        {
            return [];
        }
    }

    public async Task<SearchSuggestions> SuggestAsync(long ownerId, string text, int limit, CancellationToken ct)
    {
        try
        {
            return await db.ReadAsync(
                session =>
                {
                    using var view = sets.View(session, ownerId);
                    return new Suggester(session, view, ownerId, limit).Suggest(text);
                },
                options.TimeLimit,
                ct
            );
        }
        catch (SegmentDamagedException damage)
        {
            await RepairAsync(damage, ct);
            return new SearchSuggestions([], [], [], []);
        }
    }

    public async Task<SimilarAnswer?> FindSimilarAsync(SimilarRequest request, CancellationToken ct)
    {
        try
        {
            return await db.ReadAsync(
                session =>
                {
                    using var view = sets.View(session, request.OwnerId);
                    return new SimilarMessages(session, view, options, time).Find(request, ct);
                },
                options.TimeLimit + ReadLimit,
                ct
            );
        }
        catch (QueryTimeoutException)
        {
            return SimilarAnswer.Nothing;
        }
        catch (SegmentDamagedException damage)
        {
            await RepairAsync(damage, ct);
            return SimilarAnswer.Nothing;
        }
    }

    public Task<IndexCheck> CheckAsync(int sample, CancellationToken ct) => keeper.CheckAsync(sample, ct);

    public Task RebuildAsync(IProgress<long>? progress, CancellationToken ct) => keeper.RebuildAsync(progress, ct);

    private async Task RepairAsync(SegmentDamagedException damage, CancellationToken ct)
    {
        SearchLog.Damaged(log, damage.Message);
        await keeper.BeginRepairAsync(ct);
        signal.Set();
    }

    private SearchAnswer Search(DbSession session, SearchRequest request, CancellationToken ct)
    {
        var began = Stopwatch.GetTimestamp();
        using var view = sets.View(session, request.OwnerId);
        var filters = RequestFilter.Of(session, request);
        var planner = new QueryPlanner(view);
        var query = planner.Plan(request.Query, filters.ToDocuments(view, Range(request, view)));
        if (query is null || filters.Impossible)
            return Nothing(session, request, planner);
        var work = new SearchWork(options.WorkLimit, options.TimeLimit, ct);
        work.GoesOn();
        var matcher = new Matcher(query, view, work);
        var rows = new HitRows(session, request.OwnerId);
        var aside = Aside(request, matcher, view, filters, work, ct);
        var page = FoundPage.Of(matcher, request, Skip(request), Finder(request, matcher, filters, rows, aside));
        var counts = aside?.Counts() ?? Count(request, matcher, view, filters, rows, ct);
        var meant =
            Skip(request) == 0 && request.Cursor is null && !work.TimedOut
                ? DidYouMean.Find(view, request.Query)
                : null;
        var ranked = Stopwatch.GetElapsedTime(began);
        began = Stopwatch.GetTimestamp();
        var reader = new HitReader(session, rows, planner.Shown);
        var hits = page.Entries.Select(entry => reader.Read(entry.Document, entry.More)).OfType<SearchHit>().ToList();
        return new SearchAnswer
        {
            Hits = hits,
            Total = Total(request, page, counts),
            TotalAtLeast = Math.Max(Skip(request) + page.Entries.Count, Total(request, page, counts) ?? 0),
            TotalEstimate = request.GroupByConversation && page.Groups >= 0 ? page.Groups : counts.Total,
            Complete = counts.Exact && !work.Cut,
            Cut = work.Cut,
            TimedOut = work.TimedOut,
            NextCursor = page.HasMore && page.Entries.Count > 0 ? Next(request, page, view, counts) : null,
            DidYouMean = meant,
            Facets = counts.Facets,
            Histogram = counts.Histogram,
            Notes = planner.Notes,
            Rebuilding = IndexKeeper.IsRebuilding(session),
            RankTime = ranked,
            ReadTime = Stopwatch.GetElapsedTime(began),
        };
    }

    private static List<SearchHit> Read(
        DbSession session,
        long ownerId,
        SearchQuery query,
        IReadOnlyList<RankedItem> items
    )
    {
        var wanted = query.Clauses.Where(clause => !clause.Negated).SelectMany(clause => clause.AnyOf);
        var shown = wanted.Select(AtomTerms.Of).OfType<AtomTerms>().ToList();
        var reader = new HitReader(session, new HitRows(session, ownerId), shown);
        return [.. items.Select(item => reader.Read(item.Id, item.Score, more: 0)).OfType<SearchHit>()];
    }

    private static SearchAnswer Nothing(DbSession session, SearchRequest request, QueryPlanner planner) =>
        new()
        {
            Hits = [],
            Total = 0,
            Complete = true,
            Histogram = request.Histogram is { } interval ? new DateHistogram(interval).Of(1, exact: true) : null,
            Notes = planner.Notes,
            Rebuilding = IndexKeeper.IsRebuilding(session),
        };

    private static bool IsByTime(SearchRequest request) =>
        request is { Sort: not SearchSort.Relevance, GroupByConversation: false };

    private static int Skip(SearchRequest request) =>
        IsByTime(request) ? request.Skip : request.Cursor?.Skip ?? request.Skip;

    /// <summary>The ids that a page goes on with: by time those behind the last, else those that were there at the first page.</summary>
    private static (long First, long Last) Range(SearchRequest request, IndexView view)
    {
        if (request.Cursor is not { } cursor)
            return (0, long.MaxValue);
        if (!IsByTime(request))
            return (0, cursor.Id);
        return request.Sort == SearchSort.Oldest ? (cursor.Id + 1, long.MaxValue) : (0, cursor.Id - 1);
    }

    private Func<int, List<FoundDocument>> Finder(
        SearchRequest request,
        Matcher matcher,
        RequestFilter filters,
        HitRows rows,
        SearchAside? aside
    )
    {
        Action<Action<Matcher>>? share = aside is null ? null : aside.Offer;
        Func<int, int, long, bool>? accepts = filters.ActiveOnly ? (_, _, id) => rows.IsActive(id) : null;
        if (request.Sort != SearchSort.Relevance || matcher.Query.Wanted.Count == 0)
            return count => matcher.ByTime(count, request.Sort != SearchSort.Oldest, accepts);
        var recency = new Recency(time.GetUtcNow().ToUnixTimeMilliseconds());
        return count =>
        {
            if (matcher.Query.Wanted.Count == 1)
                return matcher.ByScore(count, recency, accepts, share);
            var found = matcher.ByScore(Math.Max(count, Proximity.Depth), recency, accepts, share);
            Proximity.Rank(found, matcher);
            return found.Count > count ? found[..count] : found;
        };
    }

    /// <summary>A second thread counts meanwhile and helps to rank, where the work is worth it and needs no rows of this session.</summary>
    private SearchAside? Aside(
        SearchRequest request,
        Matcher matcher,
        IndexView view,
        RequestFilter filters,
        SearchWork work,
        CancellationToken ct
    ) =>
        filters.ActiveOnly || Environment.ProcessorCount == 1 || matcher.Postings < options.AsideFrom
            ? null
            : new SearchAside(
                run => db.TryRead(run, options.TimeLimit + ReadLimit, ct),
                session => sets.View(session, request.OwnerId),
                own => own.IsSameAs(view) ? new Matcher(matcher.Query, own, work, matcher) : null,
                twin => Count(request, twin, view, filters, rows: null, ct)
            );

    private MatchCounts Count(
        SearchRequest request,
        Matcher matcher,
        IndexView view,
        RequestFilter filters,
        HitRows? rows,
        CancellationToken ct
    )
    {
        // Pages behind the first say what the first has counted.
        if (request.Cursor is { Total: >= 0 } cursor && request is { Facets: not { Count: > 0 }, Histogram: null })
            return new MatchCounts(cursor.Total, Exact: true, new Dictionary<SearchFacet, IReadOnlyList<FacetValue>>());
        var work = new SearchWork(options.WorkLimit, options.TimeLimit / 2, ct);
        return new MatchCounter(
            matcher,
            view,
            request.Facets ?? [],
            filters.ActiveOnly ? rows!.IsActive : null,
            request.Histogram is { } interval ? new DateHistogram(interval) : null
        ).Count(options.CountLimit, work);
    }

    private static long? Total(SearchRequest request, FoundPage page, MatchCounts counts)
    {
        if (request.Cursor is { } cursor)
            return cursor.Total >= 0 ? cursor.Total : null;
        if (request.GroupByConversation)
            return page.Groups >= 0 ? page.Groups : null;
        return counts.Exact ? counts.Total : null;
    }

    private static SearchCursor Next(SearchRequest request, FoundPage page, IndexView view, MatchCounts counts)
    {
        var total = Total(request, page, counts) ?? -1;
        if (IsByTime(request))
            return new SearchCursor(page.Entries[^1].Document.Id, 0, total);
        var newest = request.Cursor?.Id ?? view.Segments.Max(segment => segment.Reader.Header.LastId);
        return new SearchCursor(newest, Skip(request) + page.Entries.Count, total);
    }
}

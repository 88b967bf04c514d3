using Parley.Conversations;
using Parley.Kernel;
using Parley.Search.Matching;
using Parley.Search.Segments;

namespace Parley.Search.Sqlite;

/// <summary>Ranks one collection of an owner, reading nothing but the index.</summary>
internal sealed class LaneRanking(DbSession session, SegmentSets sets, SearchOptions options, TimeProvider time)
{
    public RankedItems Rank(RankRequest request, CancellationToken ct)
    {
        var passages = request.Kind == RankedKind.Passages;
        using var view = sets.View(session, passages ? Collections.Passages(request.OwnerId) : request.OwnerId);
        var filters = passages ? null : RequestFilter.Of(session, new SearchRequest(request.OwnerId, request.Query));
        var query = new QueryPlanner(view).Plan(
            request.Query,
            filters is null ? Pieces(request.Documents) : Messages(filters, view),
            asQuestion: true
        );
        var rebuilding = IndexKeeper.IsRebuilding(session);
        if (query is null || query.Wanted.Count == 0 || filters is { Impossible: true })
            return RankedItems.Nothing with { Rebuilding = rebuilding };
        var work = new SearchWork(options.WorkLimit, options.TimeLimit, ct);
        work.GoesOn();
        var matcher = new Matcher(query, view, work);
        var rows = filters is { ActiveOnly: true } ? new HitRows(session, request.OwnerId) : null;
        var found = matcher.ByScore(
            Math.Max(request.Limit, Proximity.Depth),
            new Recency(time.GetUtcNow().ToUnixTimeMilliseconds()),
            rows is null ? null : (_, _, id) => rows.IsActive(id),
            share: null
        );
        if (query.Wanted.Count > 1)
            Proximity.Rank(found, matcher);
        return new RankedItems(
            [.. found.Take(request.Limit).Select(document => Item(matcher, document))],
            work.Cut || work.TimedOut,
            rebuilding
        );
    }

    private static DocumentFilter Messages(RequestFilter filters, IndexView view)
    {
        var filter = filters.ToDocuments(view, (0, long.MaxValue));
        return filter with
        {
            Kinds = filter.Kinds & DocumentFilter.Messages,
            Without = filter.Without | DocumentTraits.Hidden,
        };
    }

    private static DocumentFilter Pieces(IReadOnlyCollection<long>? documents)
    {
        if (documents is null)
            return new DocumentFilter();
        long[] included = [.. documents];
        Array.Sort(included);
        return new DocumentFilter { Conversations = new AllowedConversations(included, [], Others: false) };
    }

    private static RankedItem Item(Matcher matcher, FoundDocument document)
    {
        var reader = matcher.Segments[document.Segment].Reader;
        return new RankedItem(
            document.Id,
            reader.Conversation(reader.ConversationNumber(document.Number)).Id,
            document.Score
        );
    }
}

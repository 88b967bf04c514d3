using Parley.Conversations;
using Parley.Kernel;
using Parley.Search;

namespace Parley.Retrieval;

/// <summary>The nearest messages by their vectors, for search. Thread-safe.</summary>
internal sealed class NearestMessages(Db db, SemanticLane semantic) : INearMessages
{
    private const string SeenSql = """
        SELECT 1 FROM messages m JOIN conversations c ON c.id = m.conversation_id
        WHERE m.id = ?1 AND c.owner_id = ?2 AND c.deleted_at IS NULL AND m.hidden = 0
        """;

    /// <summary>Filters are asked of rows afterwards: so many more are looked at.</summary>
    private const int Filtered = 4;

    private static readonly TimeSpan ReadLimit = TimeSpan.FromSeconds(2);

    /// <summary>The statements, for the tests of their plans.</summary>
    public static IReadOnlyList<string> Statements { get; } = [SeenSql];

    public async Task<NearMessages> FindAsync(long ownerId, SearchQuery query, int limit, CancellationToken ct)
    {
        var question = new RetrievalQuestion(ownerId, query, 1, 1);
        try
        {
            // No documents are asked for, so none are listed.
            var scope = await db.ReadAsync(session => RetrievalScope.Of(session, question), ReadLimit, ct);
            var depth = query.Filters.Count > 0 ? limit * Filtered : limit;
            var lane = await semantic.FindAsync(question, scope with { Documents = [] }, depth, ct);
            var items =
                lane.Hits.Count == 0
                    ? []
                    : await db.ReadAsync(session => Seen(session, question, lane.Hits, limit), ReadLimit, ct);
            return new NearMessages(items, Fusion.SemanticWeight, lane.Report?.State != "absent", lane.Report?.Note);
        }
        catch (StoreException)
        {
            return new NearMessages([], Fusion.SemanticWeight, true, "What is near in meaning could not be read.");
        }
    }

    private static List<RankedItem> Seen(
        DbSession session,
        RetrievalQuestion question,
        IReadOnlyList<LaneHit> hits,
        int limit
    )
    {
        var filter = new MessageFilter(session, question.Query.Filters);
        var seen = new HashSet<long>();
        var items = new List<RankedItem>();
        foreach (var hit in hits)
        {
            // Of several parts of one message the nearest comes first.
            if (items.Count == limit || !seen.Add(hit.Key.Id) || !filter.Accepts(hit.Key.Id))
            {
                continue;
            }

            using var row = session.Query(SeenSql);
            if (row.Bind(1, hit.Key.Id).Bind(2, question.OwnerId).Step())
            {
                items.Add(new RankedItem(hit.Key.Id, hit.GroupId, hit.Score));
            }
        }

        return items;
    }
}

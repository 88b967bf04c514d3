using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Requirements;

/// <summary>The graph of statements: what is linked with what, and what people say of it. Thread-safe.</summary>
internal sealed class GraphStore(Db db, IdSource ids, TimeProvider time)
{
    public const int MostNodes = 2_000;

    /// <summary>Links of one statement that are shown.</summary>
    private const int MostLinks = 500;

    /// <summary>Statements that a way is looked for through, and its length.</summary>
    private const int MostVisited = 5_000;

    private const int LongestPath = 12;
    private const char LinkList = 'l';

    private const string NodesSql = """
        SELECT s.id, s.document_id, s.ord, s.name, coalesce(s.chosen_type, s.type), coalesce(s.chosen_priority, s.priority),
            coalesce(s.chosen_status, s.status), s.text
        FROM prd_documents d CROSS JOIN prd_statements s ON s.document_id = d.id
        WHERE d.owner_id = ?1 AND d.id = ?2 ORDER BY s.ord
        """;
    private const string DocumentsSql =
        "SELECT id FROM prd_documents WHERE owner_id = ?1 AND (?2 = 0 OR id = ?2) ORDER BY id DESC";

    private const string NamedSql = """
        SELECT s.id FROM prd_statements s INDEXED BY prd_statements_by_name CROSS JOIN prd_documents d ON d.id = s.document_id
        WHERE s.name = ?1 AND d.owner_id = ?2 ORDER BY s.document_id DESC LIMIT 10
        """;

    /// <summary>The statements, for the tests of their plans.</summary>
    public static IReadOnlyList<string> Statements { get; } = [NodesSql, DocumentsSql, NamedSql];

    /// <param name="documentId">0: the newest documents, as far as the limit goes.</param>
    /// <param name="types">Only statements of these; empty: all.</param>
    public Task<GraphView> ReadAsync(
        long ownerId,
        long documentId,
        IReadOnlyList<string> types,
        int limit,
        CancellationToken ct
    ) =>
        db.ReadAsync(
            session =>
            {
                var nodes = new List<StatementBrief>();
                var known = new HashSet<string>(StringComparer.Ordinal);
                var truncated = false;
                foreach (var document in DocumentsOf(session, ownerId, documentId))
                {
                    using var rows = session.Query(NodesSql);
                    rows.Bind(1, ownerId).Bind(2, document);
                    while (!truncated && rows.Step())
                    {
                        var node = GraphReads.ReadBrief(rows);
                        if (types.Count > 0 && !types.Contains(node.Type))
                        {
                            continue;
                        }

                        truncated = nodes.Count == limit;
                        if (!truncated)
                        {
                            nodes.Add(node);
                            known.Add(node.Id);
                        }
                    }
                }

                var links = new List<LinkView>();
                foreach (var node in nodes)
                {
                    foreach (var (_, link) in GraphReads.LinksOf(session, IdOf(node), MostLinks))
                    {
                        if (link.FromId == node.Id && known.Contains(link.ToId))
                        {
                            links.Add(link);
                        }
                    }
                }

                return new GraphView(nodes, links, truncated);
            },
            ct
        );

    /// <summary>Null where there is no such statement.</summary>
    public Task<GraphNode?> FindNodeAsync(long ownerId, long id, PageRequest page, CancellationToken ct) =>
        db.ReadAsync(
            session =>
            {
                if (StatementReads.Find(session, ownerId, id) is not { } statement)
                {
                    return null;
                }

                var all = GraphReads.LinksOf(session, id, MostLinks);
                foreach (var child in GraphReads.ChildrenOf(session, id, MostLinks))
                {
                    all.Add((child, GraphReads.Belongs(child, id)));
                }

                long skip = page.Offset;
                if (page.Cursor is not null)
                {
                    Cursor.Read(page.Cursor, LinkList, new Span<long>(ref skip));
                }

                var from = (int)Math.Clamp(skip, 0, all.Count);
                var some = all.GetRange(from, Math.Min(page.Limit, all.Count - from));
                var others = new HashSet<long>();
                foreach (var (other, _) in some)
                {
                    others.Add(other);
                }

                return new GraphNode(
                    statement,
                    some.ConvertAll(static one => one.Link),
                    GraphReads.ListBriefs(session, ownerId, others),
                    from + some.Count < all.Count ? Cursor.Write(LinkList, from + some.Count) : null
                );
            },
            ct
        );

    /// <summary>The statement of an id, or those, at most ten, that their author gave that id; newest documents first.</summary>
    public Task<List<StatementBrief>> ListNamedAsync(long ownerId, string idOrName, CancellationToken ct) =>
        db.ReadAsync(
            session =>
            {
                if (StatementOf(idOrName) is > 0 and var id)
                {
                    return GraphReads.ListBriefs(session, ownerId, [id]);
                }

                var named = new List<long>();
                using var rows = session.Query(NamedSql);
                rows.Bind(1, idOrName).Bind(2, ownerId);
                while (rows.Step())
                {
                    named.Add(rows.Int64(0));
                }

                return GraphReads.ListBriefs(session, ownerId, named);
            },
            ct
        );

    /// <summary>Null where one of the two is not there.</summary>
    public Task<GraphPath?> FindPathAsync(long ownerId, long from, long to, CancellationToken ct) =>
        db.ReadAsync(
            session =>
            {
                if (
                    GraphReads.FindBrief(session, ownerId, from) is not { } first
                    || GraphReads.FindBrief(session, ownerId, to) is null
                )
                {
                    return null;
                }

                if (from == to)
                {
                    return new GraphPath(true, [first], []);
                }

                var before = new Dictionary<long, (long From, LinkView Link)> { [from] = default };
                var front = new List<long> { from };
                for (var length = 0; length < LongestPath && front.Count > 0 && before.Count < MostVisited; length++)
                {
                    var next = new List<long>();
                    foreach (var at in front)
                    {
                        foreach (var (other, link) in GraphReads.LinksOf(session, at, MostLinks))
                        {
                            if (before.TryAdd(other, (at, link)))
                            {
                                next.Add(other);
                            }
                        }

                        if (before.ContainsKey(to))
                        {
                            return Walk(session, ownerId, to, before);
                        }
                    }

                    front = next;
                }

                return new GraphPath(false, [], []);
            },
            ct
        );

    /// <summary>Adds a link, or confirms the one that is there, a rejected one too. Null where one of the two is not there.</summary>
    public Task<LinkView?> AddAsync(long ownerId, long userId, AddLink wish, CancellationToken ct) =>
        db.WriteAsync(
            tx =>
            {
                var (from, to) = (StatementOf(wish.FromId), StatementOf(wish.ToId));
                if (
                    GraphReads.FindBrief(tx, ownerId, from) is not { } first
                    || GraphReads.FindBrief(tx, ownerId, to) is null
                )
                {
                    return null;
                }

                var relation = (LinkRelation)Array.IndexOf(LinkKinds.Relations, wish.Relation);
                var now = ApiTime.Micros(time.GetUtcNow());
                long id;
                using (
                    var find = tx.Query("SELECT id FROM prd_links WHERE from_id = ?1 AND relation = ?2 AND to_id = ?3")
                )
                {
                    id = find.Bind(1, from).Bind(2, (long)relation).Bind(3, to).Step() ? find.Int64(0) : 0;
                }

                if (id != 0)
                {
                    LinkRows.Decide(tx, id, LinkState.Confirmed, userId, now);
                }
                else
                {
                    id = ids.Next(now / 1000);
                    var link = new FoundLink(
                        from,
                        to,
                        relation,
                        LinkMethod.Person,
                        1,
                        wish.Reason ?? "a person says so",
                        0,
                        0
                    );
                    var document = Ids.TryParse(first.DocumentId, IdKind.Requirements, out var known) ? known : 0;
                    LinkRows.Insert(tx, id, document, link, LinkState.Confirmed, userId, now);
                }

                return GraphReads.FindLink(tx, id);
            },
            ct
        );

    /// <summary>Takes away what a person added; what was found is rejected and not found again.</summary>
    /// <returns>Whether there was such a link.</returns>
    public Task<bool> RejectAsync(long ownerId, long userId, long id, CancellationToken ct) =>
        db.WriteAsync(
            tx =>
            {
                LinkRow row;
                using (var find = tx.Query($"SELECT {LinkRows.Columns} FROM prd_links WHERE id = ?1"))
                {
                    if (!find.Bind(1, id).Step())
                    {
                        return false;
                    }

                    row = LinkRows.Read(find);
                }

                if (row.State == LinkState.Rejected || GraphReads.FindBrief(tx, ownerId, row.From) is null)
                {
                    return false;
                }

                if (row.Method == LinkMethod.Person)
                {
                    LinkRows.Delete(tx, id);
                }
                else
                {
                    LinkRows.Decide(tx, id, LinkState.Rejected, userId, ApiTime.Micros(time.GetUtcNow()));
                }

                return true;
            },
            ct
        );

    public static long StatementOf(string? id) => Ids.TryParse(id, IdKind.Statement, out var known) ? known : 0;

    private static long IdOf(StatementBrief brief) => StatementOf(brief.Id);

    private static List<long> DocumentsOf(DbSession session, long ownerId, long documentId)
    {
        using var rows = session.Query(DocumentsSql);
        rows.Bind(1, ownerId).Bind(2, documentId);
        var all = new List<long>();
        while (rows.Step())
        {
            all.Add(rows.Int64(0));
        }

        return all;
    }

    private static GraphPath Walk(
        DbSession session,
        long ownerId,
        long to,
        Dictionary<long, (long From, LinkView Link)> before
    )
    {
        var nodes = new List<long> { to };
        var links = new List<LinkView>();
        for (var at = to; before[at].Link is { } link; at = before[at].From)
        {
            links.Insert(0, link);
            nodes.Insert(0, before[at].From);
        }

        return new GraphPath(true, GraphReads.ListBriefs(session, ownerId, nodes), links);
    }
}

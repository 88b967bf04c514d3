using Parley.Kernel;
using Parley.Kernel.Http;

namespace Parley.Requirements;

/// <summary>Questions about what is asked for: what tests it, what documents it, what contradicts it. Thread-safe.</summary>
internal sealed class TraceStore(Db db)
{
    /// <summary>Links of one statement that are looked at.</summary>
    private const int MostLinks = 200;

    private const char TraceList = 't';
    private const char CoverageList = 'u';
    private const char ConflictList = 'x';

    private const string AskedSql = """
        SELECT s.id, s.document_id, s.ord, s.name, coalesce(s.chosen_type, s.type), coalesce(s.chosen_priority, s.priority),
            coalesce(s.chosen_status, s.status), s.text
        FROM prd_documents d CROSS JOIN prd_statements s ON s.document_id = d.id
        WHERE d.id = ?1 AND d.owner_id = ?2 AND s.ord > ?3 AND coalesce(s.chosen_type, s.type) <= 2 AND (s.form <> 0 OR s.name IS NOT NULL)
        ORDER BY s.ord LIMIT ?4
        """;
    private const string ConflictsSql = """
        SELECT l.id, l.from_id, l.to_id, l.confidence, l.reason, l.state FROM prd_documents d CROSS JOIN prd_links l ON l.document_id = d.id
        WHERE d.id = ?1 AND d.owner_id = ?2 AND l.id > ?3 AND l.relation = 6 AND l.state <> 2 ORDER BY l.id LIMIT ?4
        """;

    /// <summary>The statements, for the tests of their plans.</summary>
    public static IReadOnlyList<string> Statements { get; } = [AskedSql, ConflictsSql];

    /// <summary>In reading order; null where there is no such document.</summary>
    public Task<Page<TraceRow>?> TraceAsync(long ownerId, long id, PageRequest page, CancellationToken ct) =>
        db.ReadAsync(
            session =>
            {
                if (RequirementReads.Find(session, ownerId, id) is null)
                {
                    return null;
                }

                long after = -1;
                if (page.Cursor is not null)
                {
                    Cursor.Read(page.Cursor, TraceList, new Span<long>(ref after));
                }

                var rows = new List<TraceRow>();
                foreach (var one in Asked(session, ownerId, id, after, page.Offset + page.Limit + 1L))
                {
                    rows.Add(Row(session, ownerId, one));
                }

                rows.RemoveRange(0, Math.Min(page.Offset, rows.Count));
                return Page<TraceRow>.Of(rows, page, null, last => Cursor.Write(TraceList, last.Statement.Number - 1L));
            },
            ct
        );

    /// <summary>The whole matrix as CSV; null where there is no such document.</summary>
    public Task<string?> TraceCsvAsync(long ownerId, long id, CancellationToken ct) =>
        db.ReadAsync(
            session =>
            {
                if (RequirementReads.Find(session, ownerId, id) is null)
                {
                    return null;
                }

                var csv = new CsvTable();
                csv.Row(
                    "id",
                    "name",
                    "type",
                    "priority",
                    "status",
                    "text",
                    "tests",
                    "documentation",
                    "design",
                    "code",
                    "depends_on"
                );
                foreach (var one in Asked(session, ownerId, id, -1, PreparedText.MostStatements))
                {
                    var row = Row(session, ownerId, one);
                    csv.Row(
                        one.Id,
                        one.Name ?? "",
                        one.Type,
                        one.Priority,
                        one.Status,
                        one.Text,
                        Cell(row.Tests),
                        Cell(row.Documentation),
                        Cell(row.Design),
                        Cell(row.Code),
                        Cell(row.DependsOn)
                    );
                }

                return csv.ToString();
            },
            ct
        );

    /// <summary>Null where there is no such document.</summary>
    public Task<CoverageView?> CoverAsync(long ownerId, long id, PageRequest page, CancellationToken ct) =>
        db.ReadAsync(
            session =>
            {
                if (RequirementReads.Find(session, ownerId, id) is null)
                {
                    return null;
                }

                var (asked, tested, documented, designed, built, orphans) = (0, 0, 0, 0, 0, 0);
                var bare = new List<StatementBrief>();
                foreach (var one in Asked(session, ownerId, id, -1, PreparedText.MostStatements))
                {
                    var row = Row(session, ownerId, one);
                    asked++;
                    tested += row.Tests.Count > 0 ? 1 : 0;
                    documented += row.Documentation.Count > 0 ? 1 : 0;
                    designed += row.Design.Count > 0 ? 1 : 0;
                    built += row.Code.Count > 0 ? 1 : 0;
                    orphans += IsOrphan(session, GraphStore.StatementOf(one.Id)) ? 1 : 0;
                    if (row.Tests.Count == 0)
                    {
                        bare.Add(one);
                    }
                }

                long skip = page.Offset;
                if (page.Cursor is not null)
                {
                    Cursor.Read(page.Cursor, CoverageList, new Span<long>(ref skip));
                }

                var from = (int)Math.Clamp(skip, 0, bare.Count);
                var some = bare.GetRange(from, Math.Min(page.Limit, bare.Count - from));
                var next = from + some.Count < bare.Count ? Cursor.Write(CoverageList, from + some.Count) : null;
                return new CoverageView(asked, tested, documented, designed, built, orphans, some, next);
            },
            ct
        );

    /// <summary>Null where there is no such document.</summary>
    public Task<Page<ConflictView>?> ListConflictsAsync(
        long ownerId,
        long id,
        PageRequest page,
        CancellationToken ct
    ) =>
        db.ReadAsync(
            session =>
            {
                if (RequirementReads.Find(session, ownerId, id) is null)
                {
                    return null;
                }

                long after = 0;
                if (page.Cursor is not null)
                {
                    Cursor.Read(page.Cursor, ConflictList, new Span<long>(ref after));
                }

                var items = new List<ConflictView>();
                var places = new List<long>();
                using var rows = session.Query(ConflictsSql);
                rows.Bind(1, id).Bind(2, ownerId).Bind(3, after).Bind(4, page.Offset + page.Limit + 1L);
                for (var skip = page.Offset; rows.Step(); skip--)
                {
                    if (
                        skip <= 0
                        && GraphReads.FindBrief(session, ownerId, rows.Int64(1)) is { } first
                        && GraphReads.FindBrief(session, ownerId, rows.Int64(2)) is { } second
                    )
                    {
                        var state = rows.Int32(5);
                        places.Add(rows.Int64(0));
                        items.Add(
                            new ConflictView(
                                LinkId.Format(rows.Int64(0)),
                                first,
                                second,
                                state == (int)LinkState.Confirmed ? 1 : rows.Double(3),
                                rows.Text(4)!,
                                LinkKinds.States[state]
                            )
                        );
                    }
                }

                return Page<ConflictView>.Of(
                    items,
                    page,
                    null,
                    _ => Cursor.Write(ConflictList, places[page.Limit - 1])
                );
            },
            ct
        );

    /// <summary>Null where there is no such statement.</summary>
    public Task<StatementContext?> FindContextAsync(long ownerId, long id, int around, CancellationToken ct) =>
        db.ReadAsync(
            session =>
            {
                if (StatementReads.Find(session, ownerId, id) is not { } statement)
                {
                    return null;
                }

                var linked = new List<LinkedStatement>();
                foreach (var (other, link) in GraphReads.LinksOf(session, id, MostLinks))
                {
                    if (GraphReads.FindBrief(session, ownerId, other) is { } brief)
                    {
                        linked.Add(new LinkedStatement(brief, link.Relation, link.Confidence, link.Id));
                    }
                }

                return new StatementContext(
                    statement,
                    Beside(session, ownerId, statement, -around, around),
                    Beside(session, ownerId, statement, 1, around),
                    GraphReads.ListBriefs(session, ownerId, GraphReads.ChildrenOf(session, id, MostLinks)),
                    linked
                );
            },
            ct
        );

    private static List<StatementBrief> Beside(
        DbSession session,
        long ownerId,
        StatementView statement,
        int from,
        int count
    )
    {
        var document = Ids.TryParse(statement.DocumentId, IdKind.Requirements, out var known) ? known : 0;
        var ids = new List<long>();
        using (
            var rows = session.Query(
                "SELECT id FROM prd_statements WHERE document_id = ?1 AND ord >= ?2 AND ord < ?3 ORDER BY ord"
            )
        )
        {
            var first = statement.Number - 1 + from;
            rows.Bind(1, document).Bind(2, first).Bind(3, (long)first + count);
            while (rows.Step())
            {
                ids.Add(rows.Int64(0));
            }
        }

        return GraphReads.ListBriefs(session, ownerId, ids);
    }

    private static List<StatementBrief> Asked(DbSession session, long ownerId, long id, long after, long limit)
    {
        using var rows = session.Query(AskedSql);
        rows.Bind(1, id).Bind(2, ownerId).Bind(3, after).Bind(4, limit);
        var all = new List<StatementBrief>();
        while (rows.Step())
        {
            all.Add(GraphReads.ReadBrief(rows));
        }

        return all;
    }

    private static TraceRow Row(DbSession session, long ownerId, StatementBrief one)
    {
        var row = new TraceRow(
            one,
            new List<LinkedStatement>(),
            new List<LinkedStatement>(),
            new List<LinkedStatement>(),
            new List<LinkedStatement>(),
            new List<LinkedStatement>()
        );
        var id = GraphStore.StatementOf(one.Id);
        foreach (var (other, link) in GraphReads.LinksOf(session, id, MostLinks))
        {
            var comes = link.ToId == one.Id;
            var list = (comes, link.Relation) switch
            {
                (true, "TESTS") => row.Tests,
                (true, "DOCUMENTS") => row.Documentation,
                (true, "DESIGNS") => row.Design,
                (true, "IMPLEMENTS") => row.Code,
                (false, "DEPENDS_ON") => row.DependsOn,
                _ => null,
            };
            if (list is List<LinkedStatement> open && GraphReads.FindBrief(session, ownerId, other) is { } brief)
            {
                open.Add(new LinkedStatement(brief, link.Relation, link.Confidence, link.Id));
            }
        }

        // Criteria that stand under a story test it.
        foreach (var child in GraphReads.ChildrenOf(session, id, MostLinks))
        {
            AddCriteria(session, ownerId, child, (List<LinkedStatement>)row.Tests, deeper: true);
        }

        return row;
    }

    private static void AddCriteria(DbSession session, long ownerId, long id, List<LinkedStatement> tests, bool deeper)
    {
        if (GraphReads.FindBrief(session, ownerId, id) is not { } brief)
        {
            return;
        }

        var type = (StatementType)Array.IndexOf(StatementKinds.Types, brief.Type);
        if (type.IsTest() && !tests.Exists(known => known.Statement.Id == brief.Id))
        {
            tests.Add(new LinkedStatement(brief, LinkKinds.Relations[(int)LinkRelation.BelongsTo], 1, null));
        }

        if (deeper && type == StatementType.Overview)
        {
            foreach (var child in GraphReads.ChildrenOf(session, id, MostLinks))
            {
                AddCriteria(session, ownerId, child, tests, deeper: false);
            }
        }
    }

    private static bool IsOrphan(DbSession session, long id)
    {
        foreach (var (_, link) in GraphReads.LinksOf(session, id, 1))
        {
            if (link.Id is not null)
            {
                return false;
            }
        }

        return true;
    }

    private static string Cell(IReadOnlyList<LinkedStatement> linked)
    {
        var cell = new System.Text.StringBuilder();
        foreach (var one in linked)
        {
            cell.Append(cell.Length > 0 ? "; " : "").Append(one.Statement.Name ?? one.Statement.Id);
        }

        return cell.ToString();
    }
}

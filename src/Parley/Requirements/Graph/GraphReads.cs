using Parley.Kernel;

namespace Parley.Requirements;

/// <summary>Reads statements in brief and their links. What is asked for by id is made sure to be the owner's; links never leave an owner.</summary>
internal static class GraphReads
{
    private const string BriefColumns = """
        s.id, s.document_id, s.ord, s.name, coalesce(s.chosen_type, s.type), coalesce(s.chosen_priority, s.priority),
        coalesce(s.chosen_status, s.status), s.text
        """;
    private const string BriefSql =
        $"SELECT {BriefColumns} FROM prd_statements s CROSS JOIN prd_documents d ON d.id = s.document_id WHERE s.id = ?1 AND d.owner_id = ?2";
    private const string LinkColumns = """
        l.id, l.from_id, l.to_id, l.relation, l.method, l.confidence, l.reason, l.evidence_start, l.evidence_length, l.state, l.decided_by, f.text
        FROM prd_links l CROSS JOIN prd_statements f ON f.id = l.from_id
        """;
    private const string FromSql = $"SELECT {LinkColumns} WHERE l.from_id = ?1 AND l.state <> 2 LIMIT ?2";
    private const string ToSql = $"SELECT {LinkColumns} WHERE l.to_id = ?1 AND l.state <> 2 LIMIT ?2";
    private const string FindSql = $"SELECT {LinkColumns} WHERE l.id = ?1";
    private const string ParentSql = "SELECT parent_id, document_id FROM prd_statements WHERE id = ?1";
    private const string ChildrenSql = "SELECT id FROM prd_statements WHERE parent_id = ?1 ORDER BY ord LIMIT ?2";

    /// <summary>The statements, for the tests of their plans.</summary>
    public static IReadOnlyList<string> Statements { get; } =
    [BriefSql, FromSql, ToSql, FindSql, ParentSql, ChildrenSql];

    /// <summary>Null where the owner has no such statement.</summary>
    public static StatementBrief? FindBrief(DbSession session, long ownerId, long id)
    {
        using var row = session.Query(BriefSql);
        return row.Bind(1, id).Bind(2, ownerId).Step() ? ReadBrief(row) : null;
    }

    /// <summary>Those that are there, in the order asked for.</summary>
    public static List<StatementBrief> ListBriefs(DbSession session, long ownerId, IEnumerable<long> ids)
    {
        var all = new List<StatementBrief>();
        foreach (var id in ids)
        {
            if (FindBrief(session, ownerId, id) is { } brief)
            {
                all.Add(brief);
            }
        }

        return all;
    }

    public static StatementBrief ReadBrief(DbStatement row) =>
        new(
            StatementId.Format(row.Int64(0)),
            RequirementsId.Format(row.Int64(1)),
            row.Int32(2) + 1,
            row.Text(3),
            StatementKinds.Types[row.Int32(4)],
            StatementKinds.Priorities[row.Int32(5)],
            StatementKinds.Statuses[row.Int32(6)],
            StatementBrief.Short(row.Text(7)!)
        );

    /// <summary>Links that go out from a statement, then those that come to it, then its heading; none that was rejected.</summary>
    public static List<(long Other, LinkView Link)> LinksOf(DbSession session, long id, int limit)
    {
        var all = new List<(long, LinkView)>();
        foreach (var sql in (ReadOnlySpan<string>)[FromSql, ToSql])
        {
            using var rows = session.Query(sql);
            rows.Bind(1, id).Bind(2, limit);
            while (rows.Step())
            {
                var (from, to) = (rows.Int64(1), rows.Int64(2));
                all.Add((from == id ? to : from, ReadLink(rows)));
            }
        }

        using var parent = session.Query(ParentSql);
        if (parent.Bind(1, id).Step() && parent.Int64OrNull(0) is { } above)
        {
            all.Add((above, Belongs(id, above)));
        }

        return all;
    }

    /// <summary>What stands under a heading, an item or an introducing sentence, in reading order.</summary>
    public static List<long> ChildrenOf(DbSession session, long id, int limit)
    {
        using var rows = session.Query(ChildrenSql);
        rows.Bind(1, id).Bind(2, limit);
        var all = new List<long>();
        while (rows.Step())
        {
            all.Add(rows.Int64(0));
        }

        return all;
    }

    public static LinkView? FindLink(DbSession session, long id)
    {
        using var row = session.Query(FindSql);
        return row.Bind(1, id).Step() ? ReadLink(row) : null;
    }

    public static LinkView Belongs(long id, long above) =>
        new(
            null,
            StatementId.Format(id),
            StatementId.Format(above),
            LinkKinds.Relations[(int)LinkRelation.BelongsTo],
            LinkKinds.Methods[(int)LinkMethod.Structure],
            1,
            "it stands under it",
            "",
            0,
            LinkKinds.States[0],
            null
        );

    public static LinkView ReadLink(DbStatement row)
    {
        var text = row.Text(11)!;
        var start = Math.Clamp(row.Int32(7), 0, text.Length);
        var state = row.Int32(9);
        return new LinkView(
            LinkId.Format(row.Int64(0)),
            StatementId.Format(row.Int64(1)),
            StatementId.Format(row.Int64(2)),
            LinkKinds.Relations[row.Int32(3)],
            LinkKinds.Methods[row.Int32(4)],
            state == (int)LinkState.Confirmed ? 1 : row.Double(5),
            row.Text(6)!,
            text.Substring(start, Math.Clamp(row.Int32(8), 0, text.Length - start)),
            start,
            LinkKinds.States[state],
            state == (int)LinkState.Confirmed && row.Int64OrNull(10) is { } by ? Ids.Format(by, IdKind.User) : null
        );
    }
}

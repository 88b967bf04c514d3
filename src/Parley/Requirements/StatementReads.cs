using Parley.Kernel;
using Parley.Kernel.Http;

namespace Parley.Requirements;

/// <summary>Which statements are asked for; null: any.</summary>
internal sealed record StatementFilter(int? Type, int? Priority, int? Status);

/// <summary>Reads statements as the API shows them; every query names the owner.</summary>
internal static class StatementReads
{
    private const char List = 's';

    private const string Columns = """
        s.id, s.document_id, s.ord, s.name, s.text, s.form, s.level, s.parent_id, s.start, s.length, s.char_start, s.char_length,
        s.type, s.confidence, s.reason, s.chosen_type, s.priority, s.chosen_priority, s.status, s.chosen_status, s.updated_at, s.revision
        FROM prd_statements s CROSS JOIN prd_documents d ON d.id = s.document_id
        """;
    private const string ListSql = $"""
        SELECT {Columns} WHERE s.document_id = ?1 AND d.owner_id = ?2 AND s.ord > ?3
            AND (?6 IS NULL OR coalesce(s.chosen_type, s.type) = ?6) AND (?7 IS NULL OR coalesce(s.chosen_priority, s.priority) = ?7)
            AND (?8 IS NULL OR coalesce(s.chosen_status, s.status) = ?8)
        ORDER BY s.ord LIMIT ?4 OFFSET ?5
        """;
    private const string FindSql = $"SELECT {Columns} WHERE s.id = ?1 AND d.owner_id = ?2";
    private const string AboveSql = "SELECT form, parent_id, text FROM prd_statements WHERE id = ?1";

    /// <summary>The statements, for the tests of their plans.</summary>
    public static IReadOnlyList<string> Statements { get; } = [ListSql, FindSql, AboveSql];

    public static Page<StatementView> Page(
        DbSession session,
        long ownerId,
        long documentId,
        StatementFilter filter,
        PageRequest page
    )
    {
        long after = -1;
        if (page.Cursor is not null)
        {
            Cursor.Read(page.Cursor, List, new Span<long>(ref after));
        }

        using var rows = session.Query(ListSql);
        rows.Bind(1, documentId).Bind(2, ownerId).Bind(3, after).Bind(4, page.Limit + 1L).Bind(5, page.Offset);
        rows.Bind(6, (long?)filter.Type).Bind(7, (long?)filter.Priority).Bind(8, (long?)filter.Status);
        var items = ReadAll(session, rows);
        return Page<StatementView>.Of(items, page, null, last => Cursor.Write(List, last.Number - 1));
    }

    /// <summary>All of a document, in reading order: bounded by what a document may have.</summary>
    public static List<StatementView> ListAll(DbSession session, long ownerId, long documentId)
    {
        using var rows = session.Query(ListSql);
        rows.Bind(1, documentId).Bind(2, ownerId).Bind(3, -1L).Bind(4, PreparedText.MostStatements).Bind(5, 0L);
        rows.BindNull(6).BindNull(7).BindNull(8);
        return ReadAll(session, rows);
    }

    public static StatementView? Find(DbSession session, long ownerId, long id)
    {
        using var row = session.Query(FindSql);
        return row.Bind(1, id).Bind(2, ownerId).Step() ? Read(row, new HeadingPaths(session)) : null;
    }

    private static List<StatementView> ReadAll(DbSession session, DbStatement rows)
    {
        var items = new List<StatementView>();
        var paths = new HeadingPaths(session);
        while (rows.Step())
        {
            items.Add(Read(rows, paths));
        }

        return items;
    }

    private static StatementView Read(DbStatement row, HeadingPaths paths)
    {
        var parent = row.Int64OrNull(7);
        var (type, typedBy) = Chosen(row, 12, 15);
        var (priority, priorityBy) = Chosen(row, 16, 17);
        var (status, statusBy) = Chosen(row, 18, 19);
        return new StatementView(
            StatementId.Format(row.Int64(0)),
            RequirementsId.Format(row.Int64(1)),
            row.Int32(2) + 1,
            row.Text(3),
            row.Text(4)!,
            StatementKinds.Forms[row.Int32(5)],
            row.Int32(6),
            parent is { } above ? StatementId.Format(above) : null,
            paths.Of(parent),
            row.Int64(8),
            row.Int64(9),
            row.Int64(10),
            row.Int64(11),
            StatementKinds.Types[type],
            row.IsNull(15) ? row.Double(13) : 1,
            row.Text(14)!,
            typedBy,
            StatementKinds.Priorities[priority],
            priorityBy,
            StatementKinds.Statuses[status],
            statusBy,
            Iso.Micros(row.Int64(20)),
            row.Int64(21)
        );
    }

    private static (int Value, string By) Chosen(DbStatement row, int rule, int choice) =>
        row.IsNull(choice)
            ? (row.Int32(rule), StatementKinds.Choosers[0])
            : (row.Int32(choice), StatementKinds.Choosers[1]);

    /// <summary>Headings above statements, each read once.</summary>
    private sealed class HeadingPaths(DbSession session)
    {
        private readonly Dictionary<long, IReadOnlyList<string>> known = [];

        public IReadOnlyList<string> Of(long? id)
        {
            if (id is not { } at)
            {
                return [];
            }

            if (known.TryGetValue(at, out var path))
            {
                return path;
            }

            var (isHeading, parent, text) = Above(at);
            return known[at] = isHeading ? [.. Of(parent), text] : Of(parent);
        }

        private (bool IsHeading, long? Parent, string Text) Above(long id)
        {
            using var row = session.Query(AboveSql);
            return row.Bind(1, id).Step()
                ? (row.Int32(0) == (int)StatementForm.Heading, row.Int64OrNull(1), row.Text(2)!)
                : (false, null, "");
        }
    }
}

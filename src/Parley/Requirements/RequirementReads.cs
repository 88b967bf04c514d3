using Parley.Conversations;
using Parley.Kernel;
using Parley.Kernel.Http;

namespace Parley.Requirements;

/// <summary>Reads documents and their versions as the API shows them; every statement names the owner.</summary>
internal static class RequirementReads
{
    private const char List = 'q';
    private const char VersionList = 'v';
    private const char DiffList = 'f';

    private const string Columns = """
        d.id, d.space_id, d.name, v.kind, d.version, v.size, v.statements, d.created_at, d.updated_at, d.revision
        FROM prd_documents d CROSS JOIN prd_versions v ON v.document_id = d.id AND v.number = d.version
        """;
    private const string ListSql =
        $"SELECT {Columns} WHERE d.owner_id = ?1 AND d.id < ?2 AND (?5 IS NULL OR d.space_id = ?5) ORDER BY d.id DESC LIMIT ?3 OFFSET ?4";
    private const string FindSql = $"SELECT {Columns} WHERE d.id = ?1 AND d.owner_id = ?2";
    private const string ByNameSql =
        "SELECT id FROM prd_documents WHERE owner_id = ?1 AND space_id = ?2 AND name_key = ?3";
    private const string VersionsSql = """
        SELECT v.number, v.kind, v.size, v.statements, v.created_at FROM prd_documents d CROSS JOIN prd_versions v ON v.document_id = d.id
        WHERE d.id = ?1 AND d.owner_id = ?2 AND v.number < ?3 ORDER BY v.number DESC LIMIT ?4 OFFSET ?5
        """;

    /// <summary>The statements, for the tests of their plans.</summary>
    public static IReadOnlyList<string> Statements { get; } = [ListSql, FindSql, ByNameSql, VersionsSql];

    public static Page<RequirementsView> Page(DbSession session, long ownerId, long? spaceId, PageRequest page)
    {
        var before = long.MaxValue;
        if (page.Cursor is not null)
        {
            Cursor.Read(page.Cursor, List, new Span<long>(ref before));
        }

        using var rows = session.Query(ListSql);
        rows.Bind(1, ownerId).Bind(2, before).Bind(3, page.Limit + 1L).Bind(4, page.Offset).Bind(5, spaceId);
        var items = new List<RequirementsView>();
        while (rows.Step())
        {
            items.Add(Read(rows));
        }

        return Page<RequirementsView>.Of(
            items,
            page,
            null,
            last => Cursor.Write(List, Ids.TryParse(last.Id, IdKind.Requirements, out var id) ? id : 0)
        );
    }

    public static RequirementsView? Find(DbSession session, long ownerId, long id)
    {
        using var row = session.Query(FindSql);
        return row.Bind(1, id).Bind(2, ownerId).Step() ? Read(row) : null;
    }

    /// <summary>The document of that name in a space; null: there is none.</summary>
    public static long? FindByName(DbSession session, long ownerId, long spaceId, string name)
    {
        using var row = session.Query(ByNameSql);
        return row.Bind(1, ownerId).Bind(2, spaceId).Bind(3, Key(name)).Step() ? row.Int64(0) : null;
    }

    /// <summary>Newest first.</summary>
    public static Page<RequirementsVersion> Versions(DbSession session, long ownerId, long id, PageRequest page)
    {
        long before = int.MaxValue;
        if (page.Cursor is not null)
        {
            Cursor.Read(page.Cursor, VersionList, new Span<long>(ref before));
        }

        using var rows = session.Query(VersionsSql);
        rows.Bind(1, id).Bind(2, ownerId).Bind(3, before).Bind(4, page.Limit + 1L).Bind(5, page.Offset);
        var items = new List<RequirementsVersion>();
        while (rows.Step())
        {
            items.Add(
                new RequirementsVersion(
                    rows.Int32(0),
                    rows.Text(1)!,
                    rows.Int64(2),
                    rows.Int32(3),
                    Iso.Micros(rows.Int64(4))
                )
            );
        }

        return Page<RequirementsVersion>.Of(items, page, null, last => Cursor.Write(VersionList, last.Number));
    }

    /// <summary>Null where one of the versions is not kept.</summary>
    public static RequirementsDiff? Diff(DbSession session, long id, int from, int to, PageRequest page)
    {
        if (
            RequirementVersions.FindStatements(session, id, from) is not { } before
            || RequirementVersions.FindStatements(session, id, to) is not { } after
        )
        {
            return null;
        }

        var changes = Changes(before, after);
        long skip = page.Offset;
        if (page.Cursor is not null)
        {
            Cursor.Read(page.Cursor, DiffList, new Span<long>(ref skip));
        }

        var begin = (int)Math.Clamp(skip, 0, changes.Count);
        var count = Math.Min(page.Limit, changes.Count - begin);
        var next = begin + count;
        return new RequirementsDiff(
            from,
            to,
            Count(changes, StatementChange.Added),
            Count(changes, StatementChange.Modified),
            Count(changes, StatementChange.Removed),
            changes.GetRange(begin, count),
            next < changes.Count ? Cursor.Write(DiffList, next) : null
        );
    }

    /// <summary>What names are compared by.</summary>
    public static string Key(string name) => name.Trim().Normalize().ToLowerInvariant();

    private static List<StatementChange> Changes(List<VersionStatement> before, List<VersionStatement> after)
    {
        var former = new Dictionary<long, string>();
        foreach (var one in before)
        {
            former[one.Id] = one.Text;
        }

        var changes = new List<StatementChange>();
        foreach (var one in after)
        {
            if (!former.Remove(one.Id, out var text))
            {
                changes.Add(new StatementChange(StatementChange.Added, StatementId.Format(one.Id), null, one.Text));
            }
            else if (text != one.Text)
            {
                changes.Add(new StatementChange(StatementChange.Modified, StatementId.Format(one.Id), text, one.Text));
            }
        }

        foreach (var one in before)
        {
            if (former.ContainsKey(one.Id))
            {
                changes.Add(new StatementChange(StatementChange.Removed, StatementId.Format(one.Id), one.Text, null));
            }
        }

        return changes;
    }

    private static int Count(List<StatementChange> changes, string change)
    {
        var count = 0;
        foreach (var one in changes)
        {
            count += one.Change == change ? 1 : 0;
        }

        return count;
    }

    private static RequirementsView Read(DbStatement row) =>
        new(
            RequirementsId.Format(row.Int64(0)),
            SpaceId.Format(row.Int64(1)),
            row.Text(2)!,
            row.Text(3)!,
            row.Int32(4),
            row.Int64(5),
            row.Int32(6),
            Iso.Micros(row.Int64(7)),
            Iso.Micros(row.Int64(8)),
            row.Int64(9)
        );
}

using Parley.Conversations;
using Parley.Kernel;
using Parley.Kernel.Http;

namespace Parley.Search.Sqlite;

/// <summary>What people searched for before, each their own; see <see cref="SearchOptions.KeepQueries"/>. Thread-safe.</summary>
internal sealed class SubmittedQueries(Db db, SearchOptions options, TimeProvider time, ILogger<SubmittedQueries> log)
{
    /// <summary>So many an owner are kept, the last used ones.</summary>
    public const int MaxQueries = 1_000;

    private const string ListSql =
        "SELECT query, uses, used_at FROM submitted_queries WHERE owner_id = ?1 ORDER BY used_at DESC LIMIT ?2 OFFSET ?3";
    private const string BeginningSql =
        "SELECT query, uses, used_at FROM submitted_queries WHERE owner_id = ?1 AND query_key >= ?2";
    private const char ListCursor = 's';

    /// <summary>The statements, for the tests of their plans.</summary>
    public static IReadOnlyList<string> Statements { get; } = [ListSql, BeginningSql];

    /// <summary>Remembers a query. A search does not fail because it cannot be remembered.</summary>
    public async Task RecordAsync(long ownerId, string query, CancellationToken ct)
    {
        if (!options.KeepQueries || string.IsNullOrWhiteSpace(query))
            return;
        try
        {
            await db.WriteAsync(tx => Record(tx, ownerId, query.Trim()), ct);
        }
        catch (StoreException failure)
        {
            SearchLog.QueryNotKept(log, failure.Message);
        }
    }

    /// <summary>Last used first.</summary>
    public Task<Page<OwnQuery>> ListAsync(long ownerId, PageRequest page, CancellationToken ct) =>
        db.ReadAsync(
            session =>
            {
                long offset = page.Offset;
                if (page.Cursor is not null)
                    Cursor.Read(page.Cursor, ListCursor, new Span<long>(ref offset));
                var items = new List<OwnQuery>();
                using var rows = session.Query(ListSql);
                rows.Bind(1, ownerId).Bind(2, page.Limit + 1L).Bind(3, offset);
                while (rows.Step())
                    items.Add(Read(rows).Query);
                return Page<OwnQuery>.Of(items, page, null, _ => Cursor.Write(ListCursor, offset + page.Limit));
            },
            ct
        );

    /// <summary>Forgets one query, or all.</summary>
    public Task ForgetAsync(long ownerId, string? query, CancellationToken ct) =>
        db.WriteEssentialAsync(
            tx =>
            {
                if (query is null)
                    RemoveAll(tx, ownerId);
                else
                    Remove(tx, ownerId, Names.Key(query));
            },
            ct
        );

    public static void RemoveAll(DbTransaction tx, long ownerId) => Remove(tx, ownerId, key: null);

    /// <summary>The owner's most frequent queries that begin so, but not that text itself.</summary>
    public static List<OwnQuery> BeginningWith(DbSession session, long ownerId, string text, int limit)
    {
        var key = Names.Key(text);
        var found = new List<(OwnQuery Query, long UsedAt)>();
        using var rows = session.Query(BeginningSql);
        rows.Bind(1, ownerId).Bind(2, key);
        while (rows.Step())
        {
            var other = Names.Key(rows.Text(0)!);
            if (!other.StartsWith(key, StringComparison.Ordinal))
                break;
            if (other.Length > key.Length)
                found.Add(Read(rows));
        }

        found.Sort(
            (a, b) => a.Query.Uses != b.Query.Uses ? b.Query.Uses.CompareTo(a.Query.Uses) : b.UsedAt.CompareTo(a.UsedAt)
        );
        return [.. found.Take(limit).Select(one => one.Query)];
    }

    private static (OwnQuery Query, long UsedAt) Read(DbStatement row) =>
        (new OwnQuery(row.Text(0)!, row.Int64(1), Iso.Micros(row.Int64(2))), row.Int64(2));

    private static void Remove(DbTransaction tx, long ownerId, string? key)
    {
        using var delete = tx.Query(
            "DELETE FROM submitted_queries WHERE owner_id = ?1 AND (?2 IS NULL OR query_key = ?2)"
        );
        delete.Bind(1, ownerId).Bind(2, key).Run();
    }

    private void Record(DbTransaction tx, long ownerId, string query)
    {
        using (
            var save = tx.Query(
                """
                INSERT INTO submitted_queries (owner_id, query_key, query, uses, used_at) VALUES (?1, ?2, ?3, 1, ?4)
                ON CONFLICT DO UPDATE SET query = excluded.query, uses = uses + 1, used_at = excluded.used_at
                """
            )
        )
            save.Bind(1, ownerId)
                .Bind(2, Names.Key(query))
                .Bind(3, query)
                .Bind(4, ApiTime.Micros(time.GetUtcNow()))
                .Run();
        using var forget = tx.Query(
            """
            DELETE FROM submitted_queries WHERE owner_id = ?1 AND query_key IN
                (SELECT query_key FROM submitted_queries WHERE owner_id = ?1 ORDER BY used_at DESC LIMIT -1 OFFSET ?2)
            """
        );
        forget.Bind(1, ownerId).Bind(2, MaxQueries).Run();
    }
}

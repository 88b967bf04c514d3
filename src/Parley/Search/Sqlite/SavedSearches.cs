using Parley.Conversations;
using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Search.Sqlite;

/// <summary>Searches saved under names, of which each owner has few. Thread-safe.</summary>
internal sealed class SavedSearches(Db db, IdempotentWrites writes, TimeProvider time)
{
    /// <summary>So many an owner may have: one page of the list.</summary>
    public const int MaxSearches = PageRequest.MaxLimit;

    private const string Columns = "id, name, query, sort, grouped, created_at, updated_at";
    private const string ListSql =
        $"SELECT {Columns} FROM saved_searches WHERE owner_id = ?1 ORDER BY name_key LIMIT ?2 OFFSET ?3";
    private const string FindSql = $"SELECT {Columns} FROM saved_searches WHERE id = ?1 AND owner_id = ?2";
    private const string NamedSql = "SELECT id FROM saved_searches WHERE owner_id = ?1 AND name_key = ?2";
    private const char ListCursor = 'q';

    /// <summary>The statements, for the tests of their plans.</summary>
    public static IReadOnlyList<string> Statements { get; } = [ListSql, FindSql, NamedSql];

    /// <summary>By name.</summary>
    public Task<Page<SavedSearch>> ListAsync(long ownerId, PageRequest page, CancellationToken ct) =>
        db.ReadAsync(
            session =>
            {
                long offset = page.Offset;
                if (page.Cursor is not null)
                    Cursor.Read(page.Cursor, ListCursor, new Span<long>(ref offset));
                var items = new List<SavedSearch>();
                using var rows = session.Query(ListSql);
                rows.Bind(1, ownerId).Bind(2, page.Limit + 1L).Bind(3, offset);
                while (rows.Step())
                    items.Add(Read(rows));
                return Page<SavedSearch>.Of(items, page, null, _ => Cursor.Write(ListCursor, offset + page.Limit));
            },
            ct
        );

    /// <summary>The search, or <see langword="null"/> where it is another's or nobody's.</summary>
    public Task<SavedSearch?> FindAsync(long ownerId, long id, CancellationToken ct) =>
        db.ReadAsync(session => Find(session, ownerId, id), ct);

    /// <exception cref="ProblemException">The name is taken, or there are too many.</exception>
    public Task<StoredAnswer> CreateAsync(
        long ownerId,
        Body<SaveSearch> body,
        IdempotencyKey key,
        CancellationToken ct
    ) =>
        writes.RunAsync(
            ownerId,
            key,
            body.Utf8,
            tx =>
            {
                RequireFree(tx, ownerId, body.Value.Name!, except: 0);
                RequireRoom(tx, ownerId);
                using var insert = tx.Query(
                    $"""
                    INSERT INTO saved_searches (owner_id, name, name_key, query, sort, grouped, created_at, updated_at)
                    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7) RETURNING {Columns}
                    """
                );
                Bind(insert, ownerId, body.Value).Step();
                var saved = Read(insert);
                return StoredAnswer.Of(
                    saved,
                    SearchJson.Default.SavedSearch,
                    StatusCodes.Status201Created,
                    "/api/search/saved/" + saved.Id
                );
            },
            ct
        );

    /// <returns><see langword="null"/> where there is no such search.</returns>
    /// <exception cref="ProblemException">The name is taken.</exception>
    public Task<SavedSearch?> ReplaceAsync(long ownerId, long id, SaveSearch search, CancellationToken ct) =>
        db.WriteAsync(
            tx =>
            {
                if (Find(tx, ownerId, id) is null)
                    return null;
                RequireFree(tx, ownerId, search.Name!, except: id);
                using var update = tx.Query(
                    $"""
                    UPDATE saved_searches SET name = ?2, name_key = ?3, query = ?4, sort = ?5, grouped = ?6, updated_at = ?7
                    WHERE id = ?8 AND owner_id = ?1 RETURNING {Columns}
                    """
                );
                Bind(update, ownerId, search).Bind(8, id).Step();
                return Read(update);
            },
            ct
        );

    /// <returns>Whether there was such a search.</returns>
    public Task<bool> DeleteAsync(long ownerId, long id, CancellationToken ct) =>
        db.WriteEssentialAsync(
            tx =>
            {
                using var delete = tx.Query("DELETE FROM saved_searches WHERE id = ?1 AND owner_id = ?2");
                delete.Bind(1, id).Bind(2, ownerId).Run();
                return tx.Changes > 0;
            },
            ct
        );

    public static long Count(DbSession session, long ownerId)
    {
        using var count = session.Query("SELECT count(*) FROM saved_searches WHERE owner_id = ?1");
        return count.Bind(1, ownerId).Step() ? count.Int64(0) : 0;
    }

    /// <summary>Gives them to another owner; a name that one has already gets this name behind it, and stays behind where that is taken too.</summary>
    public static void HandOver(DbTransaction tx, long from, long to, string name)
    {
        var searches = new List<(long Id, string Name)>();
        using (var rows = tx.Query("SELECT id, name FROM saved_searches WHERE owner_id = ?1"))
        {
            rows.Bind(1, from);
            while (rows.Step())
                searches.Add((rows.Int64(0), rows.Text(1)!));
        }

        foreach (var (id, called) in searches)
        {
            foreach (var tried in new[] { called, $"{called} ({name})" })
            {
                using var give = tx.Query(
                    "UPDATE OR IGNORE saved_searches SET owner_id = ?2, name = ?3, name_key = ?4 WHERE id = ?1 AND owner_id = ?5"
                );
                give.Bind(1, id).Bind(2, to).Bind(3, tried).Bind(4, Names.Key(tried)).Bind(5, from).Run();
            }
        }
    }

    public static void RemoveAll(DbTransaction tx, long ownerId)
    {
        using var delete = tx.Query("DELETE FROM saved_searches WHERE owner_id = ?1");
        delete.Bind(1, ownerId).Run();
    }

    private DbStatement Bind(DbStatement to, long ownerId, SaveSearch search) =>
        to.Bind(1, ownerId)
            .Bind(2, search.Name!.Trim())
            .Bind(3, Names.Key(search.Name))
            .Bind(4, search.Query)
            .Bind(5, search.Sort ?? "relevance")
            .Bind(6, search.Group == "conversation")
            .Bind(7, ApiTime.Micros(time.GetUtcNow()));

    private static void RequireFree(DbTransaction tx, long ownerId, string name, long except)
    {
        using var find = tx.Query(NamedSql);
        if (find.Bind(1, ownerId).Bind(2, Names.Key(name)).Step() && find.Int64(0) != except)
            throw new ProblemException(ProblemCodes.Conflict, "there is a saved search of that name");
    }

    private static void RequireRoom(DbTransaction tx, long ownerId)
    {
        if (Count(tx, ownerId) >= MaxSearches)
            throw new ProblemException(
                ProblemCodes.Conflict,
                $"{MaxSearches} searches are saved already: delete one first"
            );
    }

    private static SavedSearch? Find(DbSession session, long ownerId, long id)
    {
        using var row = session.Query(FindSql);
        return row.Bind(1, id).Bind(2, ownerId).Step() ? Read(row) : null;
    }

    private static SavedSearch Read(DbStatement row) =>
        new(
            Ids.Format(row.Int64(0), IdKind.SavedSearch),
            row.Text(1)!,
            row.Text(2)!,
            row.Text(3)!,
            row.Bool(4) ? "conversation" : "none",
            Iso.Micros(row.Int64(5)),
            Iso.Micros(row.Int64(6))
        );
}

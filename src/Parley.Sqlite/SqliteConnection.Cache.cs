namespace Parley.Sqlite;

public sealed partial class SqliteConnection
{
    /// <summary>How many idle and rented statements the cache may hold; beyond it the longest unused idle one goes.</summary>
    private const int CacheCapacity = 128;

    private readonly Dictionary<string, SqliteStatement> _cache = new(SqlComparer.Instance);
    private readonly List<SqliteStatement> _rented = [];
    private long _rentals;

    /// <summary>Statements kept compiled at the moment.</summary>
    public int CachedStatements => _cache.Count;

    /// <summary>
    /// Rents the compiled statement of this SQL text. Disposing it resets it, clears its bindings and gives it back.
    /// When the same text is out already, a second one is compiled, which lives only until disposed.
    /// </summary>
    public SqliteStatement Get(string sql)
    {
        ObjectDisposedException.ThrowIf(_db == 0, this);
        if (!_cache.TryGetValue(sql, out var statement))
        {
            MakeRoom();
            statement = Prepare(sql, persistent: true);
            statement.Cached = true;
            _cache.Add(sql, statement);
        }
        else if (statement.Rented)
        {
            statement = Prepare(sql);
        }

        statement.Rented = true;
        statement.LastRented = ++_rentals;
        _rented.Add(statement);
        return statement;
    }

    /// <summary>Takes back every statement from <see cref="Get"/> whose holder forgot to dispose it.</summary>
    public void ReturnAll()
    {
        while (_rented.Count > 0)
        {
            _rented[^1].Dispose();
        }
    }

    /// <summary>Takes a statement back; true when the cache keeps it.</summary>
    internal bool Return(SqliteStatement statement)
    {
        // Rentals end in reverse order nearly always, so the search from the end is one look.
        var at = _rented.LastIndexOf(statement);
        if (at >= 0)
        {
            _rented.RemoveAt(at);
        }

        return statement.Cached && _db != 0;
    }

    private void MakeRoom()
    {
        if (_cache.Count < CacheCapacity)
        {
            return;
        }

        SqliteStatement? oldest = null;
        foreach (var candidate in _cache.Values)
        {
            if (!candidate.Rented && (oldest is null || candidate.LastRented < oldest.LastRented))
            {
                oldest = candidate;
            }
        }

        if (oldest is not null)
        {
            _cache.Remove(oldest.Sql);
            oldest.FinalizeNow();
        }
    }

    private void DropCache()
    {
        foreach (var statement in _cache.Values)
        {
            statement.Cached = false;
            if (!statement.Rented)
            {
                statement.FinalizeNow();
            }
        }

        _cache.Clear();
    }

    /// <summary>Equality by text, hashed by length and a sample: SQL literals are long, and mostly the very same object.</summary>
    private sealed class SqlComparer : IEqualityComparer<string>
    {
        public static readonly SqlComparer Instance = new();

        public bool Equals(string? x, string? y) =>
            ReferenceEquals(x, y) || string.Equals(x, y, StringComparison.Ordinal);

        public int GetHashCode(string sql)
        {
            var hash = (uint)sql.Length;
            var step = Math.Max(1, sql.Length / 16);
            for (var i = sql.Length - 1; i >= 0; i -= step)
            {
                hash = (hash * 31) + sql[i];
            }

            return (int)hash;
        }
    }
}

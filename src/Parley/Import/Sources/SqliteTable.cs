using Parley.Sqlite;

namespace Parley.Import;

/// <summary>
/// A plain table of a <see cref="SqliteSource"/>, read row by row: a row that cannot be read is one failure and the
/// rest goes on. When the database's budget of work is used up, <see cref="SqliteException.IsInterrupt"/> is thrown. A table that is not there has no rows; a column that is not there reads as nothing.
/// </summary>
internal sealed class SqliteTable
{
    /// <summary>Bytes an index entry takes at least, with its cell pointer.</summary>
    private const int SmallestEntry = 5;

    private readonly SqliteSource source;
    private readonly string[] columns;
    private readonly string sql;
    private readonly RecordContext record;

    public SqliteTable(SqliteSource source, string name, RecordContext record)
    {
        this.source = source;
        this.record = record;
        Name = name;
        columns = [.. source.Schema.Columns(name)];
        sql =
            $"SELECT {string.Join(", ", columns.Select(SqliteSource.Quote))} FROM {SqliteSource.Quote(name)} WHERE rowid = ?1";
    }

    public string Name { get; }

    public bool Exists => columns.Length > 0;

    /// <summary>Runs over a row; false where it cannot be read, which is then reported as failed.</summary>
    public bool Read(long rowId, Action<SqliteRow> use)
    {
        try
        {
            using var row = source.Connection.Get(sql);
            row.Bind(1, rowId);
            if (row.Step())
            {
                use(new SqliteRow(source, Name, columns, row, rowId));
                return true;
            }

            record.Fail("damaged-row", $"the row {rowId} of the table {Name} is not where the index says");
        }
        catch (SqliteException e) when (!e.IsInterrupt)
        {
            record.Fail("damaged-row", $"the row {rowId} of the table {Name} cannot be read: {e.Message}");
        }

        return false;
    }

    /// <summary>
    /// The ids of all rows, ascending. A damaged table is walked from both ends and through its indexes; what still
    /// cannot be reached is reported as one failure.
    /// </summary>
    public List<long> RowIds()
    {
        var ids = new List<long>();
        if (!Exists)
        {
            return ids;
        }

        if (source.Check(Name) is { } damage)
        {
            record.Warn("damaged-database", $"the table {Name} is damaged ({damage}): what can be read is read");
        }

        var table = SqliteSource.Quote(Name);
        var error = Walk($"SELECT rowid FROM {table} NOT INDEXED ORDER BY rowid", ids, ascending: true);
        return error is null ? ids : Salvage(table, ids, error);
    }

    /// <summary>Row ids by the text of a column, each list ascending; rows without it are left out.</summary>
    public Dictionary<string, List<long>> GroupBy(string column)
    {
        var groups = new Dictionary<string, List<long>>();
        if (!source.Schema.Has(Name, column))
        {
            return groups;
        }

        foreach (var rowId in RowIds())
        {
            Read(
                rowId,
                row =>
                {
                    if (row.Text(column) is { } key)
                    {
                        (groups.TryGetValue(key, out var rows) ? rows : groups[key] = []).Add(rowId);
                    }
                }
            );
        }

        return groups;
    }

    /// <summary>Row ids where a column has that value; quick only where the program made an index.</summary>
    public List<long> Find(string column, string value) => Find(column, "= ?1", value, null);

    /// <summary>Row ids where a column's text begins so. The prefix ends in an ASCII character.</summary>
    public List<long> FindPrefix(string column, string prefix) =>
        Find(column, ">= ?1", prefix, prefix[..^1] + (char)(prefix[^1] + 1));

    private List<long> Find(string column, string condition, string value, string? below)
    {
        var ids = new List<long>();
        if (!source.Schema.Has(Name, column))
        {
            return ids;
        }

        var upper = below is null ? "" : $" AND {SqliteSource.Quote(column)} < ?2";
        try
        {
            using var rows = source.Connection.Get(
                $"SELECT rowid FROM {SqliteSource.Quote(Name)} WHERE {SqliteSource.Quote(column)} {condition}{upper}"
            );
            rows.Bind(1, value);
            if (below is not null)
            {
                rows.Bind(2, below);
            }

            while (rows.Step())
            {
                ids.Add(rows.Int64(0));
            }
        }
        catch (SqliteException e) when (!e.IsInterrupt)
        {
            record.Fail("damaged-row", $"rows of the table {Name} cannot be looked up: {e.Message}");
        }

        return ids;
    }

    private List<long> Salvage(string table, List<long> ids, string error)
    {
        var found = new SortedSet<long>(ids);
        var fromEnd = new List<long>();
        Walk($"SELECT rowid FROM {table} NOT INDEXED ORDER BY rowid DESC", fromEnd, ascending: false);
        found.UnionWith(fromEnd);
        if (!SalvageByIndex(table, found))
        {
            record.Fail("damaged-table", $"some rows of the table {Name} cannot be reached: {error}");
        }

        return [.. found];
    }

    /// <summary>True where some index was walked whole, so that no row is out of sight.</summary>
    private bool SalvageByIndex(string table, SortedSet<long> found)
    {
        var whole = false;
        foreach (var index in Indexes(table))
        {
            var ids = new List<long>();
            whole |=
                Walk($"SELECT rowid FROM {table} INDEXED BY {SqliteSource.Quote(index)}", ids, ascending: null) is null;
            found.UnionWith(ids);
        }

        return whole;
    }

    private List<string> Indexes(string table)
    {
        var names = new List<string>();
        try
        {
            using var indexes = source.Connection.Prepare($"PRAGMA index_list({table})");
            while (indexes.Step())
            {
                // A partial index (column 4) does not hold all rows.
                if (indexes.Int64(4) == 0)
                {
                    names.Add(indexes.Text(1) ?? "");
                }
            }
        }
        catch (SqliteException e) when (!e.IsInterrupt)
        {
            record.Warn("damaged-database", $"the indexes of the table {Name} cannot be read: {e.Message}");
        }

        return names;
    }

    /// <summary>
    /// Collects row ids until the end (null) or an error. Pages that point in circles give ids out of order: that is
    /// an error too, and so the list stays smaller than the file.
    /// </summary>
    private string? Walk(string query, List<long> ids, bool? ascending)
    {
        try
        {
            using var rows = source.Connection.Prepare(query);
            while (rows.Step())
            {
                var id = rows.Int64(0);
                var repeats = ascending switch
                {
                    true => ids.Count > 0 && id <= ids[^1],
                    false => ids.Count > 0 && id >= ids[^1],
                    null => ids.Count > source.Size / SmallestEntry,
                };
                if (repeats)
                {
                    return "its rows are out of order";
                }

                ids.Add(id);
            }

            return null;
        }
        catch (SqliteException e) when (!e.IsInterrupt)
        {
            return e.Message;
        }
    }
}

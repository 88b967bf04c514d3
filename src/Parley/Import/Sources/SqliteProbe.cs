using Parley.Kernel.Archives;
using Parley.Sqlite;

namespace Parley.Import;

/// <summary>Plain tables and their plain columns of a database someone handed over; views and virtual tables are not there.</summary>
internal sealed class SqliteProbe(Dictionary<string, HashSet<string>> tables)
{
    public static readonly SqliteProbe Empty = new([]);

    /// <summary>Why nothing could be read; null where the schema was.</summary>
    public string? Error { get; private init; }

    public bool HasTable(string table) => tables.ContainsKey(table);

    public bool Has(string table, params ReadOnlySpan<string> columns)
    {
        if (!tables.TryGetValue(table, out var known))
        {
            return false;
        }

        foreach (var column in columns)
        {
            if (!known.Contains(column))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The columns of a table; none where it is not there.</summary>
    public IReadOnlyCollection<string> Columns(string table) => tables.TryGetValue(table, out var known) ? known : [];

    /// <summary>Reads the schema from a private copy, never from the file itself (S33).</summary>
    public static SqliteProbe Read(SourceEntry entry, string? scratchFolder)
    {
        try
        {
            using var source = SqliteSource.Open(entry, scratchFolder, CancellationToken.None);
            return source.Schema;
        }
        catch (Exception e) when (e is SqliteException or InvalidDataException or SourceException)
        {
            return new SqliteProbe([]) { Error = e.Message };
        }
    }

    /// <summary>
    /// Of the open database. A virtual table has no root page; generated columns, which compute what a stranger wrote
    /// down, are hidden from us; a table without rowid is none of any format we know.
    /// </summary>
    public static SqliteProbe Read(SqliteConnection connection)
    {
        var tables = new Dictionary<string, HashSet<string>>(StringComparer.OrdinalIgnoreCase);
        using (var names = connection.Prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0"))
        {
            while (names.Step())
            {
                tables[names.Text(0) ?? ""] = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            }
        }

        foreach (var (table, columns) in tables)
        {
            if (!HasRowId(connection, table))
            {
                tables.Remove(table);
                continue;
            }

            using var info = connection.Prepare($"PRAGMA table_xinfo({SqliteSource.Quote(table)})");
            while (info.Step())
            {
                if (info.Int64(6) == 0)
                {
                    columns.Add(info.Text(1) ?? "");
                }
            }
        }

        return new SqliteProbe(tables);
    }

    private static bool HasRowId(SqliteConnection connection, string table)
    {
        try
        {
            using var probe = connection.Prepare($"SELECT rowid FROM {SqliteSource.Quote(table)}");
            return true;
        }
        catch (SqliteException e) when (e is { IsCorrupt: false, IsInterrupt: false })
        {
            return false;
        }
    }
}

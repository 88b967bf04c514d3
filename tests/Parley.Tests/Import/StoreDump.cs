using Parley.Kernel;

namespace Parley.Tests.Import;

/// <summary>Every row a person can see as text, in a fixed order: two equal dumps are two equal archives.</summary>
internal static class StoreDump
{
    private static readonly string[] Tables =
    [
        "spaces",
        "folders",
        "tags",
        "conversations",
        "conversation_tags",
        "messages",
        "attachments",
        "documents",
        "message_stats",
        "conversation_stats",
    ];

    public static Task<string> OfAsync(Db db) =>
        db.ReadAsync(session =>
        {
            var lines = new List<string>();
            foreach (var table in Tables)
            {
                using var rows = session.Query($"SELECT * FROM {table}");
                while (rows.Step())
                {
                    lines.Add(
                        table + "|" + string.Join('|', Enumerable.Range(0, rows.ColumnCount).Select(i => Cell(rows, i)))
                    );
                }
            }

            return string.Join('\n', lines);
        });

    private static string? Cell(DbStatement row, int column) =>
        row.Type(column) == Parley.Sqlite.SqliteType.Blob ? Convert.ToHexString(row.Blob(column)) : row.Text(column);
}

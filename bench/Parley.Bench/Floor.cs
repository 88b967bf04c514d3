using System.IO.Compression;
using System.Text.Json;
using Parley.Sqlite;

namespace Parley.Bench;

/// <summary>
/// The least an import can do with these parts: inflate, walk with Utf8JsonReader and unescape every string of
/// <c>parts</c>, insert it into a plain table, then rebuild an FTS5 index (unicode61) with a hash of 256 MB.
/// </summary>
internal static class Floor
{
    private const int RowsPerTransaction = 10_000;

    public static int Run(string folder, IEnumerable<string> zips)
    {
        Directory.CreateDirectory(folder);
        using var db = SqliteConnection.Open(
            Path.Combine(folder, "floor.db"),
            SqliteOpenFlags.ReadWrite | SqliteOpenFlags.Create
        );
        db.Execute(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE messages (id INTEGER PRIMARY KEY, text TEXT)"
        );
        var rows = zips.Sum(zip => Insert(zip, db));
        db.Execute(
            """
            CREATE VIRTUAL TABLE found USING fts5(text, content='messages', content_rowid='id');
            INSERT INTO found(found, rank) VALUES('hashsize', 268435456);
            INSERT INTO found(found) VALUES('rebuild');
            PRAGMA wal_checkpoint(TRUNCATE);
            """
        );
        Console.WriteLine($"{rows} rows");
        return 0;
    }

    private static int Insert(string zip, SqliteConnection db)
    {
        using var archive = ZipFile.OpenRead(zip);
        return archive.Entries.Sum(entry => Insert(entry, db));
    }

    private static int Insert(ZipArchiveEntry entry, SqliteConnection db)
    {
        using var stream = entry.Open();
        using var insert = db.Prepare("INSERT INTO messages (text) VALUES (?1)", persistent: true);
        var buffer = new byte[1 << 20];
        var scratch = new byte[1 << 20];
        var state = new JsonReaderState();
        var kept = 0;
        var rows = 0;
        var inParts = false;
        db.Execute("BEGIN");
        while (true)
        {
            var read = stream.ReadAtLeast(buffer.AsSpan(kept), buffer.Length - kept, throwOnEndOfStream: false);
            var last = read < buffer.Length - kept;
            var reader = new Utf8JsonReader(buffer.AsSpan(0, kept + read), last, state);
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName)
                {
                    inParts = reader.ValueTextEquals("parts"u8);
                }
                else if (inParts && reader.TokenType == JsonTokenType.String)
                {
                    insert.BindText(1, scratch.AsSpan(0, reader.CopyString(scratch)));
                    insert.Run();
                    if (++rows % RowsPerTransaction == 0)
                    {
                        db.Execute("COMMIT; BEGIN");
                    }
                }
            }

            state = reader.CurrentState;
            kept = kept + read - (int)reader.BytesConsumed;
            if (last)
            {
                break;
            }

            buffer.AsSpan((int)reader.BytesConsumed, kept).CopyTo(buffer);
        }

        db.Execute("COMMIT");
        return rows;
    }
}

using FsCheck;
using FsCheck.Fluent;
using Parley.Sqlite;

namespace Parley.Tests.Sqlite;

public sealed class SqliteFuzzTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Any_bytes_any_text_and_any_number_survive_a_table()
    {
        using var db = SqliteConnection.Open(":memory:", SqliteOpenFlags.ReadWrite);
        db.Execute("CREATE TABLE t (a, b, c, d)");
        Prop.ForAll<byte[], string, double>(
                (bytes, text, real) =>
                {
                    bytes ??= [];
                    var number = BitConverter.DoubleToInt64Bits(real);
                    using (var insert = db.Get("INSERT INTO t VALUES (?1, ?2, ?3, ?4)"))
                    {
                        insert.BindBlob(1, bytes).Bind(2, text).Bind(3, number).Bind(4, real).Run();
                    }

                    using var q = db.Get("SELECT a, b, c, d FROM t WHERE rowid = ?1");
                    q.Bind(1, db.LastInsertRowId);
                    return q.Step()
                        && q.Blob(0).SequenceEqual(bytes)
                        && q.Text(1)
                            == (
                                text is null
                                    ? null
                                    : System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text))
                            )
                        && q.Int64(2) == number
                        && (double.IsNaN(real) ? q.IsNull(3) : q.Double(3).Equals(real));
                }
            )
            .QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_damaged_file_gives_errors_and_ends(int seed)
    {
        var path = _folder.File("sound.db");
        using (var db = SqliteConnection.Open(path, SqliteOpenFlags.ReadWrite | SqliteOpenFlags.Create))
        {
            db.Execute(
                "CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT, y BLOB); CREATE INDEX i ON t (x); CREATE VIRTUAL TABLE f USING fts5(x)"
            );
            db.Execute(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 500) INSERT INTO t SELECT i, 'word ' || i, randomblob(i) FROM n"
            );
            db.Execute("INSERT INTO f SELECT x FROM t");
        }

        var sound = File.ReadAllBytes(path);
        var dice = new Random(seed);
        var failures = 0;
        for (var round = 0; round < 100; round++)
        {
            var bytes = (byte[])sound.Clone();
            for (var i = dice.Next(1, 30); i > 0; i--)
            {
                bytes[dice.Next(round % 2 == 0 ? 4096 : bytes.Length)] = (byte)dice.Next(256);
            }

            var damaged = _folder.File("damaged.db");
            File.WriteAllBytes(damaged, dice.Next(5) == 0 ? bytes[..dice.Next(bytes.Length)] : bytes);
            failures += Survives(damaged) ? 0 : 1;
        }

        Assert.InRange(failures, 1, 100);
    }

    /// <summary>Reads all there is; true when nothing was amiss. Anything but a <see cref="SqliteException"/> fails the test.</summary>
    private static bool Survives(string path)
    {
        try
        {
            using var db = SqliteConnection.Open(path, SqliteOpenFlags.ReadOnly);
            db.Distrust();
            db.LimitWork(2_000_000);
            foreach (
                var sql in new[]
                {
                    "PRAGMA quick_check",
                    "SELECT * FROM t",
                    "SELECT * FROM t WHERE x > 'word 3' ORDER BY x",
                    "SELECT rowid FROM f('word')",
                }
            )
            {
                using var q = db.Prepare(sql);
                while (q.Step())
                {
                    for (var column = 0; column < q.ColumnCount; column++)
                    {
                        _ = q.Utf8(column).Length + q.Blob(column).Length;
                    }
                }
            }

            return true;
        }
        catch (SqliteException)
        {
            return false;
        }
    }
}

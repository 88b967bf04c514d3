using System.Text;
using Parley.Sqlite;

namespace Parley.Tests.Sqlite;

public sealed class SqliteConnectionTests
{
    private static SqliteConnection Memory() =>
        SqliteConnection.Open(":memory:", SqliteOpenFlags.ReadWrite | SqliteOpenFlags.Create);

    [Fact]
    public void The_library_is_the_one_we_ship()
    {
        Assert.Equal("3.53.2", SqliteConnection.LibraryVersion);
        Assert.True(SqliteConnection.HasCompileOption("ENABLE_FTS5"));
        Assert.True(SqliteConnection.HasCompileOption("THREADSAFE=2"));
    }

    [Fact]
    public void Every_kind_of_value_comes_back_as_it_went_in()
    {
        using var db = Memory();
        using var q = db.Prepare("SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8");
        q.Bind(1, long.MinValue)
            .Bind(2, 0.1)
            .Bind(3, "naïve 茶\0x")
            .Bind(4, "plain"u8)
            .BindBlob(5, [0, 255])
            .BindNull(6)
            .Bind(7, (long?)null)
            .Bind(8, (string?)null);
        Assert.True(q.Step());
        Assert.Equal(long.MinValue, q.Int64(0));
        Assert.Equal(0.1, q.Double(1));
        Assert.Equal("naïve 茶\0x", q.Text(2));
        Assert.True(q.Utf8(3).SequenceEqual("plain"u8));
        Assert.True(q.Blob(4).SequenceEqual(new byte[] { 0, 255 }));
        Assert.True(q.IsNull(5) && q.IsNull(6) && q.IsNull(7));
        Assert.Null(q.Int64OrNull(6));
        Assert.Null(q.Text(7));
        Assert.Equal(
            [SqliteType.Integer, SqliteType.Float, SqliteType.Text, SqliteType.Text, SqliteType.Blob, SqliteType.Null],
            Enumerable.Range(0, 6).Select(q.Type)
        );
        Assert.False(q.Step());
    }

    [Fact]
    public void Other_values_do_not_compile_a_statement_anew()
    {
        using var db = Memory();
        db.Execute("CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('x'), ('y'), ('z')");
        using var q = db.Prepare("SELECT a FROM t WHERE a LIKE ?1 ORDER BY a LIMIT ?2");
        for (var limit = 1; limit <= 3; limit++)
        {
            q.Bind(1, "%").Bind(2, limit);
            q.Run();
        }

        Assert.Equal(0, q.Recompiled);
    }

    [Fact]
    public void Empty_text_and_empty_blob_are_not_null()
    {
        using var db = Memory();
        using var q = db.Prepare("SELECT ?1, ?2, ?3");
        q.Bind(1, "").Bind(2, ReadOnlySpan<byte>.Empty).BindBlob(3, default);
        Assert.True(q.Step());
        Assert.Equal([SqliteType.Text, SqliteType.Text, SqliteType.Blob], Enumerable.Range(0, 3).Select(q.Type));
        Assert.Equal("", q.Text(0));
    }

    [Fact]
    public void Long_text_survives_the_way_through_the_pool()
    {
        using var db = Memory();
        var text = new StringBuilder().Insert(0, "é茶", 100_000).ToString();
        using var q = db.Prepare("SELECT ?1");
        q.Bind(1, text);
        Assert.True(q.Step());
        Assert.Equal(text, q.Text(0));
    }

    [Fact]
    public void Pinned_text_is_stored_without_a_copy()
    {
        using var db = Memory();
        db.Execute("CREATE TABLE t (x)");
        using var insert = db.Prepare("INSERT INTO t VALUES (?1)");
        unsafe
        {
            fixed (byte* text = "static"u8)
            {
                insert.BindTextStatic(1, text, 6).Run();
            }
        }

        using var q = db.Prepare("SELECT x FROM t");
        Assert.True(q.Step());
        Assert.Equal("static", q.Text(0));
    }

    [Fact]
    public void Many_statements_run_in_one_call()
    {
        using var db = Memory();
        db.Execute("CREATE TABLE t (x); INSERT INTO t VALUES (1), (2); -- a comment\n ; UPDATE t SET x = x + 1;\n");
        Assert.Equal(2, db.Changes);
        Assert.Equal(4, db.TotalChanges);
        Assert.Equal(2, db.LastInsertRowId);
    }

    [Fact]
    public void A_failure_names_its_code_its_words_and_its_statement_but_no_value()
    {
        using var db = Memory();
        db.Execute("CREATE TABLE t (x TEXT UNIQUE)");
        using var insert = db.Prepare("INSERT INTO t VALUES (?1)");
        insert.Bind(1, "secret").Run();
        var failure = Assert.Throws<SqliteException>(insert.Run);
        Assert.True(failure.IsConstraintUnique);
        Assert.Equal(19, failure.Code);
        Assert.Contains("UNIQUE constraint failed: t.x", failure.Message, StringComparison.Ordinal);
        Assert.Contains("INSERT INTO t", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failure.Message, StringComparison.Ordinal);
        insert.Bind(1, "other").Run();
    }

    [Fact]
    public void A_missing_folder_is_said_with_its_path()
    {
        var failure = Assert.Throws<SqliteException>(() =>
            SqliteConnection.Open("/nowhere/at/all.db", SqliteOpenFlags.ReadOnly)
        );
        Assert.Equal(14, failure.Code);
        Assert.Contains("/nowhere/at/all.db", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_behind_the_statement_is_refused_not_dropped()
    {
        using var db = Memory();
        Assert.Throws<ArgumentException>(() => db.Prepare("SELECT 1; SELECT 2"));
        Assert.Throws<ArgumentException>(() => db.Prepare("  "));
        using var fine = db.Prepare("SELECT 1;\n");
        Assert.True(fine.Step());
    }

    [Fact]
    public void A_nul_in_sql_or_path_is_refused()
    {
        using var db = Memory();
        Assert.Throws<ArgumentException>(() => db.Execute("SELECT 1;\0 SELECT 2"));
        Assert.Throws<ArgumentException>(() => db.Prepare("SELECT 1 \0 + 1"));
        Assert.Throws<ArgumentException>(() => SqliteConnection.Open("a\0b", SqliteOpenFlags.ReadOnly));
    }

    [Fact]
    public void A_wrong_parameter_number_is_an_error()
    {
        using var db = Memory();
        using var q = db.Prepare("SELECT ?1");
        Assert.Equal(25, Assert.Throws<SqliteException>(() => q.Bind(2, 1L)).Code);
        Assert.True(q.Step());
        Assert.Equal(21, Assert.Throws<SqliteException>(() => q.Bind(1, 1L)).Code); // bound while running
    }

    [Fact]
    public void A_rented_statement_comes_back_clean()
    {
        using var db = Memory();
        const string sql = "SELECT ?1";
        var first = db.Get(sql);
        first.Bind(1, 7L).Step();
        first.Dispose();
        using var second = db.Get(new string(sql));
        Assert.Same(first, second);
        Assert.True(second.Step());
        Assert.True(second.IsNull(0));
    }

    [Fact]
    public void The_same_statement_can_be_out_twice()
    {
        using var db = Memory();
        using var outer = db.Get("SELECT 1 UNION ALL SELECT 2");
        Assert.True(outer.Step());
        using (var inner = db.Get("SELECT 1 UNION ALL SELECT 2"))
        {
            Assert.NotSame(outer, inner);
            Assert.True(inner.Step());
            Assert.Equal(1, inner.Int64(0));
        }

        Assert.True(outer.Step());
        Assert.Equal(2, outer.Int64(0));
    }

    [Fact]
    public void The_cache_is_bounded_and_keeps_what_is_out()
    {
        using var db = Memory();
        using var held = db.Get("SELECT 'held'");
        for (var i = 0; i < 1000; i++)
        {
            using var q = db.Get($"SELECT {i}");
            Assert.True(q.Step());
            Assert.Equal(i, q.Int64(0));
        }

        Assert.InRange(db.CachedStatements, 1, 128);
        Assert.True(held.Step());
        Assert.Equal("held", held.Text(0));
    }

    [Fact]
    public void Statements_out_at_the_end_do_no_harm()
    {
        var db = Memory();
        var owned = db.Prepare("SELECT 1");
        var rented = db.Get("SELECT 2");
        Assert.True(owned.Step());
        db.Dispose();
        db.Dispose();
        rented.Dispose();
        owned.Dispose();
        Assert.Throws<ObjectDisposedException>(() => owned.Step());
        Assert.Throws<ObjectDisposedException>(() => db.Execute("SELECT 1"));
    }

    [Fact]
    public void A_work_limit_ends_an_endless_query()
    {
        using var db = Memory();
        db.LimitWork(1_000_000);
        var failure = Assert.Throws<SqliteException>(() =>
            db.Execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n")
        );
        Assert.True(failure.IsInterrupt);
        db.Watch(0, null);
        db.Execute("SELECT 1");
    }

    [Fact]
    public void What_a_watcher_throws_comes_out_as_the_inner_exception()
    {
        using var db = Memory();
        db.Watch(100, () => throw new InvalidOperationException("watcher"));
        var failure = Assert.Throws<SqliteException>(() =>
            db.Execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n")
        );
        Assert.Equal("watcher", failure.InnerException?.Message);
    }

    [Fact]
    public void A_distrusted_database_runs_no_trigger_and_no_view()
    {
        using var db = Memory();
        db.Execute(
            "CREATE TABLE t (x); CREATE TABLE log (x); CREATE TRIGGER tr AFTER INSERT ON t BEGIN INSERT INTO log VALUES (1); END; CREATE VIEW v AS SELECT 1"
        );
        db.Distrust();
        db.Execute("INSERT INTO t VALUES (1)");
        using var q = db.Prepare("SELECT count(*) FROM log");
        Assert.True(q.Step());
        Assert.Equal(0, q.Int64(0));
        Assert.Throws<SqliteException>(() => db.Prepare("SELECT * FROM v"));
        Assert.Throws<SqliteException>(() =>
            db.Execute("PRAGMA writable_schema=ON; UPDATE sqlite_schema SET sql = ''")
        );
    }

    [Fact]
    public void A_blob_is_read_in_pieces()
    {
        using var db = Memory();
        db.Execute("CREATE TABLE t (id INTEGER PRIMARY KEY, b BLOB)");
        var bytes = new byte[300_000];
        new Random(1).NextBytes(bytes);
        using (var insert = db.Prepare("INSERT INTO t VALUES (5, ?1)"))
        {
            insert.BindBlob(1, bytes).Run();
        }

        using var blob = SqliteBlob.Open(db, "t", "b", 5);
        using var copy = new MemoryStream();
        blob.CopyTo(copy, 1000);
        Assert.Equal(bytes, copy.ToArray());
        blob.Seek(-2, SeekOrigin.End);
        Assert.Equal(bytes[^2], blob.ReadByte());
        Assert.Throws<SqliteException>(() => SqliteBlob.Open(db, "t", "b", 6));
    }

    [Fact]
    public void A_backup_is_the_same_database()
    {
        using var db = Memory();
        db.Execute(
            "CREATE TABLE t (x); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 10000) INSERT INTO t SELECT i FROM n"
        );
        using var copy = Memory();
        var steps = 0;
        Assert.True(db.BackupTo(copy, 4, (left, all) => ++steps > 0 && left <= all));
        Assert.True(steps > 2);
        using var q = copy.Prepare("SELECT sum(x) FROM t");
        Assert.True(q.Step());
        Assert.Equal(50_005_000, q.Int64(0));
        using var stopped = Memory();
        Assert.False(db.BackupTo(stopped, 4, (_, _) => false));
    }

    [Fact]
    public void Binding_and_stepping_allocate_nothing()
    {
        using var db = Memory();
        db.Execute("CREATE TABLE t (a, b, c)");
        Work(db, 10);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Work(db, 1000);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        static void Work(SqliteConnection db, int rows)
        {
            for (var i = 0; i < rows; i++)
            {
                using var insert = db.Get("INSERT INTO t VALUES (?1, ?2, ?3)");
                insert.Bind(1, i).Bind(2, "some text").Bind(3, "bytes"u8).Run();
            }

            using var q = db.Get("SELECT a, b, c FROM t");
            long sum = 0;
            while (q.Step())
            {
                sum += q.Int64(0) + q.Utf8(1).Length + q.Blob(2).Length;
            }

            Assert.True(sum > 0);
        }
    }
}

using System.Text;
using Parley.Import;
using Parley.Sqlite;

namespace Parley.Tests.Import;

public sealed class SqliteSourceTests
{
    private const string Threads =
        "CREATE TABLE threads (id TEXT PRIMARY KEY, summary TEXT, updated_at TEXT, data_type TEXT, data BLOB)";

    [Fact]
    public void Rows_that_stand_only_in_the_write_ahead_log_are_read()
    {
        using var database = new TestDatabase("threads.db", "PRAGMA journal_mode = WAL");
        using var writer = database.Open();
        writer.Execute("PRAGMA wal_autocheckpoint = 0");
        writer.Execute(Threads);
        writer.Execute(Thread("a"));

        Assert.True(new FileInfo(database.Path + "-wal").Length > 0);
        Assert.Equal("a", database.Import().Conversations.Single().ProviderId);
        Assert.Equal("a", FormatRun.Of(database.Folder).Conversations.Single().ProviderId);
        Assert.Equal("a", FormatRun.Of(Zip(database.Folder)).Conversations.Single().ProviderId);
    }

    [Fact]
    public void The_file_itself_and_its_folder_stay_untouched()
    {
        using var database = new TestDatabase("threads.db", "PRAGMA journal_mode = WAL", Threads, Thread("a"));
        var before = File.ReadAllBytes(database.Path);

        Assert.Single(database.Import().Conversations);

        Assert.Equal(before, File.ReadAllBytes(database.Path));
        Assert.Equal(["threads.db"], Directory.GetFileSystemEntries(database.Folder).Select(Path.GetFileName));
    }

    [Fact]
    public void No_copy_is_left_behind()
    {
        using var database = new TestDatabase("threads.db", Threads, Thread("a"));
        var scratch = Directory.CreateDirectory(Path.Combine(database.Folder, "scratch"));
        using (var entry = FileSource.File(database.Path))
        {
            SqliteProbe.Read(entry.Entries[0], scratch.FullName);
            using var source = SqliteSource.Open(entry.Entries[0], scratch.FullName, default);
            Assert.True(source.Schema.HasTable("threads"));
        }

        Assert.Empty(scratch.GetFileSystemInfos());
    }

    [Fact]
    public void A_view_a_virtual_table_or_generated_columns_are_no_table_of_ours()
    {
        using var view = new TestDatabase(
            "threads.db",
            "CREATE TABLE t (id, summary, updated_at, data_type, data)",
            "CREATE VIEW threads AS SELECT * FROM t"
        );
        using var virtualTable = new TestDatabase(
            "threads.db",
            "CREATE VIRTUAL TABLE threads USING fts5(id, summary, updated_at, data_type, data)"
        );
        using var generated = new TestDatabase(
            "threads.db",
            "CREATE TABLE threads (id, summary, updated_at, data_type, x, data AS (x || x))"
        );
        using var noRowId = new TestDatabase(
            "threads.db",
            "CREATE TABLE threads (id PRIMARY KEY, summary, updated_at, data_type, data) WITHOUT ROWID"
        );

        Assert.All([view, virtualTable, generated, noRowId], d => Assert.Empty(d.Import().Formats));
    }

    [Fact]
    public void Triggers_and_odd_neighbours_do_not_disturb()
    {
        var run = TestDatabase.Import(
            "threads.db",
            Threads,
            "CREATE VIEW bad AS SELECT load_extension('/tmp/x') FROM nowhere",
            "CREATE VIRTUAL TABLE words USING fts5(w)",
            "CREATE TABLE log (x)",
            "CREATE TRIGGER t AFTER INSERT ON threads BEGIN INSERT INTO log VALUES (new.id); END",
            "CREATE INDEX i ON threads (abs(length(summary)))",
            Thread("a")
        );

        Assert.Equal("a", run.Conversations.Single().ProviderId);
        Assert.Empty(run.Warnings);
    }

    [Theory]
    [InlineData("PRAGMA encoding = 'UTF-16le'")]
    [InlineData("PRAGMA page_size = 512")]
    [InlineData("PRAGMA auto_vacuum = 1")]
    public void Any_form_of_database_is_read(string pragma)
    {
        var run = TestDatabase.Import("threads.db", pragma, Threads, Thread("ä€🙂", "Ünïcode"));

        Assert.Equal(("ä€🙂", "Ünïcode"), (run.Conversations.Single().ProviderId, run.Conversations.Single().Title));
    }

    [Fact]
    public void Values_of_other_types_than_expected_are_taken_as_they_come()
    {
        var run = TestDatabase.Import(
            "threads.db",
            "CREATE TABLE threads (id, summary, updated_at, data_type, data, created_at, novelty)",
            $"INSERT INTO threads VALUES (7, 8.5, 1700000000, 'json', {TestDatabase.Text(Document)}, 'yesterday', 'new')",
            "INSERT INTO threads VALUES (NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
            $"INSERT INTO threads VALUES ('b', x'4142', NULL, 'brotli', {TestDatabase.Blob(Encoding.UTF8.GetBytes(Document))}, NULL, NULL)",
            $"INSERT INTO threads VALUES ('c', NULL, NULL, NULL, {TestDatabase.Blob(ZstdWriter.Compress(Encoding.UTF8.GetBytes(Document)))}, NULL, NULL)",
            "INSERT INTO threads VALUES ('d', NULL, NULL, 'zstd', 12, NULL, NULL)"
        );

        Assert.Equal([("7", "8.5"), ("b", "AB"), ("c", null)], run.Conversations.Select(c => (c.ProviderId, c.Title)));
        Assert.Equal(
            (1_700_000_000_000_000, (long?)null),
            (run.Conversations[0].UpdatedAt, run.Conversations[0].CreatedAt)
        );
        Assert.Contains("\"novelty\":\"new\"", run.Conversations[0].Extras, StringComparison.Ordinal);
        Assert.Equal([1L, 4L], run.Failures.Select(f => f.Index));
        Assert.Equal(2, run.Warnings.Count(w => w.Code == "unknown-data-type"));
    }

    [Fact]
    public void A_damaged_page_costs_its_rows_and_no_others()
    {
        using var database = new TestDatabase(
            "threads.db",
            ["PRAGMA page_size = 1024", Threads, .. Enumerable.Range(0, 200).Select(i => Thread($"thread-{i:D3}"))]
        );
        var bytes = File.ReadAllBytes(database.Path);
        var leaf =
            Array.FindIndex(
                Enumerable.Range(2, (bytes.Length / 1024) - 2).ToArray(),
                p => bytes[p * 1024] == 0x0D && p > 20
            ) + 2;
        bytes.AsSpan(leaf * 1024, 1024).Fill(0xEE);
        File.WriteAllBytes(database.Path, bytes);

        var run = database.Import();

        Assert.Contains(run.Warnings, w => w.Code == "damaged-database");
        Assert.NotEmpty(run.Failures);
        Assert.Equal(200, run.Conversations.Count + run.Failures.Count(f => f.Code == "damaged-row"));
        Assert.True(run.Conversations.Count > 180, $"{run.Conversations.Count} of 200 read");
    }

    [Fact]
    public void A_truncated_or_empty_database_is_reported()
    {
        using var database = new TestDatabase(
            "threads.db",
            [Threads, .. Enumerable.Range(0, 50).Select(i => Thread($"thread-{i}"))]
        );
        var bytes = File.ReadAllBytes(database.Path);

        var cut = FormatRun.OfBytes("threads.db", bytes[..(bytes.Length / 2)]);
        var header = FormatRun.OfBytes("threads.db", bytes[..100]);
        var wrong = FormatRun.OfBytes("threads.db", [.. bytes[..16], .. new byte[5000]]);

        Assert.NotEmpty(cut.Failures);
        Assert.All([header, wrong], run => Assert.Equal("damaged-database", Assert.Single(run.Failures).Code));
    }

    [Fact]
    public void Random_damage_never_does_worse_than_failures()
    {
        using var database = new TestDatabase(
            "threads.db",
            ["PRAGMA page_size = 512", Threads, .. Enumerable.Range(0, 60).Select(i => Thread($"thread-{i}"))]
        );
        var whole = File.ReadAllBytes(database.Path);
        var random = new Random(11);
        for (var round = 0; round < 60; round++)
        {
            var bytes = whole.ToArray();
            for (var i = 0; i < 20; i++)
            {
                bytes[random.Next(100, bytes.Length)] = (byte)random.Next(256);
            }

            FormatRun.OfBytes("threads.db", bytes);
        }
    }

    [Fact]
    public void Work_is_limited()
    {
        using var database = new TestDatabase("threads.db", Threads, Thread("a"));
        using var files = FileSource.File(database.Path);
        using var source = SqliteSource.Open(files.Entries[0], null, default);

        var error = Assert.Throws<SqliteException>(() =>
            source.Connection.Execute(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
            )
        );
        Assert.True(error.IsInterrupt);
        Assert.Throws<SqliteException>(() => source.Connection.Execute("DELETE FROM threads"));
        Assert.Throws<SqliteException>(() => source.Connection.Execute("ATTACH ':memory:' AS other"));
    }

    private const string Document =
        """{"version":"0.3.0","messages":[{"User":{"id":"u","content":[{"Text":"words"}]}}]}""";

    private static string Thread(string id, string title = "T") =>
        $"INSERT INTO threads VALUES ({TestDatabase.Text(id)}, {TestDatabase.Text(title)}, '2026-01-01T00:00:00Z', 'json', {TestDatabase.Blob(Encoding.UTF8.GetBytes(Document))})";

    /// <summary>The database and its log as a zip, in a folder of their own.</summary>
    private static string Zip(string folder)
    {
        var zip = Path.Combine(folder, "all.zip");
        using var archive = System.IO.Compression.ZipFile.Open(zip, System.IO.Compression.ZipArchiveMode.Create);
        foreach (var name in (string[])["threads.db", "threads.db-wal"])
        {
            using var to = archive.CreateEntry($"zed/threads/{name}").Open();
            using var from = new FileStream(
                Path.Combine(folder, name),
                FileMode.Open,
                FileAccess.Read,
                FileShare.ReadWrite
            );
            from.CopyTo(to);
        }

        return zip;
    }
}

using Parley.Kernel;

namespace Parley.Tests.Kernel;

public sealed class DbTests : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private Db? _db;

    private static DbMigrations Words() => new DbMigrations().Add("Words", ("0001_words.sql", () => "CREATE TABLE words (id INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE) STRICT"));

    private Db Open(DbOptions? options = null) => _db = Db.Open(options ?? new DbOptions { DataDirectory = _folder.Path, Migrations = Words() });

    public async ValueTask DisposeAsync()
    {
        if (_db is not null)
        {
            await _db.DisposeAsync();
        }

        _folder.Dispose();
    }

    internal static void Insert(DbTransaction tx, string word)
    {
        using var q = tx.Query("INSERT INTO words (word) VALUES (?1)");
        q.Bind(1, word).Run();
    }

    internal static long Count(DbSession session)
    {
        using var q = session.Query("SELECT count(*) FROM words");
        q.Step();
        return q.Int64(0);
    }

    [Fact]
    public async Task A_write_that_is_answered_is_read_back()
    {
        var db = Open();
        await db.WriteAsync(tx => Insert(tx, "tea"));
        Assert.Equal(1, await db.ReadAsync(Count));
        Assert.Equal(1, db.Read(Count));
    }

    [Fact]
    public async Task It_is_all_there_after_closing_and_opening()
    {
        var db = Open();
        await db.WriteAsync(tx => Insert(tx, "tea"));
        await db.DisposeAsync();
        Assert.False(File.Exists(_folder.File("parley.db-wal")));
        Assert.False(File.Exists(_folder.File("parley.pid")));
        db = Open();
        Assert.True(db.WasClean);
        Assert.Equal(1, db.Read(Count));
    }

    [Fact]
    public async Task Waiting_writes_share_a_commit_and_each_is_kept()
    {
        var db = Open();
        using var go = new ManualResetEventSlim();
        var blocker = db.WriteAsync(_ => go.Wait());
        var writes = Enumerable.Range(0, 200).Select(i => db.WriteAsync(tx => Insert(tx, $"w{i}"))).ToArray();
        go.Set();
        await blocker;
        await Task.WhenAll(writes);
        Assert.Equal(200, db.Read(Count));
        var health = db.Health();
        Assert.Equal(201, health.Writes);
        Assert.InRange(health.Commits, 1, 50);
    }

    [Fact]
    public async Task One_failing_write_takes_nobody_with_it()
    {
        var db = Open();
        using var go = new ManualResetEventSlim();
        var blocker = db.WriteAsync(_ => go.Wait());
        var good = db.WriteAsync(tx => Insert(tx, "good"));
        var bad = db.WriteAsync(tx =>
        {
            Insert(tx, "half done");
            throw new InvalidOperationException("mine");
        });
        var alsoGood = db.WriteAsync(tx => Insert(tx, "also good"));
        go.Set();
        await Task.WhenAll(blocker, good, alsoGood);
        Assert.Equal("mine", (await Assert.ThrowsAsync<InvalidOperationException>(() => bad)).Message);
        Assert.Equal(2, db.Read(Count));
    }

    [Fact]
    public async Task A_full_queue_says_busy()
    {
        var db = Open(new DbOptions { DataDirectory = _folder.Path, Migrations = Words(), QueueLength = 3 });
        using var go = new ManualResetEventSlim();
        using var running = new ManualResetEventSlim();
        var blocker = db.WriteLargeAsync(_ =>
        {
            running.Set();
            go.Wait();
        });
        running.Wait();
        var waiting = Enumerable.Range(0, 3).Select(i => db.WriteAsync(tx => Insert(tx, $"w{i}"))).ToArray();
        await Assert.ThrowsAsync<StoreBusyException>(() => db.WriteAsync(tx => Insert(tx, "one too many")));
        go.Set();
        await blocker;
        await Task.WhenAll(waiting);
        Assert.Equal(3, db.Read(Count));
    }
}

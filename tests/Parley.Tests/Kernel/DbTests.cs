using Parley.Kernel;
using Parley.Sqlite;

namespace Parley.Tests.Kernel;

public sealed class DbTests : StoreFixture
{
    private const string Endless =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

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
        Assert.False(File.Exists(Folder.File("parley.db-wal")));
        Assert.False(File.Exists(Folder.File("parley.pid")));
        db = Open();
        Assert.True(db.WasClean);
        Assert.Equal(1, db.Read(Count));
    }

    [Fact]
    public async Task The_store_is_run_as_promised()
    {
        var db = Open();
        string[] asked =
        [
            "journal_mode",
            "synchronous",
            "busy_timeout",
            "foreign_keys",
            "trusted_schema",
            "mmap_size",
            "wal_autocheckpoint",
        ];
        string[] promised = ["wal", "2", "5000", "1", "0", "0", "0"];
        Assert.Equal(promised, await db.WriteAsync(tx => Array.ConvertAll(asked, name => Ask(tx, name))));
        Assert.Equal(promised[..^1], db.Read(session => Array.ConvertAll(asked[..^1], name => Ask(session, name))));

        static string Ask(DbSession session, string name)
        {
            using var q = session.Query($"PRAGMA {name}");
            return q.Step() ? q.Text(0)! : "";
        }
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
        using var killed = Killed();
        var health = db.Health();
        Assert.Equal(201, health.Writes);
        Assert.InRange(health.Commits, 1, 50);
        await using var after = Db.Open(new DbOptions { DataDirectory = killed.Path, Migrations = Words() });
        Assert.Equal(200, after.Read(Count));
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
        var twice = db.WriteAsync(tx => Insert(tx, "good"));
        var alsoGood = db.WriteAsync(tx => Insert(tx, "also good"));
        go.Set();
        await Task.WhenAll(blocker, good, alsoGood);
        Assert.Equal("mine", (await Assert.ThrowsAsync<InvalidOperationException>(() => bad)).Message);
        Assert.True((await Assert.ThrowsAsync<SqliteException>(() => twice)).IsConstraintUnique);
        Assert.Equal(2, db.Read(Count));
        Assert.Null(db.Health().LastError);
    }

    [Fact]
    public async Task Work_cannot_commit_by_itself()
    {
        var db = Open();
        await Assert.ThrowsAsync<SqliteException>(() =>
            db.WriteAsync(tx =>
            {
                Insert(tx, "sneaked in");
                tx.Execute("COMMIT");
            })
        );
        await Assert.ThrowsAsync<SqliteException>(() =>
            db.WriteAsync(tx =>
            {
                tx.Execute("ROLLBACK");
                Insert(tx, "outside of any transaction");
            })
        );
        await db.WriteAsync(tx => Insert(tx, "after"));
        Assert.Equal(1, db.Read(Count));
    }

    [Fact]
    public async Task A_full_queue_says_busy()
    {
        var db = Open(
            new DbOptions
            {
                DataDirectory = Folder.Path,
                Migrations = Words(),
                QueueLength = 3,
            }
        );
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
        Assert.Equal(3, db.Health().QueueLength);
        go.Set();
        await blocker;
        await Task.WhenAll(waiting);
        Assert.Equal(3, db.Read(Count));
    }

    [Fact]
    public async Task Large_batches_and_small_writes_take_turns()
    {
        var db = Open();
        using var go = new ManualResetEventSlim();
        using var running = new ManualResetEventSlim();
        var order = new List<string>();
        var blocker = db.WriteLargeAsync(_ =>
        {
            running.Set();
            go.Wait();
        });
        running.Wait();
        var all = new List<Task>();
        for (var i = 0; i < 3; i++)
        {
            all.Add(db.WriteLargeAsync(_ => order.Add("large")));
        }

        all.Add(db.WriteAsync(_ => order.Add("small")));
        all.Add(db.WriteAsync(_ => order.Add("small")));
        go.Set();
        await blocker;
        await Task.WhenAll(all);
        Assert.Equal(["small", "small", "large", "large", "large"], order);
    }

    [Fact]
    public async Task A_caller_can_withdraw_while_waiting_but_not_later()
    {
        var db = Open();
        using var go = new ManualResetEventSlim();
        using var running = new ManualResetEventSlim();
        using var leaving = new CancellationTokenSource();
        var begun = db.WriteAsync(
            tx =>
            {
                running.Set();
                go.Wait();
                Insert(tx, "begun");
            },
            leaving.Token
        );
        running.Wait();
        var waiting = db.WriteAsync(tx => Insert(tx, "waiting"), leaving.Token);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        go.Set();
        await begun;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            db.WriteAsync(tx => Insert(tx, "late"), leaving.Token)
        );
        Assert.Equal(1, db.Read(Count));
    }

    [Fact]
    public async Task News_is_told_after_the_commit_and_before_the_answer()
    {
        var db = Open();
        long seen = -1;
        await db.WriteAsync(tx =>
        {
            Insert(tx, "tea");
            tx.OnCommitted(() => throw new InvalidOperationException("a handler's own trouble"));
            tx.OnCommitted(() => seen = db.Read(Count));
        });
        Assert.Equal(1, seen);
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            db.WriteAsync(tx =>
            {
                tx.OnCommitted(() => seen = 99);
                throw new InvalidOperationException();
            })
        );
        Assert.Equal(1, seen);
    }

    [Fact]
    public async Task Closing_serves_what_waits_and_refuses_what_comes()
    {
        var db = Open();
        using var go = new ManualResetEventSlim();
        var blocker = db.WriteAsync(_ => go.Wait());
        var waiting = db.WriteAsync(tx => Insert(tx, "waiting"));
        var closing = Task.Run(async () => await db.DisposeAsync());
        go.Set();
        await Task.WhenAll(blocker, waiting, closing);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => db.WriteAsync(tx => Insert(tx, "late")));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => db.ReadAsync(Count));
        Assert.Equal(1, Open().Read(Count));
    }

    [Fact]
    public async Task A_session_is_of_no_use_after_its_work()
    {
        var db = Open();
        DbSession? kept = null;
        await db.ReadAsync(session => kept = session);
        Assert.Throws<ObjectDisposedException>(() => kept!.Query("SELECT 1"));
        Assert.Throws<ArgumentException>(() =>
        {
            _ = db.ReadAsync(async _ => await Task.Yield());
        });
    }

    [Fact]
    public async Task A_read_sees_one_snapshot()
    {
        var db = Open();
        await db.WriteAsync(tx => Insert(tx, "first"));
        var counts = db.Read(session =>
        {
            var before = Count(session);
            db.WriteAsync(tx => Insert(tx, "second")).Wait();
            return (before, Count(session));
        });
        Assert.Equal((1, 1), counts);
        Assert.Equal(2, db.Read(Count));
    }

    [Fact]
    public async Task A_read_cannot_write()
    {
        var db = Open();
        var failure = await Assert.ThrowsAsync<SqliteException>(() =>
            db.ReadAsync(session =>
            {
                using var q = session.Query("DELETE FROM words");
                return q.Step();
            })
        );
        Assert.True(failure.IsReadOnly);
    }

    [Fact]
    public async Task A_query_past_its_limit_is_stopped_and_the_reader_serves_on()
    {
        var db = Open(
            new DbOptions
            {
                DataDirectory = Folder.Path,
                Migrations = Words(),
                Time = Clock,
                Readers = 1,
            }
        );
        using var running = new ManualResetEventSlim();
        var slow = Task.Run(() =>
            db.ReadAsync(
                session =>
                {
                    running.Set();
                    using var q = session.Query(Endless);
                    return q.Step();
                },
                TimeSpan.FromSeconds(2)
            )
        );
        running.Wait();
        Clock.Advance(TimeSpan.FromSeconds(1.5));
        Assert.Equal(TimeSpan.FromSeconds(1.5), db.Health().OldestReader);
        Clock.Advance(TimeSpan.FromSeconds(1));
        var failure = await Assert.ThrowsAsync<QueryTimeoutException>(() => slow);
        Assert.Equal(TimeSpan.FromSeconds(2), failure.Limit);
        Assert.Equal(0, db.Read(Count));
        Assert.Equal(0, db.Health().Readers);
    }

    [Fact]
    public async Task A_query_ends_when_its_caller_leaves()
    {
        var db = Open(
            new DbOptions
            {
                DataDirectory = Folder.Path,
                Migrations = Words(),
                Readers = 1,
            }
        );
        using var leaving = new CancellationTokenSource();
        using var running = new ManualResetEventSlim();
        var slow = Task.Run(() =>
            db.ReadAsync(
                session =>
                {
                    running.Set();
                    using var q = session.Query(Endless);
                    return q.Step();
                },
                leaving.Token
            )
        );
        running.Wait();
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => slow);
        Assert.Equal(0, db.Read(Count));
    }

    [Fact]
    public async Task Readers_are_shared_by_many()
    {
        var db = Open();
        await db.WriteAsync(tx => Insert(tx, "tea"));
        var counts = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(() => db.ReadAsync(Count))));
        Assert.All(counts, count => Assert.Equal(1, count));
    }
}

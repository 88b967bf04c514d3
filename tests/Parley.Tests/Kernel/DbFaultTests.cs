using Parley.Kernel;
using Parley.Sqlite;

namespace Parley.Tests.Kernel;

/// <summary>Rows F3, F4, F5 and F11 of the fault list, at the level of the store.</summary>
public sealed class DbFaultTests : StoreFixture
{
    private Db OpenOnDisk() =>
        Open(
            new DbOptions
            {
                DataDirectory = Folder.Path,
                Migrations = Words(),
                Vfs = Disk.Name,
                Time = Clock,
            }
        );

    private static List<string> All(DbSession session)
    {
        var words = new List<string>();
        using var q = session.Query("SELECT word FROM words ORDER BY id");
        while (q.Step())
        {
            words.Add(q.Text(0)!);
        }

        return words;
    }

    private static string Sound(DbSession session)
    {
        using var q = session.Query("PRAGMA integrity_check");
        q.Step();
        return q.Text(0)!;
    }

    [Fact]
    public async Task Every_answer_follows_a_sync()
    {
        var db = OpenOnDisk();
        for (var i = 0; i < 10; i++)
        {
            var before = Disk.Syncs;
            await db.WriteAsync(tx => Insert(tx, $"w{i}"));
            Assert.True(Disk.Syncs > before);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_power_cut_at_any_moment_loses_nothing_answered(int seed)
    {
        var dice = new Random(seed);
        var db = OpenOnDisk();
        var answered = new List<string>();
        for (var round = 0; round < 25; round++)
        {
            var word = $"word {round} {new string('x', dice.Next(1, 20_000))}";
            if (dice.Next(4) == 0)
            {
                await db.WriteAsync(tx => Insert(tx, word));
                answered.Add(word);
            }
            else
            {
                // The cut comes in the middle of a transaction, its pages partly in the log already.
                await Assert.ThrowsAsync<InvalidOperationException>(() =>
                    db.WriteLargeAsync(tx =>
                    {
                        tx.Execute("PRAGMA cache_size=5");
                        for (var i = 0; i < dice.Next(100); i++)
                        {
                            Insert(tx, $"{word} {i}");
                        }

                        throw new InvalidOperationException("cut");
                    })
                );
            }

            if (dice.Next(5) == 0)
            {
                Clock.Advance(TimeSpan.FromSeconds(3)); // an idle checkpoint may be at work while the power goes
            }

            using var after = new TempFolder();
            Disk.Cut(after.Path, dice);
            await using var found = Db.Open(new DbOptions { DataDirectory = after.Path, Migrations = Words() });
            Assert.True(answered.SequenceEqual(found.Read(All)), $"seed {seed}, round {round}");
            Assert.Equal("ok", found.Read(Sound));
        }
    }

    [Theory]
    [InlineData(Fault.Full)]
    [InlineData(Fault.ShortWrite)]
    [InlineData(Fault.WriteError)]
    [InlineData(Fault.SyncError)]
    public async Task A_write_that_fails_at_any_call_is_whole_or_absent(Fault fault)
    {
        var db = OpenOnDisk();
        var answered = new List<string>();
        var struck = 0;
        for (var k = 1; k <= 40; k++)
        {
            foreach (var forGood in new[] { false, true })
            {
                var word = $"{fault} {k} {forGood} {new string('x', k * 500)}";
                Disk.Break(fault, k, forGood);
                try
                {
                    await db.WriteAsync(tx =>
                    {
                        Insert(tx, word);
                        Insert(tx, word + " again");
                    });
                    answered.AddRange([word, word + " again"]);
                }
                catch (StoreFullException) when (fault is Fault.Full or Fault.ShortWrite)
                {
                    struck++;
                }
                catch (SqliteException failure) when (fault is Fault.WriteError or Fault.SyncError)
                {
                    Assert.True(failure.IsIoError);
                    struck++;
                }

                Assert.Equal(answered, db.Read(All));
                Disk.Mend();
                await db.WriteAsync(tx => Insert(tx, word + " afterwards"));
                answered.Add(word + " afterwards");
                Assert.Equal(answered, db.Read(All));
            }
        }

        Assert.True(struck > 1);
        Assert.Equal("ok", db.Read(Sound));
        Assert.NotNull(db.Health().LastError);
        using var after = new TempFolder();
        Disk.Cut(after.Path, new Random(7));
        await using var found = Db.Open(new DbOptions { DataDirectory = after.Path, Migrations = Words() });
        Assert.Equal(answered, found.Read(All));
    }

    [Fact]
    public async Task A_fullDisk_fails_the_whole_group_and_reads_go_on()
    {
        var db = OpenOnDisk();
        await db.WriteAsync(tx => Insert(tx, "before"));
        using var go = new ManualResetEventSlim();
        var blocker = db.WriteAsync(tx =>
        {
            go.Wait();
            Insert(tx, "first");
        });
        var second = db.WriteAsync(tx => Insert(tx, "second"));
        Disk.Break(Fault.Full);
        go.Set();
        await Assert.ThrowsAsync<StoreFullException>(() => blocker);
        await Assert.ThrowsAsync<StoreFullException>(() => second);
        Assert.Equal(["before"], db.Read(All));
        Disk.Mend();
        await db.WriteAsync(tx => Insert(tx, "after"));
        Assert.Equal(["before", "after"], db.Read(All));
    }

    [Fact]
    public async Task An_essential_write_that_finds_theDisk_full_is_tried_again_from_the_reserve()
    {
        var db = OpenOnDisk();
        Assert.True(File.Exists(Folder.File("parley.reserve")));
        Disk.Break(Fault.Full, 1, forGood: false);
        var runs = 0;
        await db.WriteEssentialAsync(tx =>
        {
            runs++;
            Insert(tx, "essential");
        });
        Assert.Equal(2, runs);
        Assert.False(File.Exists(Folder.File("parley.reserve")));
        Assert.Equal(["essential"], db.Read(All));
        await db.WriteAsync(tx => Insert(tx, "there is room")); // the real disk has some, so the reserve is made again
        Assert.True(File.Exists(Folder.File("parley.reserve")));
    }

    [Fact]
    public async Task Work_that_goes_on_after_sqlite_gave_the_transaction_up_keeps_nothing()
    {
        var db = OpenOnDisk();
        await Assert.ThrowsAnyAsync<Exception>(() =>
            db.WriteLargeAsync(tx =>
            {
                tx.Execute("PRAGMA cache_size=5"); // so that pages are written before the commit
                Disk.Break(Fault.WriteError, 3, forGood: false);
                for (var i = 0; i < 200; i++)
                {
                    try
                    {
                        Insert(tx, $"{i} {new string('x', 3000)}");
                    }
                    catch (SqliteException)
                    {
                        continue; // as an importer might, that reports a bad record and takes the next
                    }
                }
            })
        );
        Assert.True(Disk.Struck);
        Assert.Empty(db.Read(All));
        await db.WriteAsync(tx => Insert(tx, "after"));
        Assert.Equal(["after"], db.Read(All));
    }

    [Fact]
    public async Task A_failing_checkpoint_fails_no_write()
    {
        var db = OpenOnDisk();
        Disk.Break(Fault.Full, 1, forGood: true, target: "parley.db");
        for (var i = 0; i < 30; i++)
        {
            await db.WriteAsync(tx => Insert(tx, $"{i} {new string('x', 200_000)}"));
        }

        Assert.True(Disk.Struck);
        Assert.Equal(30, db.Read(Count));
        Disk.Mend();
        await db.WriteAsync(tx => Insert(tx, "after"));
        Assert.Equal("ok", db.Read(Sound));
    }

    [Fact]
    public async Task A_read_error_fails_that_read_and_no_other()
    {
        var db = OpenOnDisk();
        await db.WriteAsync(tx => Insert(tx, new string('x', 100_000)));
        Disk.Break(Fault.ReadError, 1, forGood: false);
        var failure = Assert.Throws<SqliteException>(() => db.Read(All));
        Assert.True(failure.IsIoError);
        Assert.Single(db.Read(All));
    }

    [Fact]
    public async Task The_log_stays_bounded_under_readers_and_is_folded_in_when_quiet()
    {
        var db = OpenOnDisk();
        using var hold = new ManualResetEventSlim();
        using var holding = new ManualResetEventSlim();
        var reader = Task.Run(() =>
            db.Read(session =>
            {
                var before = Count(session);
                holding.Set();
                hold.Wait();
                return (before, Count(session));
            })
        );
        holding.Wait();
        var text = new string('x', 1_000_000);
        for (var i = 0; i < 10; i++)
        {
            await db.WriteAsync(tx => Insert(tx, $"{i} {text}"));
        }

        Assert.True(db.Health().LogBytes > 10_000_000);
        hold.Set();
        Assert.Equal((0, 0), await reader);
        for (var i = 10; i < 100; i++)
        {
            await db.WriteAsync(tx => Insert(tx, $"{i} {text}"));
        }

        Assert.InRange(db.Health().LogBytes, 1, 64 * 1024 * 1024);
        Clock.Advance(TimeSpan.FromSeconds(3));
        Assert.True(SpinWait.SpinUntil(() => db.Health().LogBytes == 0, TimeSpan.FromSeconds(20)));
    }
}

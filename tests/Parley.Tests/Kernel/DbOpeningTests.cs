using Parley.Kernel;
using Parley.Sqlite;

namespace Parley.Tests.Kernel;

public sealed partial class DbOpeningTests : StoreFixture
{
    private SqliteConnection Raw() =>
        SqliteConnection.Open(Folder.File("parley.db"), SqliteOpenFlags.ReadWrite | SqliteOpenFlags.Create);

    private string[] Copies() =>
        Directory.Exists(Folder.File("backups")) ? Directory.GetFiles(Folder.File("backups"), "*.db") : [];

    private async Task<Db> Reopened(Db db, DbMigrations migrations)
    {
        await db.DisposeAsync();
        return Open(new DbOptions { DataDirectory = Folder.Path, Migrations = migrations });
    }

    [Fact]
    public async Task A_second_writer_is_refused_and_told_who_has_it()
    {
        var db = Open();
        var failure = Assert.Throws<StoreLockedException>(() => Open());
        Assert.Equal(Environment.ProcessId, failure.Holder);
        Assert.Contains($"process {Environment.ProcessId}", failure.Message, StringComparison.Ordinal);
        await db.DisposeAsync();
        Open();
    }

    [Fact]
    public async Task A_reader_works_beside_the_writer_and_cannot_write()
    {
        var writer = Open();
        await writer.WriteAsync(tx => Insert(tx, "tea"));
        var reader = Open(
            new DbOptions
            {
                DataDirectory = Folder.Path,
                Migrations = Words(),
                ReadOnly = true,
            }
        );
        Assert.Equal(1, reader.Read(Count));
        await writer.WriteAsync(tx => Insert(tx, "more tea"));
        Assert.Equal(2, reader.Read(Count));
        await Assert.ThrowsAsync<StoreReadOnlyException>(() => reader.WriteAsync(tx => Insert(tx, "no")));
        await writer.DisposeAsync();
        Assert.Equal(2, reader.Read(Count));
    }

    [Fact]
    public async Task A_reader_finds_what_a_killed_writer_had_committed()
    {
        var db = Open();
        await db.WriteAsync(tx => Insert(tx, "tea"));
        using var killed = Killed();
        await using var reader = Db.Open(
            new DbOptions
            {
                DataDirectory = killed.Path,
                Migrations = Words(),
                ReadOnly = true,
            }
        );
        Assert.Equal(1, reader.Read(Count));
    }

    [Fact]
    public void A_reader_does_not_make_a_store()
    {
        Assert.Throws<StoreMissingException>(() =>
            Open(
                new DbOptions
                {
                    DataDirectory = Folder.Path,
                    Migrations = Words(),
                    ReadOnly = true,
                }
            )
        );
        Assert.Empty(Directory.GetFileSystemEntries(Folder.Path));
    }

    [Fact]
    public async Task After_a_kill_everything_answered_is_there_and_the_half_done_is_not()
    {
        var db = Open();
        await db.WriteAsync(tx => Insert(tx, "answered"));
        TempFolder? killed = null;
        await db.WriteAsync(tx =>
        {
            Insert(tx, "half done");
            killed = Killed();
        });
        await using var after = Db.Open(new DbOptions { DataDirectory = killed!.Path, Migrations = Words() });
        Assert.False(after.WasClean);
        Assert.Null(after.ReadOnlyReason);
        Assert.Equal(1, after.Read(Count));
        await after.DisposeAsync();
        killed.Dispose();
    }

    [Fact]
    public async Task A_damaged_store_opens_for_reading_with_the_reason_and_nothing_lost()
    {
        var db = Open();
        await db.WriteAsync(tx =>
        {
            for (var i = 0; i < 2000; i++)
            {
                Insert(tx, $"word number {i}");
            }
        });
        await db.DisposeAsync();
        using (var raw = Raw())
        {
            // An index that lost a row: the table can still be read whole.
            raw.Execute("PRAGMA writable_schema=ON");
            raw.Execute(
                "UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'schema_versions') WHERE type = 'index' AND tbl_name = 'words'"
            );
        }

        await File.WriteAllTextAsync(Folder.File("parley.pid"), "1");
        db = Open();
        Assert.NotNull(db.ReadOnlyReason);
        Assert.Contains("check", db.ReadOnlyReason, StringComparison.Ordinal);
        Assert.Contains(
            db.Health().Warnings(),
            warning => warning.Contains("can only be read", StringComparison.Ordinal)
        );
        await Assert.ThrowsAsync<StoreReadOnlyException>(() => db.WriteAsync(tx => Insert(tx, "no")));
        Assert.Equal(
            2000,
            db.Read(session =>
            {
                using var q = session.Query("SELECT count(*) FROM words NOT INDEXED");
                q.Step();
                return q.Int64(0);
            })
        );
        await db.DisposeAsync();
        Assert.True(File.Exists(Folder.File("parley.pid")), "the next start checks again");
    }

    [Fact]
    public void A_file_that_is_no_database_is_refused_and_left_alone()
    {
        var bytes = Enumerable.Repeat((byte)'x', 5000).ToArray();
        File.WriteAllBytes(Folder.File("parley.db"), bytes);
        var failure = Assert.Throws<StoreDamagedException>(() => Open());
        Assert.Contains("parley.db", failure.Message, StringComparison.Ordinal);
        Assert.Equal(bytes, File.ReadAllBytes(Folder.File("parley.db")));
    }

    [Fact]
    public void Another_programs_database_is_refused()
    {
        using (var raw = Raw())
        {
            raw.Execute("CREATE TABLE theirs (x)");
        }

        Assert.Throws<StoreVersionException>(() => Open());
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_named()
    {
        File.WriteAllText(Folder.File("file"), "");
        Assert.ThrowsAny<IOException>(() =>
            Open(new DbOptions { DataDirectory = Folder.File("file"), Migrations = Words() })
        );
        var failure = Assert.Throws<StorePlaceException>(() =>
            Open(new DbOptions { DataDirectory = "/proc/self", Migrations = Words() })
        );
        Assert.Contains("/proc/self", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nfs", DriveType.Unknown, true)]
    [InlineData("cifs", DriveType.Unknown, true)]
    [InlineData("fuse", DriveType.Unknown, true)]
    [InlineData("anything", DriveType.Network, true)]
    [InlineData("ext4", DriveType.Fixed, false)]
    [InlineData("tmpfs", DriveType.Ram, false)]
    [InlineData("overlayfs", DriveType.Unknown, false)]
    public void Network_file_systems_are_known_by_name_or_kind(string format, DriveType type, bool network) =>
        Assert.Equal(network, DiskSpace.IsNetwork(format, type));

    [Fact]
    public async Task Migrations_run_once_each_in_order_after_a_copy()
    {
        var db = Open();
        Assert.Empty(Copies());
        await db.WriteAsync(tx => Insert(tx, "tea"));
        db = await Reopened(
            db,
            Words(
                (
                    "0002_length.sql",
                    "ALTER TABLE words ADD COLUMN length INTEGER; UPDATE words SET length = length(word)"
                ),
                ("0003_index.sql", "CREATE INDEX words_by_length ON words (length)")
            )
        );
        var copy = Assert.Single(Copies());
        using (var raw = SqliteConnection.Open(copy, SqliteOpenFlags.ReadOnly))
        using (var q = raw.Prepare("SELECT word, (SELECT count(*) FROM schema_versions) FROM words"))
        {
            Assert.True(q.Step());
            Assert.Equal(("tea", 1L), (q.Text(0), q.Int64(1)));
        }

        Assert.Equal(
            "3|1,2,3",
            db.Read(session =>
            {
                using var q = session.Query(
                    "SELECT (SELECT length FROM words), (SELECT group_concat(version) FROM schema_versions WHERE room = 'Words')"
                );
                q.Step();
                return $"{q.Text(0)}|{q.Text(1)}";
            })
        );
        string[] names = ["0002_length.sql", "0003_index.sql", "0004_a.sql", "0005_b.sql", "0006_c.sql"];
        for (var known = 2; known <= names.Length; known++)
        {
            db = await Reopened(
                db,
                Words([
                    .. names
                        .Take(known)
                        .Select((name, i) => (name, i == known - 1 && known > 2 ? "SELECT 1" : "never again")),
                ])
            );
            Assert.Equal(Math.Min(known - 1, 2), Copies().Length);
        }
    }

    [Fact]
    public async Task A_migration_that_fails_is_taken_back_and_the_old_program_runs_on()
    {
        var db = Open();
        await db.WriteAsync(tx => Insert(tx, "tea"));
        await db.DisposeAsync();
        var broken = Words(("0002_broken.sql", "DELETE FROM words; CREATE TABLE more (x); SELECT nonsense"));
        var failure = Assert.Throws<StoreMigrationException>(() =>
            Open(new DbOptions { DataDirectory = Folder.Path, Migrations = broken })
        );
        Assert.Contains("0002_broken", failure.Message, StringComparison.Ordinal);
        Assert.Empty(Copies());
        var second = Words(("0002_fine.sql", "DELETE FROM words"), ("0003_broken.sql", "SELECT nonsense"));
        failure = Assert.Throws<StoreMigrationException>(() =>
            Open(new DbOptions { DataDirectory = Folder.Path, Migrations = second })
        );
        Assert.Contains("0003_broken", failure.Message, StringComparison.Ordinal);
        Assert.Equal(1, Open().Read(Count));
    }

    [Fact]
    public async Task A_migration_killed_at_any_statement_leaves_the_old_version_running_ready()
    {
        var db = Open();
        await db.WriteAsync(tx => Insert(tx, "tea"));
        await db.DisposeAsync();
        for (var at = 1; at <= 4; at++)
        {
            TempFolder? killed = null;
            var calls = 0;
            var options = new DbOptions
            {
                DataDirectory = Folder.Path,
                Migrations = Words(
                    (
                        "0002_step.sql",
                        "SELECT pause(); ALTER TABLE words ADD COLUMN a TEXT; SELECT pause(); UPDATE words SET a = word; SELECT pause(); DELETE FROM words; SELECT pause(); SELECT nonsense"
                    )
                ),
            };
            options.OnOpenConnection.Add(connection =>
                connection.RegisterFunction(
                    "pause",
                    0,
                    false,
                    _ =>
                    {
                        if (++calls == at)
                        {
                            killed = Killed();
                        }
                    }
                )
            );
            var failure = Assert.Throws<StoreMigrationException>(() => Open(options));
            Assert.Contains("nonsense", failure.Message, StringComparison.Ordinal);
            await using var after = Db.Open(new DbOptions { DataDirectory = killed!.Path, Migrations = Words() });
            Assert.Equal(1, after.Read(Count));
            await after.DisposeAsync();
            killed.Dispose();
        }
    }

    [Fact]
    public async Task A_migration_that_breaks_a_reference_is_taken_back()
    {
        var db = Open();
        await db.WriteAsync(tx => Insert(tx, "tea"));
        await db.DisposeAsync();
        var dangling = Words(
            ("0002_child.sql", "CREATE TABLE child (word INTEGER REFERENCES words (id)); INSERT INTO child VALUES (77)")
        );
        var failure = Assert.Throws<StoreMigrationException>(() =>
            Open(new DbOptions { DataDirectory = Folder.Path, Migrations = dangling })
        );
        Assert.Contains("refers to a missing row of words", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_migration_may_rebuild_a_table_that_others_refer_to()
    {
        var db = Open();
        await db.WriteAsync(tx => Insert(tx, "tea"));
        db = await Reopened(
            db,
            Words(
                (
                    "0002_child.sql",
                    "CREATE TABLE child (word INTEGER REFERENCES words (id) ON DELETE CASCADE); INSERT INTO child SELECT id FROM words"
                )
            )
        );
        db = await Reopened(
            db,
            Words(
                ("0002_child.sql", ""),
                (
                    "0003_rebuild.sql",
                    "CREATE TABLE new_words (id INTEGER PRIMARY KEY, word TEXT); INSERT INTO new_words SELECT * FROM words; DROP TABLE words; ALTER TABLE new_words RENAME TO words"
                )
            )
        );
        Assert.Equal(
            1,
            db.Read(session =>
            {
                using var q = session.Query("SELECT count(*) FROM child");
                q.Step();
                return q.Int64(0);
            })
        );
        Assert.True(
            (
                await Assert.ThrowsAsync<SqliteException>(() =>
                    db.WriteAsync(tx => tx.Execute("INSERT INTO child VALUES (77)"))
                )
            ).IsConstraint
        );
    }
}

using Parley.Kernel;
using Parley.Sqlite;

namespace Parley.Tests.Kernel;

/// <summary>Stores of other versions.</summary>
public sealed partial class DbOpeningTests
{
    [Fact]
    public async Task An_older_program_refuses_a_newer_store()
    {
        var db = Open();
        await (await Reopened(db, Words(("0002_more.sql", "CREATE TABLE more (x)")))).DisposeAsync();
        var failure = Assert.Throws<StoreVersionException>(() => Open());
        Assert.Contains("newer Parley", failure.Message, StringComparison.Ordinal);
        Assert.Throws<StoreVersionException>(() =>
            Open(
                new DbOptions
                {
                    DataDirectory = Folder.Path,
                    Migrations = Words(),
                    ReadOnly = true,
                }
            )
        );
        using (var raw = Raw())
        {
            raw.Execute(
                "DELETE FROM schema_versions WHERE version = 2; INSERT INTO schema_versions VALUES ('Later', 1, 0)"
            );
        }

        Assert.Contains("Later", Assert.Throws<StoreVersionException>(() => Open()).Message, StringComparison.Ordinal);
        using (var raw = Raw())
        {
            raw.Execute("DELETE FROM schema_versions WHERE room = 'Later'; PRAGMA user_version=2");
        }

        Assert.Contains(
            "format 2",
            Assert.Throws<StoreVersionException>(() => Open()).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_reader_does_not_upgrade_an_older_store()
    {
        await Open().DisposeAsync();
        var newer = Words(("0002_more.sql", "CREATE TABLE more (x)"));
        var failure = Assert.Throws<StoreVersionException>(() =>
            Open(
                new DbOptions
                {
                    DataDirectory = Folder.Path,
                    Migrations = newer,
                    ReadOnly = true,
                }
            )
        );
        Assert.Contains("0002_more", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Migrations_must_be_numbered_without_gaps()
    {
        Assert.Throws<InvalidOperationException>(() => Words(("0003_gap.sql", "")));
        Assert.Throws<InvalidOperationException>(() => Words(("two.sql", "")));
        Assert.Throws<InvalidOperationException>(() => Words().Add("Words", ("0001_again.sql", () => "")));
        Assert.Throws<InvalidOperationException>(() => new DbMigrations().Add("NoSuchRoom"));
    }
}

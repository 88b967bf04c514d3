using Parley.Kernel;

namespace Parley.Tests.Kernel;

/// <summary>A store of one table of words in a folder of its own.</summary>
public abstract class StoreFixture : IAsyncDisposable
{
    private readonly List<Db> _open = [];
    private FaultDisk? _disk;

    internal TempFolder Folder { get; } = new();

    /// <summary>A disk that breaks, for those who open the store on it; outlives the store.</summary>
    internal FaultDisk Disk => _disk ??= new FaultDisk();

    internal TestClock Clock { get; } = new();

    internal static DbMigrations Words(params (string Name, string Sql)[] more) =>
        new DbMigrations().Add(
            "Words",
            [
                (
                    "0001_words.sql",
                    () => "CREATE TABLE words (id INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE) STRICT"
                ),
                .. more.Select(step => (step.Name, (Func<string>)(() => step.Sql))),
            ]
        );

    internal Db Open() => Open(new DbOptions { DataDirectory = Folder.Path, Migrations = Words() });

    internal Db Open(DbOptions options)
    {
        var db = Db.Open(options);
        _open.Add(db);
        return db;
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

    /// <summary>What a kill at this moment would leave: the files as the system sees them, in a folder of their own.</summary>
    internal TempFolder Killed()
    {
        var copy = new TempFolder();
        foreach (var file in Directory.GetFiles(Folder.Path))
        {
            var name = Path.GetFileName(file);
            if (name is not ("parley.lock" or "parley.db-shm"))
            {
                File.Copy(file, copy.File(name));
            }
        }

        return copy;
    }

    public async ValueTask DisposeAsync()
    {
        _disk?.Mend();
        foreach (var db in _open)
        {
            await db.DisposeAsync();
        }

        _disk?.Dispose();
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }
}

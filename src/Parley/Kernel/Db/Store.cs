using Parley.Sqlite;

namespace Parley.Kernel;

/// <summary>Opens connections to the store's file and checks the file before anything is done with it.</summary>
/// <param name="asItIs">
/// For a disk so full that not even the files beside the database can be made: connections read the file alone, which nobody may change meanwhile.
/// </param>
internal sealed class Store(DbOptions options, bool asItIs = false)
{
    /// <summary>'PRLY', in the file's header (https://sqlite.org/fileformat.html#application_id).</summary>
    public const int ApplicationId = 0x50524C59;

    /// <summary>Generation of the whole file, in <c>user_version</c>: raised only when an older program must not even look inside.</summary>
    public const int Format = 1;

    public static readonly TimeSpan BusyTimeout = TimeSpan.FromSeconds(5);

    public const string FileName = "parley.db";

    public string Path { get; } = System.IO.Path.Combine(options.DataDirectory, FileName);

    public string LogPath => Path + "-wal";

    /// <summary>
    /// Of the writer's pages. Large writes come back to many of them; small ones pass on and would only leave them behind: a
    /// thousand answers at once filled 24 MB more than they do now.
    /// </summary>
    public const int CacheKilobytes = 6 * 1024;
    public const int LargeCacheKilobytes = 32 * 1024;

    public SqliteConnection OpenWriter() =>
        Open(SqliteOpenFlags.ReadWrite | SqliteOpenFlags.Create, LargeCacheKilobytes);

    public SqliteConnection OpenReader() => Open(SqliteOpenFlags.ReadOnly, cacheKilobytes: 2 * 1024);

    /// <summary>Makes an empty file a store, or makes sure that it is one of ours and not newer than we are; true when it is new.</summary>
    public bool Identify(SqliteConnection connection)
    {
        try
        {
            var id = Ask(connection, "PRAGMA application_id");
            var format = Ask(connection, "PRAGMA user_version");
            var isNew = id == 0 && Ask(connection, "SELECT count(*) FROM sqlite_schema") == 0;
            if (!isNew && id != ApplicationId)
            {
                throw new StoreVersionException(
                    $"{Path} is a database of another program: choose another folder with --data"
                );
            }

            if (format > Format)
            {
                throw new StoreVersionException(
                    $"the store was written by a newer Parley (format {format}, this program knows {Format}): use that version or a newer one"
                );
            }

            return isNew;
        }
        catch (SqliteException failure) when (failure.IsCorrupt)
        {
            throw new StoreDamagedException(Path, failure);
        }
    }

    /// <summary>Gives a new file its form; on an old one this changes nothing.</summary>
    public static void Prepare(SqliteConnection connection, bool isNew)
    {
        if (isNew)
        {
            // EXTRA syncs the folder too once the journal of this first change is deleted: one that comes back after a power cut would roll the
            // new store back to nothing.
            connection.Execute("PRAGMA page_size=4096; PRAGMA synchronous=EXTRA"u8);
        }

        connection.Execute("PRAGMA journal_mode=WAL; PRAGMA journal_size_limit=67108864"u8);
        if (isNew)
        {
            connection.Execute(
                $"PRAGMA synchronous=FULL; PRAGMA application_id={ApplicationId}; PRAGMA user_version={Format}"
            );
        }
    }

    /// <summary>The first fault <c>quick_check</c> finds, or null. Stops after the time allowed, so that a large store starts too.</summary>
    public string? FindFault(SqliteConnection connection)
    {
        var began = options.Time.GetTimestamp();
        connection.Watch(10_000, () => options.Time.GetElapsedTime(began) < options.CheckLimit);
        try
        {
            using var check = connection.Prepare("PRAGMA quick_check(1)");
            return check.Step() && check.Text(0) is { } answer and not "ok" ? answer : null;
        }
        catch (SqliteException failure) when (failure.IsInterrupt)
        {
            DbLog.CheckCut(options.Log, options.CheckLimit.TotalSeconds);
            return null;
        }
        catch (SqliteException failure) when (failure.IsCorrupt)
        {
            return failure.Message;
        }
        finally
        {
            connection.Watch(0, null);
        }
    }

    /// <summary>Copies the store as it is to <c>backups/before-…</c>, whole or not at all, and gives the copy's path.</summary>
    public string Copy(SqliteConnection connection)
    {
        var folder = Directory.CreateDirectory(System.IO.Path.Combine(options.DataDirectory, "backups")).FullName;
        var target = System.IO.Path.Combine(folder, $"before-upgrade-{options.Time.GetUtcNow():yyyyMMdd-HHmmssfff}.db");
        var part = target + ".part";
        Prune(folder);
        try
        {
            using (
                var copy = SqliteConnection.Open(part, SqliteOpenFlags.ReadWrite | SqliteOpenFlags.Create, options.Vfs)
            )
            {
                connection.BackupTo(copy);
            }

            File.Move(part, target);
            FolderSync.Sync(folder);
        }
        catch (SqliteException failure) when (failure.IsFull)
        {
            File.Delete(part);
            throw new StoreFullException(failure);
        }

        DbLog.Copied(options.Log, target);
        return target;
    }

    /// <summary>Leaves the newest copy only, so that with the one about to be made there are two at most.</summary>
    private static void Prune(string folder)
    {
        var unfinished = Directory.GetFiles(folder, "before-upgrade-*.part");
        var whole = Directory.GetFiles(folder, "before-upgrade-*.db").OrderDescending(StringComparer.Ordinal);
        foreach (var old in unfinished.Concat(whole.Skip(1)))
        {
            File.Delete(old);
        }
    }

    private static long Ask(SqliteConnection connection, string sql)
    {
        using var statement = connection.Prepare(sql);
        return statement.Step() ? statement.Int64(0) : 0;
    }

    private SqliteConnection Open(SqliteOpenFlags flags, int cacheKilobytes)
    {
        var connection = asItIs
            ? SqliteConnection.Open(
                new Uri(Path).AbsoluteUri + "?immutable=1",
                flags | SqliteOpenFlags.Uri,
                options.Vfs
            )
            : SqliteConnection.Open(Path, flags, options.Vfs);
        try
        {
            connection.BusyTimeout(BusyTimeout);
            connection.Switch(SqliteSwitch.Defensive, true);
            connection.Execute(
                $"PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF; PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY; PRAGMA synchronous=FULL; "
                    + $"PRAGMA fullfsync=ON; PRAGMA checkpoint_fullfsync=ON; PRAGMA cache_size=-{cacheKilobytes}"
            );
            foreach (var hook in options.OnOpenConnection)
            {
                hook(connection);
            }

            return connection;
        }
        catch (Exception failure)
        {
            connection.Dispose();
            if (failure is SqliteException { IsCorrupt: true } damage)
            {
                throw new StoreDamagedException(Path, damage);
            }

            throw;
        }
    }
}

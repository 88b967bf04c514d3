using Parley.Sqlite;

namespace Parley.Kernel;

/// <summary>The steps from a folder to an open store.</summary>
internal static class DbOpening
{
    public delegate Db Create(DbOptions options, Store store, StoreLock? held, SqliteConnection? writer, string? readOnlyReason);

    /// <summary>Beside a running server or without one: no lock, no migration, no repair.</summary>
    public static Db ForReading(DbOptions options, Create create)
    {
        var store = new Store(options);
        if (!File.Exists(store.Path))
        {
            throw new StoreMissingException(store.Path);
        }

        DiskSpace.RequireLocal(options.DataDirectory);
        using var first = store.OpenReader();
        if (store.Identify(first))
        {
            throw new StoreMissingException(store.Path);
        }

        if (new Migrator(first, options).Pending() is { Count: > 0 } pending)
        {
            throw new StoreVersionException($"the store is older than this Parley ({pending[0].Room} needs {pending[0].Name}): start `parley serve` once to upgrade it");
        }

        return create(options, store, null, null, "it was opened for reading");
    }

    /// <summary>As the one process that writes.</summary>
    public static Db ForWriting(DbOptions options, Create create)
    {
        var began = options.Time.GetTimestamp();
        MakeFolder(options.DataDirectory);
        DiskSpace.RequireLocal(options.DataDirectory);
        var store = new Store(options);
        var held = StoreLock.Take(options.DataDirectory);
        SqliteConnection? writer = null;
        try
        {
            writer = store.OpenWriter();
            var isNew = store.Identify(writer);
            if (!held.WasClean && !isNew && store.FindFault(writer) is { } fault)
            {
                writer.Dispose();
                var reason = $"its check after an unclean end found: {fault}. Restore a backup, or run `parley doctor`";
                DbLog.ReadOnly(options.Log, store.Path, reason);
                return create(options, store, held, null, reason);
            }

            Upgrade(options, store, writer, isNew);
            DbLog.Opened(options.Log, store.Path, SqliteConnection.LibraryVersion, (long)options.Time.GetElapsedTime(began).TotalMilliseconds, held.WasClean);
            return create(options, store, held, writer, null);
        }
        catch (Exception failure)
        {
            writer?.Dispose();
            if (held.WasClean)
            {
                held.MarkClean();
            }

            held.Dispose();
            if (failure is SqliteException { IsFull: true } full)
            {
                throw new StoreFullException(full);
            }

            throw;
        }
    }

    private static void Upgrade(DbOptions options, Store store, SqliteConnection writer, bool isNew)
    {
        var migrator = new Migrator(writer, options);
        var pending = migrator.Pending();
        Store.Prepare(writer, isNew);
        if (pending.Count == 0)
        {
            return;
        }

        if (!isNew)
        {
            store.Copy(writer);
        }

        migrator.Apply(pending);
    }

    private static void MakeFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}

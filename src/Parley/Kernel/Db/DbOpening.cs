using Parley.Sqlite;

namespace Parley.Kernel;

/// <summary>A store that has passed its checks. No writer means that it can only be read, for the reason given.</summary>
/// <param name="AwaitsRoom">The disk is so full that there is no writer yet: it opens once there is room.</param>
internal sealed record OpenedStore(
    Store Store,
    StoreLock? Held,
    SqliteConnection? Writer,
    string? ReadOnlyReason,
    bool AwaitsRoom = false
);

/// <summary>The steps from a folder to an open store.</summary>
internal static class DbOpening
{
    /// <summary>Beside a running server or without one: no lock, no migration, no repair.</summary>
    public static OpenedStore ForReading(DbOptions options)
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
            throw new StoreVersionException(
                $"the store is older than this Parley ({pending[0].Room} needs {pending[0].Name}): start `parley serve` once to upgrade it"
            );
        }

        return new(store, null, null, "it was opened for reading");
    }

    /// <summary>As the one process that writes.</summary>
    public static OpenedStore ForWriting(DbOptions options)
    {
        MakeFolder(options.DataDirectory);
        DiskSpace.RequireLocal(options.DataDirectory);
        var held = StoreLock.Take(options.DataDirectory);
        try
        {
            return OpenWithReserve(options, held);
        }
        catch (StoreFullException) when (OnFullDisk(options, held) is { } readable)
        {
            return readable;
        }
        catch (Exception)
        {
            if (held.WasClean)
            {
                held.MarkClean();
            }

            held.Dispose();
            throw;
        }
    }

    /// <summary>There is room again: the writer that could not be opened before.</summary>
    public static OpenedStore Again(DbOptions options, StoreLock held) => Open(options, held);

    private static OpenedStore OpenWithReserve(DbOptions options, StoreLock held)
    {
        try
        {
            return Open(options, held);
        }
        catch (StoreFullException) when (DiskReserve.TryOpen(options.DataDirectory))
        {
            return Open(options, held);
        }
    }

    /// <summary>
    /// A store that was closed as it should be can be read without a byte written. Null where there is more to do than read: a log to fold in,
    /// an upgrade, a store to make.
    /// </summary>
    private static OpenedStore? OnFullDisk(DbOptions options, StoreLock held)
    {
        var store = new Store(options, asItIs: true);
        if (!File.Exists(store.Path) || new FileInfo(store.LogPath) is { Exists: true, Length: > 0 })
        {
            return null;
        }

        using var first = store.OpenReader();
        if (store.Identify(first) || new Migrator(first, options).Pending().Count > 0)
        {
            return null;
        }

        DbLog.AwaitsRoom(options.Log, store.Path);
        return new(store, held, null, null, AwaitsRoom: true);
    }

    private static OpenedStore Open(DbOptions options, StoreLock held)
    {
        var began = options.Time.GetTimestamp();
        var store = new Store(options);
        SqliteConnection? writer = null;
        try
        {
            writer = store.OpenWriter();
            var isNew = store.Identify(writer);
            if (WhyReadOnly(store, writer, check: !held.WasClean && !isNew) is { } reason)
            {
                writer.Dispose();
                DbLog.ReadOnly(options.Log, store.Path, reason);
                return new(store, held, null, reason);
            }

            Upgrade(options, store, writer, isNew);
            DbLog.Opened(
                options.Log,
                store.Path,
                SqliteConnection.LibraryVersion,
                (long)options.Time.GetElapsedTime(began).TotalMilliseconds,
                held.WasClean
            );
            return new(store, held, writer, null);
        }
        catch (Exception failure)
        {
            writer?.Dispose();
            if (failure is SqliteException { IsFull: true } full)
            {
                throw new StoreFullException(full);
            }

            throw;
        }
    }

    private static string? WhyReadOnly(Store store, SqliteConnection writer, bool check)
    {
        // SQLite opens a write-protected file for reading without a word.
        if (writer.IsReadOnly)
        {
            return $"{store.Path} is write-protected";
        }

        return check && store.FindFault(writer) is { } fault
            ? $"its check after an unclean end found: {fault}. Restore a backup, or run `parley doctor`"
            : null;
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

        if (isNew)
        {
            migrator.Apply(pending);
            return;
        }

        var copy = store.Copy(writer);
        try
        {
            migrator.Apply(pending);
        }
        catch (StoreMigrationException)
        {
            File.Delete(copy); // the store is as it was, and each further try makes a copy
            throw;
        }
    }

    private static void MakeFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(
                folder,
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            );
        }
    }
}

namespace Parley.Kernel;

/// <summary>The store cannot do what was asked; the subtype says why. Nothing of the failed write is kept.</summary>
internal abstract class StoreException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The disk is full. Reads go on; writes work again once there is room. HTTP 507.</summary>
internal sealed class StoreFullException(Exception? inner = null)
    : StoreException("the disk that holds the store is full: free some space, then try again", inner);

/// <summary>Too much is waiting already. HTTP 503 with Retry-After.</summary>
internal sealed class StoreBusyException(string message, Exception? inner = null) : StoreException(message, inner);

/// <summary>Another process holds the store for writing.</summary>
internal sealed class StoreLockedException(string path, int? holder)
    : StoreException(
        $"the store {path} is in use by another Parley process{(holder is { } pid ? $" (process {pid})" : "")}: stop it first, or use a command that only reads"
    )
{
    public int? Holder => holder;
}

/// <summary>The store is open for reading only; the message says why.</summary>
internal sealed class StoreReadOnlyException(string reason) : StoreException($"the store can only be read: {reason}");

/// <summary>The store was written by a newer Parley, or needs an upgrade that a reader may not do, or is none of ours.</summary>
internal sealed class StoreVersionException(string message) : StoreException(message);

/// <summary>There is no store to read.</summary>
internal sealed class StoreMissingException(string path) : StoreException($"there is no store at {path}");

/// <summary>The file cannot be read as a database at all.</summary>
internal sealed class StoreDamagedException(string path, Exception inner)
    : StoreException(
        $"{path} is damaged and cannot be read ({inner.Message}); nothing was changed. Restore a backup, or move the file away to begin anew",
        inner
    );

/// <summary>The store lies where SQLite cannot keep its promises.</summary>
internal sealed class StorePlaceException(string message) : StoreException(message);

/// <summary>A migration failed; the store is as it was before it.</summary>
internal sealed class StoreMigrationException(string room, string step, Exception inner)
    : StoreException($"upgrading the store failed at {room} {step} and was taken back whole: {inner.Message}", inner);

/// <summary>A read took longer than its limit and was interrupted.</summary>
internal sealed class QueryTimeoutException(TimeSpan limit, Exception inner)
    : StoreException($"the query took longer than {limit.TotalSeconds:0.###} s and was stopped", inner)
{
    public TimeSpan Limit => limit;
}

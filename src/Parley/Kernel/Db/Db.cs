using Parley.Sqlite;

namespace Parley.Kernel;

/// <summary>
/// The store: one writer lane, many readers. Thread-safe. Work given to it runs synchronously inside one transaction and returns what it read; it
/// must not keep the session, call <see cref="Db"/> again, or do anything slow besides SQL.
/// A write that is answered is committed and synced; a write that failed has left nothing.
/// </summary>
internal sealed class Db : IAsyncDisposable
{
    private readonly DbOptions _options;
    private readonly Store _store;
    private readonly StoreLock? _lock;
    private readonly SemaphoreSlim _opening = new(1);
    private volatile WriterLane? _lane;
    private readonly ReaderPool _readers;
    private int _disposed;

    private Db(DbOptions options, OpenedStore opened)
    {
        _options = options;
        _store = opened.Store;
        _lock = opened.Held;
        ReadOnlyReason = opened.ReadOnlyReason;
        AwaitsRoom = opened.AwaitsRoom;
        _readers = new ReaderPool(options, _store.OpenReader);
        _lane = opened.Writer is { } writer ? new WriterLane(writer, options, _readers.ReleaseMemory) : null;
    }

    /// <summary>Why nothing can be written, or null.</summary>
    public string? ReadOnlyReason { get; private set; }

    /// <summary>The disk was so full at the start that nothing can be written yet; the first write that finds room changes that.</summary>
    public bool AwaitsRoom { get; private set; }

    /// <summary>The store before this opening was closed as it should be.</summary>
    public bool WasClean => _lock?.WasClean ?? true;

    public string Path => _store.Path;

    /// <summary>
    /// Opens the store, makes it when there is none, and migrates it. One that fails its check after an unclean end opens for reading only,
    /// with <see cref="ReadOnlyReason"/> set; on a disk without any room it opens with <see cref="AwaitsRoom"/>.
    /// </summary>
    /// <exception cref="StoreException">The store cannot be opened; the subtype and message say why and what to do.</exception>
    public static Db Open(DbOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new Db(options, options.ReadOnly ? DbOpening.ForReading(options) : DbOpening.ForWriting(options));
    }

    /// <summary>
    /// Queues a small write. The task ends after its commit; commits are shared with writes that wait at the same time, each isolated by a
    /// savepoint. <paramref name="ct"/> withdraws it while it waits; once begun it runs to its end.
    /// </summary>
    /// <exception cref="StoreFullException">The disk is full.</exception>
    /// <exception cref="StoreBusyException">The queue is full.</exception>
    /// <exception cref="StoreReadOnlyException">The store is open for reading only.</exception>
    public Task<T> WriteAsync<T>(Func<DbTransaction, T> work, CancellationToken ct = default) =>
        Queue(work, WriteKind.Small, ct);

    /// <inheritdoc cref="WriteAsync{T}"/>
    public Task WriteAsync(Action<DbTransaction> work, CancellationToken ct = default) => WriteAsync(AsFunc(work), ct);

    /// <summary>
    /// Queues a batch that gets a transaction of its own. Small writes are served between batches, so keep one to some 100 ms of work.
    /// Errors as for <see cref="WriteAsync{T}"/>.
    /// </summary>
    public Task<T> WriteLargeAsync<T>(Func<DbTransaction, T> work, CancellationToken ct = default) =>
        Queue(work, WriteKind.Large, ct);

    /// <inheritdoc cref="WriteLargeAsync{T}"/>
    public Task WriteLargeAsync(Action<DbTransaction> work, CancellationToken ct = default) =>
        WriteLargeAsync(AsFunc(work), ct);

    /// <summary>
    /// Queues a small write that goes on while the disk is full, out of a reserve kept for it: deleting, signing in. The work may
    /// be run a second time after a first that found the disk full. Otherwise as <see cref="WriteAsync{T}"/>.
    /// </summary>
    public Task<T> WriteEssentialAsync<T>(Func<DbTransaction, T> work, CancellationToken ct = default) =>
        Queue(work, WriteKind.Essential, ct);

    /// <inheritdoc cref="WriteEssentialAsync{T}"/>
    public Task WriteEssentialAsync(Action<DbTransaction> work, CancellationToken ct = default) =>
        WriteEssentialAsync(AsFunc(work), ct);

    /// <summary>Runs <paramref name="work"/> on one snapshot, within the default limit of 5 s.</summary>
    /// <exception cref="QueryTimeoutException">It took longer.</exception>
    /// <exception cref="StoreBusyException">No reader came free in time.</exception>
    public Task<T> ReadAsync<T>(Func<DbSession, T> work, CancellationToken ct = default) =>
        ReadAsync(work, _options.ReadLimit, ct);

    /// <inheritdoc cref="ReadAsync{T}(Func{DbSession, T}, CancellationToken)"/>
    public Task<T> ReadAsync<T>(Func<DbSession, T> work, TimeSpan limit, CancellationToken ct = default) =>
        _readers.ReadAsync(Synchronous(work), limit, brief: false, ct);

    /// <summary>
    /// As <see cref="ReadAsync{T}(Func{DbSession, T}, CancellationToken)"/>, for a few rows found by their keys: some microseconds, which a thread
    /// that serves sockets spends at once (<see cref="SocketThreads"/>).
    /// </summary>
    public Task<T> LookUpAsync<T>(Func<DbSession, T> work, CancellationToken ct = default) =>
        _readers.ReadAsync(Synchronous(work), _options.ReadLimit, brief: true, ct);

    /// <summary>The same on the calling thread, for code that cannot await.</summary>
    public T Read<T>(Func<DbSession, T> work, TimeSpan? limit = null, CancellationToken ct = default) =>
        _readers.Read(Synchronous(work), limit ?? _options.ReadLimit, ct);

    /// <summary>
    /// As <see cref="Read{T}"/>, only where a reader is free at once, which it says: for work that another read may as well do.
    /// </summary>
    public bool TryRead(Action<DbSession> work, TimeSpan limit, CancellationToken ct) =>
        _readers.TryRead(work, limit, ct);

    /// <summary>Looks at the store's state; cheap enough to ask each second.</summary>
    public DbHealth Health()
    {
        var log = new FileInfo(_store.LogPath);
        return new DbHealth(
            SqliteConnection.LibraryVersion,
            SqliteConnection.LibraryVersionNumber < 3_051_003,
            log.Exists ? log.Length : 0,
            _lane?.QueueLength ?? 0,
            _readers.Active,
            _readers.OldestAge,
            _lane?.Writes ?? 0,
            _lane?.Commits ?? 0,
            DiskSpace.Of(_options.DataDirectory),
            ReadOnlyReason,
            AwaitsRoom,
            _lane?.LastError
        );
    }

    /// <summary>Serves the writes that wait, lets reads end, folds the log into the database and gives the lock back.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _readers.DisposeAsync().ConfigureAwait(false);
        _lane?.Dispose();
        if (_lane is not null || (AwaitsRoom && WasClean))
        {
            _lock?.MarkClean();
        }

        _lock?.Dispose();
        _opening.Dispose();
        DbLog.Closed(_options.Log, _store.Path);
    }

    private static Func<DbTransaction, bool> AsFunc(Action<DbTransaction> work) =>
        transaction =>
        {
            work(transaction);
            return true;
        };

    /// <summary>A transaction never spans an await; work that gives a task would run on after its end.</summary>
    private static Func<TSession, T> Synchronous<TSession, T>(Func<TSession, T> work) =>
        typeof(Task).IsAssignableFrom(typeof(T))
            ? throw new ArgumentException("work inside a transaction must be synchronous", nameof(work))
            : work;

    private Task<T> Queue<T>(Func<DbTransaction, T> work, WriteKind kind, CancellationToken ct)
    {
        try
        {
            return _lane is { } lane ? lane.Add(Synchronous(work), kind, ct)
                : AwaitsRoom ? QueueOnceThereIsRoomAsync(work, kind, ct)
                : throw new StoreReadOnlyException(ReadOnlyReason ?? "it was opened so");
        }
        catch (Exception failure) when (failure is StoreException or ObjectDisposedException)
        {
            return Task.FromException<T>(failure);
        }
    }

    private async Task<T> QueueOnceThereIsRoomAsync<T>(
        Func<DbTransaction, T> work,
        WriteKind kind,
        CancellationToken ct
    )
    {
        await _opening.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            if (AwaitsRoom)
            {
                await OpenWriterAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            _opening.Release();
        }

        return await Queue(work, kind, ct).ConfigureAwait(false);
    }

    /// <exception cref="StoreFullException">There is still no room.</exception>
    private async Task OpenWriterAsync()
    {
        if (DiskSpace.Of(_options.DataDirectory).FreeBytes < DiskReserve.EnoughBytes)
        {
            throw new StoreFullException();
        }

        // Readers of the file as it is must be gone before anything is written to it.
        await _readers
            .ReopenAsync(() =>
            {
                var opened = DbOpening.Again(_options, _lock!);
                ReadOnlyReason = opened.ReadOnlyReason;
                _lane = opened.Writer is { } writer ? new WriterLane(writer, _options, _readers.ReleaseMemory) : null;
                AwaitsRoom = false;
                return opened.Store.OpenReader;
            })
            .ConfigureAwait(false);
    }
}

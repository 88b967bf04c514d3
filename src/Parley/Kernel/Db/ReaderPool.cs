using System.Collections.Concurrent;
using Parley.Sqlite;

namespace Parley.Kernel;

/// <summary>Reader connections, opened as they are needed, each serving one read transaction at a time. Thread-safe.</summary>
internal sealed class ReaderPool(DbOptions options, Func<SqliteConnection> open) : IAsyncDisposable
{
    /// <summary>No request waits unseen for longer (promise R11).</summary>
    private static readonly TimeSpan WaitLimit = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _free = new(options.Readers);
    private readonly ConcurrentStack<Reader> _idle = new();
    private readonly ConcurrentDictionary<Reader, long> _active = new();
    private int _waiting;
    private volatile bool _closed;
    private volatile Func<SqliteConnection> _open = open;

    public int Active => _active.Count;

    public TimeSpan OldestAge
    {
        get
        {
            var oldest = TimeSpan.Zero;
            foreach (var (_, began) in _active)
            {
                var age = options.Time.GetElapsedTime(began);
                oldest = age > oldest ? age : oldest;
            }

            return oldest;
        }
    }

    /// <param name="brief">So little work that a thread which serves sockets may do it.</param>
    public async Task<T> ReadAsync<T>(Func<DbSession, T> work, TimeSpan limit, bool brief, CancellationToken ct)
    {
        if (!brief)
        {
            await SocketThreads.Leave();
        }

        if (!_free.Wait(0, CancellationToken.None))
        {
            Enter();
            try
            {
                Admit(await _free.WaitAsync(WaitLimit, ct).ConfigureAwait(false));
            }
            finally
            {
                Interlocked.Decrement(ref _waiting);
            }
        }

        return Run(work, limit, ct);
    }

    public T Read<T>(Func<DbSession, T> work, TimeSpan limit, CancellationToken ct)
    {
        if (!_free.Wait(0, CancellationToken.None))
        {
            Enter();
            try
            {
                Admit(_free.Wait(WaitLimit, ct));
            }
            finally
            {
                Interlocked.Decrement(ref _waiting);
            }
        }

        return Run(work, limit, ct);
    }

    /// <summary>Runs <paramref name="work"/> on the calling thread where a reader is free at once; says whether it was.</summary>
    public bool TryRead(Action<DbSession> work, TimeSpan limit, CancellationToken ct)
    {
        if (!_free.Wait(0, CancellationToken.None))
        {
            return false;
        }

        Run(
            session =>
            {
                work(session);
                return true;
            },
            limit,
            ct
        );
        return true;
    }

    /// <summary>Gives back the cached pages of readers at rest.</summary>
    public void ReleaseMemory()
    {
        for (var i = _idle.Count; i > 0 && _idle.TryPop(out var reader); i--)
        {
            reader.Connection.ReleaseMemory();
            _idle.Push(reader);
        }
    }

    /// <summary>
    /// Once running reads have ended, and while others wait, does what must meet no reader, and has the next ones opened in the way it gives.
    /// </summary>
    public async Task ReopenAsync(Func<Func<SqliteConnection>> change)
    {
        var held = 0;
        try
        {
            for (; held < options.Readers; held++)
            {
                Admit(await _free.WaitAsync(WaitLimit).ConfigureAwait(false));
            }

            ObjectDisposedException.ThrowIf(_closed, typeof(Db));
            while (_idle.TryPop(out var reader))
            {
                reader.Connection.Dispose();
            }

            _open = change();
        }
        finally
        {
            if (held > 0)
            {
                _free.Release(held);
            }
        }
    }

    /// <summary>Waits for running reads, which end within their limits, and closes every connection.</summary>
    public async ValueTask DisposeAsync()
    {
        _closed = true;
        var ended = 0;
        // A read that outlives its limit (stuck outside SQLite) must not hold up the end of the process.
        while (ended < options.Readers && await _free.WaitAsync(WaitLimit).ConfigureAwait(false))
        {
            ended++;
        }

        while (_idle.TryPop(out var reader))
        {
            reader.Connection.Dispose();
        }

        // Whoever waits now is let in and told that the store is closed.
        if (ended > 0)
        {
            _free.Release(ended);
        }
    }

    private void Enter()
    {
        if (Interlocked.Increment(ref _waiting) > options.QueueLength)
        {
            Interlocked.Decrement(ref _waiting);
            throw new StoreBusyException($"{options.QueueLength} reads are waiting already: try again shortly");
        }
    }

    private static void Admit(bool admitted)
    {
        if (!admitted)
        {
            throw new StoreBusyException($"no reader came free within {WaitLimit.TotalSeconds} s: try again shortly");
        }
    }

    private T Run<T>(Func<DbSession, T> work, TimeSpan limit, CancellationToken ct)
    {
        Reader? reader = null;
        try
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(Db));
            ct.ThrowIfCancellationRequested();
            if (!_idle.TryPop(out reader))
            {
                reader = new Reader(_open(), options.Time);
            }

            _active[reader] = options.Time.GetTimestamp();
            return reader.Read(work, limit, ct);
        }
        catch (QueryTimeoutException)
        {
            DbLog.QueryTimeout(options.Log, limit.TotalSeconds);
            throw;
        }
        finally
        {
            if (reader is not null)
            {
                _active.TryRemove(reader, out _);
                if (reader.Broken)
                {
                    reader.Connection.Dispose();
                }
                else
                {
                    _idle.Push(reader);
                }
            }

            _free.Release();
        }
    }
}

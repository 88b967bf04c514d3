using System.Diagnostics;
using Parley.Sqlite;

namespace Parley.Kernel;

/// <summary>
/// The one writer. Its thread takes writes from the queue, runs each small one inside its own savepoint, commits those that were waiting
/// together, syncs once, and only then answers their callers:
/// <code>
///   queue  a b c      thread  BEGIN  a  b  c  COMMIT+sync  → a b c answered
///          d e                       (d, e arrive here)    BEGIN d e COMMIT …
/// </code>
/// A lone write never waits for company: groups form from what arrives during the commit before. It also keeps the log short.
/// </summary>
internal sealed partial class WriterLane : IDisposable
{
    /// <summary>How long a group may go on taking in waiting writes; bounds the delay of its first.</summary>
    private static readonly TimeSpan GroupTime = TimeSpan.FromMilliseconds(5);

    private const int GroupSize = 256;
    private readonly SqliteConnection _connection;
    private readonly DbOptions _options;
    private readonly LogKeeper _log;
    private readonly WriteQueue _queue;
    private readonly DiskReserve _reserve;
    private readonly Thread _thread;
    private readonly List<QueuedWrite> _group = [];
    private bool _cachesLarge = true; // as it was opened
    private long _commits;
    private long _writes;

    /// <summary>Takes over an open, migrated connection; from here on only the lane's thread uses it.</summary>
    public WriterLane(SqliteConnection connection, DbOptions options, Action onIdle)
    {
        _connection = connection;
        _connection.GuardCommits();
        _options = options;
        _queue = new WriteQueue(options.QueueLength);
        _reserve = new DiskReserve(options.DataDirectory);
        _log = new LogKeeper(connection, options, _queue.Nudge, onIdle);
        _thread = new Thread(Serve) { IsBackground = true, Name = "store writer" };
        _thread.Start();
    }

    public int QueueLength => _queue.Length;

    /// <summary>Commits made since the start; fewer than <see cref="Writes"/> where grouping worked.</summary>
    public long Commits => Volatile.Read(ref _commits);

    public long Writes => Volatile.Read(ref _writes);

    public string? LastError { get; private set; }

    /// <summary>Queues a write; its task ends with its commit.</summary>
    public Task<T> Add<T>(Func<DbTransaction, T> work, WriteKind kind, CancellationToken ct)
    {
        if (ct.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(ct);
        }

        var write = new QueuedWrite<T>(work) { Kind = kind };
        write.WithdrawOn(ct);
        try
        {
            _queue.Add(write);
        }
        catch (Exception)
        {
            write.Unregister();
            throw;
        }

        return write.Task;
    }

    /// <summary>Serves what is queued, folds the log in, closes the connection and returns.</summary>
    public void Dispose()
    {
        _queue.Close();
        _thread.Join();
    }

    private void Serve()
    {
        Cache(large: false);
        while (true)
        {
            var write = _queue.Take(out var closed);
            try
            {
                if (closed)
                {
                    break;
                }

                if (write is not null)
                {
                    if (write.Kind == WriteKind.Large)
                    {
                        Cache(large: true);
                    }

                    RunGroup(write);
                    _log.AfterCommit();
                }
                else
                {
                    Cache(large: false);
                    _log.WhenIdle();
                }
            }
            catch (Exception failure)
            {
                // The lane must outlive any bug: whoever waits is told, the next write is served.
                DbLog.LaneFailed(_options.Log, failure);
                FailGroup(failure);
            }
        }

        _log.Close();
        _connection.Dispose();
        _reserve.Close();
    }

    private void Cache(bool large)
    {
        if (large != _cachesLarge)
        {
            Run($"PRAGMA cache_size=-{(large ? Store.LargeCacheKilobytes : Store.CacheKilobytes)}");
            _cachesLarge = large;
        }
    }

    private void RunGroup(QueuedWrite first)
    {
        if (!TryAdmit(first) || !Begin())
        {
            return;
        }

        var began = Stopwatch.GetTimestamp();
        for (var write = first; write is not null; write = Next(first, began))
        {
            if (!RunOne(write))
            {
                return;
            }
        }

        Commit();
    }

    private bool Begin()
    {
        try
        {
            if (_connection.InTransaction)
            {
                Run("ROLLBACK"); // left by a rollback that failed
            }

            Run("BEGIN IMMEDIATE");
            return true;
        }
        catch (SqliteException failure)
        {
            FailGroup(failure);
            return false;
        }
    }

    /// <summary>Puts a write into the group, unless its caller has withdrawn or the disk is too full for it.</summary>
    private bool TryAdmit(QueuedWrite write)
    {
        if (!write.TryTake())
        {
            return false;
        }

        if (_reserve.WhyFull(write.Kind) is { } full)
        {
            write.Fail(full);
            return false;
        }

        _group.Add(write);
        return true;
    }

    private QueuedWrite? Next(QueuedWrite first, long began)
    {
        while (
            first.Kind != WriteKind.Large
            && _group.Count < GroupSize
            && Stopwatch.GetElapsedTime(began) < GroupTime
            && _queue.TryTakeSmall() is { } write
        )
        {
            if (TryAdmit(write))
            {
                return write;
            }
        }

        return null;
    }

    /// <summary>Runs one write inside a savepoint; false when the whole group had to be given up.</summary>
    private bool RunOne(QueuedWrite write)
    {
        try
        {
            Run("SAVEPOINT one");
            write.Run(new DbTransaction(_connection));
            Run("RELEASE one");
            return true;
        }
        catch (Exception failure)
        {
            // On a full disk or an I/O error SQLite may have rolled back the whole transaction itself; then the others' work is gone too.
            if (
                failure is SqliteException { IsFull: true }
                || !_connection.InTransaction
                || !TryRun("ROLLBACK TO one")
                || !TryRun("RELEASE one")
            )
            {
                FailGroup(failure);
                return false;
            }

            _group.Remove(write);
            write.Fail(Explain(failure));
            return true;
        }
    }

    private void Commit()
    {
        if (WhyNotCommitted() is { } failure)
        {
            DbLog.CommitFailed(_options.Log, _group.Count, failure);
            FailGroup(failure);
            return;
        }

        Volatile.Write(ref _commits, _commits + 1);
        Volatile.Write(ref _writes, _writes + _group.Count);
        foreach (var write in _group)
        {
            Tell(write.News);
            write.Answer();
        }

        _group.Clear();
    }

    private SqliteException? WhyNotCommitted()
    {
        _connection.MayCommit = true;
        try
        {
            Run("COMMIT");
            return null;
        }
        catch (SqliteException failure)
        {
            return failure;
        }
        finally
        {
            _connection.MayCommit = false;
        }
    }

    private void Tell(List<Action>? news)
    {
        foreach (var action in news ?? [])
        {
            try
            {
                action();
            }
            catch (Exception failure)
            {
                DbLog.NewsFailed(_options.Log, failure); // the write is committed: its caller must not hear that it failed
            }
        }
    }

    private void Run(string sql)
    {
        using var statement = _connection.Get(sql);
        statement.Run();
    }

    private bool TryRun(string sql)
    {
        try
        {
            Run(sql);
            return true;
        }
        catch (SqliteException failure)
        {
            LastError = failure.Message;
            return false;
        }
    }
}

using Parley.Sqlite;

namespace Parley.Kernel;

/// <summary>
/// Keeps the write-ahead log short: a passive checkpoint each 1,000 pages, a waiting one when it has grown past its limit all the same (readers
/// always on it), truncation when the store is quiet. Runs on the writer's thread only.
/// </summary>
internal sealed class LogKeeper : IDisposable
{
    private const int PagesPerCheckpoint = 1000;

    /// <summary>64 MB in pages of 4 KB: the size past which the log must be started over.</summary>
    private const int PagesAtMost = 16 * 1024;

    private readonly SqliteConnection _connection;
    private readonly DbOptions _options;
    private readonly Action _onIdle;
    private readonly ITimer _idle;
    private int _pagesAtCheckpoint;

    public LogKeeper(SqliteConnection connection, DbOptions options, Action nudge, Action onIdle)
    {
        _connection = connection;
        _options = options;
        _onIdle = onIdle;
        _connection.TrackLog();
        _idle = options.Time.CreateTimer(_ => nudge(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void AfterCommit()
    {
        var pages = _connection.LogPages;
        if (pages < _pagesAtCheckpoint)
        {
            _pagesAtCheckpoint = 0; // the log was started over
        }

        if (pages - _pagesAtCheckpoint >= PagesPerCheckpoint)
        {
            Checkpoint(SqliteCheckpoint.Passive);
            if (pages >= PagesAtMost)
            {
                // Reads end within their limit and new ones need the log no longer, so this wait is short.
                WithPatience(TimeSpan.FromSeconds(1), SqliteCheckpoint.Restart);
            }

            _pagesAtCheckpoint = pages;
        }

        Rearm();
    }

    public void WhenIdle()
    {
        if (_connection.LogPages > 0 && !WithPatience(TimeSpan.Zero, SqliteCheckpoint.Truncate))
        {
            Rearm();
            return;
        }

        _pagesAtCheckpoint = 0;
        _connection.ReleaseMemory();
        _onIdle();
        SpareMemory.GiveBackAfterWork();
    }

    /// <summary>On a full disk: folds in what fits, so that the log's own blocks can be used again.</summary>
    public void MakeRoom()
    {
        Checkpoint(SqliteCheckpoint.Passive);
        Rearm();
    }

    /// <summary>Folds the log in for good, as far as readers in other processes allow.</summary>
    public void Close()
    {
        _idle.Dispose();
        WithPatience(TimeSpan.FromSeconds(1), SqliteCheckpoint.Truncate);
    }

    public void Dispose() => _idle.Dispose();

    private void Rearm() => _idle.Change(_options.IdleAfter, Timeout.InfiniteTimeSpan);

    private bool WithPatience(TimeSpan patience, SqliteCheckpoint mode)
    {
        _connection.BusyTimeout(patience);
        try
        {
            return Checkpoint(mode);
        }
        finally
        {
            _connection.BusyTimeout(Store.BusyTimeout);
        }
    }

    private bool Checkpoint(SqliteCheckpoint mode)
    {
        try
        {
            return _connection.WalCheckpoint(mode).Complete;
        }
        catch (SqliteException failure)
        {
            // Nothing is lost: the log still holds everything. A full disk is the usual cause.
            DbLog.CheckpointFailed(_options.Log, failure);
            return false;
        }
    }
}

using Parley.Sqlite;

namespace Parley.Kernel;

/// <summary>One reader connection with its watch: a query is interrupted soon after its caller leaves or its time is up.</summary>
internal sealed class Reader
{
    /// <summary>Machine steps between two looks at the clock: some 20 µs of work against 50 ns of looking.</summary>
    private const int StepsPerLook = 1000;

    private readonly TimeProvider _time;
    private long _began;
    private TimeSpan _limit;
    private CancellationToken _ct;

    public Reader(SqliteConnection connection, TimeProvider time)
    {
        Connection = connection;
        _time = time;
        _limit = Timeout.InfiniteTimeSpan;
        connection.Watch(StepsPerLook, CarryOn);
    }

    public SqliteConnection Connection { get; }

    /// <summary>The connection met an I/O error or damage, and should not be used again.</summary>
    public bool Broken { get; private set; }

    private bool OutOfTime => _limit != Timeout.InfiniteTimeSpan && _time.GetElapsedTime(_began) > _limit;

    /// <summary>Runs <paramref name="work"/> in one read transaction.</summary>
    public T Read<T>(Func<DbSession, T> work, TimeSpan limit, CancellationToken ct)
    {
        _began = _time.GetTimestamp();
        _limit = limit;
        _ct = ct;
        var session = new DbSession(Connection);
        try
        {
            Run("BEGIN");
            return work(session);
        }
        catch (SqliteException failure) when (failure.IsInterrupt)
        {
            ct.ThrowIfCancellationRequested();
            throw new QueryTimeoutException(limit, failure);
        }
        catch (SqliteException failure) when (failure.IsBusy)
        {
            throw new StoreBusyException("another process holds the store", failure);
        }
        catch (SqliteException failure)
        {
            Broken = failure.IsIoError || failure.IsCorrupt;
            throw;
        }
        finally
        {
            _limit = Timeout.InfiniteTimeSpan; // the end of the transaction must not be interrupted
            _ct = default;
            session.End();
            Finish();
        }
    }

    private void Finish()
    {
        if (!Connection.InTransaction)
        {
            return;
        }

        try
        {
            Run("ROLLBACK");
        }
        catch (SqliteException)
        {
            Broken = true; // the pool closes the connection, which ends the transaction
        }
    }

    private void Run(string sql)
    {
        using var statement = Connection.Get(sql);
        statement.Run();
    }

    private bool CarryOn() => !_ct.IsCancellationRequested && !OutOfTime;
}

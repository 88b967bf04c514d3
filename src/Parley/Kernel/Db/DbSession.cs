using Parley.Sqlite;

namespace Parley.Kernel;

/// <summary>
/// One transaction's view of the store, for as long as the work given to <see cref="Db"/> runs and on its thread only. All reads see one snapshot.
/// </summary>
internal class DbSession
{
    private SqliteConnection? _connection;

    internal DbSession(SqliteConnection connection) => _connection = connection;

    /// <summary>The connection itself, for <c>Room/Sqlite/</c> folders only.</summary>
    internal SqliteConnection Sqlite =>
        _connection
        ?? throw new ObjectDisposedException(
            GetType().Name,
            "the transaction is over: read what is needed inside the work, and return it"
        );

    /// <summary>Rents the compiled statement of this SQL; dispose it after use (<c>using var q = session.Query("…");</c>).</summary>
    public DbStatement Query(string sql) => new(Sqlite.Get(sql));

    /// <summary>Ends the session: forgotten statements are reset, later calls fail.</summary>
    internal void End()
    {
        _connection?.ReturnAll();
        _connection = null;
    }
}

/// <summary>A session that may write. What it wrote is kept when its group commits, or not at all.</summary>
internal sealed class DbTransaction : DbSession
{
    internal DbTransaction(SqliteConnection connection)
        : base(connection) { }

    /// <summary>Rows changed by the last INSERT, UPDATE or DELETE.</summary>
    public long Changes => Sqlite.Changes;

    public long LastInsertRowId => Sqlite.LastInsertRowId;

    internal List<Action>? Committed { get; private set; }

    /// <summary>Runs SQL without parameters: one statement or several.</summary>
    public void Execute(string sql) => Sqlite.Execute(sql);

    /// <summary>
    /// Has <paramref name="action"/> called once the write is committed and synced, before its caller is answered, in order of commits. It runs in the
    /// writer's lane: publish news, do not work, and never wait for another write.
    /// </summary>
    public void OnCommitted(Action action) => (Committed ??= []).Add(action);
}

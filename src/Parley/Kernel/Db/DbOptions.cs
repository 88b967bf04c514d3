using Microsoft.Extensions.Logging.Abstractions;
using Parley.Sqlite;

namespace Parley.Kernel;

/// <summary>How a store is opened.</summary>
internal sealed class DbOptions
{
    /// <summary>The folder that holds everything; made when missing (mode 0700).</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The rooms' schemas, lowest floor first.</summary>
    public DbMigrations Migrations { get; init; } = new();

    /// <summary>Opens for reading only, beside a running server or without one; takes no lock and changes nothing.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Reader connections at most; each holds up to 2 MB of pages.</summary>
    public int Readers { get; init; } = 4;

    /// <summary>Writes that may wait in the lane; one more is answered with <see cref="StoreBusyException"/>.</summary>
    public int QueueLength { get; init; } = 1024;

    /// <summary>How long one read may take unless it names its own limit.</summary>
    public TimeSpan ReadLimit { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Quiet time after which the log is folded into the database and cached pages are given back.</summary>
    public TimeSpan IdleAfter { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Time the check after an unclean end may take; what it has not reached by then counts as sound.</summary>
    public TimeSpan CheckLimit { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Called for every new connection before anything runs on it: a room registers its tokenizers and functions here.</summary>
    public IList<Action<SqliteConnection>> OnOpenConnection { get; } = [];

    /// <summary>A registered SQLite VFS to use instead of the system's; for tests that break the disk.</summary>
    public string? Vfs { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public ILogger Log { get; init; } = NullLogger.Instance;
}

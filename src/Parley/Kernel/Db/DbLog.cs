namespace Parley.Kernel;

/// <summary>Event ids 100-199.</summary>
internal static partial class DbLog
{
    [LoggerMessage(100, LogLevel.Information, "Store {Path} open: SQLite {Version}, {Milliseconds} ms, clean {Clean}")]
    public static partial void Opened(ILogger log, string path, string version, long milliseconds, bool clean);

    [LoggerMessage(101, LogLevel.Warning, "Store check stopped after {Seconds} s; the rest counts as sound")]
    public static partial void CheckCut(ILogger log, double seconds);

    [LoggerMessage(102, LogLevel.Error, "Store {Path} can only be read: {Reason}")]
    public static partial void ReadOnly(ILogger log, string path, string reason);

    [LoggerMessage(103, LogLevel.Information, "Migrated {Room} to {Version} ({Name}) in {Milliseconds} ms")]
    public static partial void Migrated(ILogger log, string room, int version, string name, long milliseconds);

    [LoggerMessage(104, LogLevel.Information, "Copied the store to {Path} before upgrading it")]
    public static partial void Copied(ILogger log, string path);

    [LoggerMessage(105, LogLevel.Error, "Commit of {Count} writes failed; all were taken back")]
    public static partial void CommitFailed(ILogger log, int count, Exception failure);

    [LoggerMessage(106, LogLevel.Error, "A handler of committed news failed")]
    public static partial void NewsFailed(ILogger log, Exception failure);

    [LoggerMessage(107, LogLevel.Warning, "Checkpoint failed; it is tried again")]
    public static partial void CheckpointFailed(ILogger log, Exception failure);

    [LoggerMessage(108, LogLevel.Warning, "A query ran into its limit of {Seconds} s")]
    public static partial void QueryTimeout(ILogger log, double seconds);

    [LoggerMessage(109, LogLevel.Information, "Store {Path} closed")]
    public static partial void Closed(ILogger log, string path);

    [LoggerMessage(110, LogLevel.Error, "The writer's lane met an unexpected failure and goes on")]
    public static partial void LaneFailed(ILogger log, Exception failure);

    [LoggerMessage(111, LogLevel.Error, "The disk is full: store {Path} can only be read until there is room")]
    public static partial void AwaitsRoom(ILogger log, string path);
}

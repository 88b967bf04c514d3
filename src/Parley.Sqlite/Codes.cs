namespace Parley.Sqlite;

/// <summary>Result codes of https://sqlite.org/rescode.html that this library acts on.</summary>
internal static class Codes
{
    public const int Ok = 0;
    public const int Error = 1;
    public const int Busy = 5;
    public const int Locked = 6;
    public const int NoMemory = 7;
    public const int ReadOnly = 8;
    public const int Interrupt = 9;
    public const int IoError = 10;
    public const int Corrupt = 11;
    public const int Full = 13;
    public const int CannotOpen = 14;
    public const int Misuse = 21;
    public const int NotADatabase = 26;
    public const int Row = 100;
    public const int Done = 101;

    public const int ConstraintPrimaryKey = 19 | (6 << 8);
    public const int ConstraintUnique = 19 | (8 << 8);
    public const int ConstraintRowId = 19 | (10 << 8);

    public const byte Utf8 = 1;
}

/// <summary>How a database file is opened; values of https://sqlite.org/c3ref/c_open_autoproxy.html.</summary>
[Flags]
public enum SqliteOpenFlags
{
    None = 0,
    ReadOnly = 0x1,
    ReadWrite = 0x2,
    Create = 0x4,

    /// <summary>The path may be a <c>file:</c> URI. Never set it for a path a user chose.</summary>
    Uri = 0x40,
    Memory = 0x80,
    NoFollow = 0x0100_0000,
}

/// <summary>The storage class of a value; values of https://sqlite.org/c3ref/c_blob.html.</summary>
public enum SqliteType
{
    Integer = 1,
    Float = 2,
    Text = 3,
    Blob = 4,
    Null = 5,
}

/// <summary>Modes of https://sqlite.org/c3ref/wal_checkpoint_v2.html.</summary>
public enum SqliteCheckpoint
{
    /// <summary>Copies what it can without waiting for anyone.</summary>
    Passive = 0,
    Full = 1,
    Restart = 2,

    /// <summary>Waits (up to the busy timeout) for readers, then shrinks the log file to nothing.</summary>
    Truncate = 3,
}

/// <summary>What a checkpoint found and did, in pages of the log; both are -1 when there is no log.</summary>
public readonly record struct SqliteCheckpointResult(bool Complete, int LogPages, int CopiedPages);

/// <summary>Run-time limits of https://sqlite.org/c3ref/c_limit_attached.html.</summary>
public enum SqliteLimit
{
    Length = 0,
    SqlLength = 1,
    Column = 2,
    ExpressionDepth = 3,
    CompoundSelect = 4,
    VdbeOperations = 5,
    FunctionArguments = 6,
    Attached = 7,
    LikePatternLength = 8,
    VariableNumber = 9,
    TriggerDepth = 10,
    WorkerThreads = 11,
}

/// <summary>Switches of https://sqlite.org/c3ref/c_dbconfig_defensive.html that hold a strange database in check.</summary>
public enum SqliteSwitch
{
    EnableForeignKeys = 1002,
    EnableTriggers = 1003,
    Defensive = 1010,
    EnableViews = 1015,
    TrustedSchema = 1017,
}

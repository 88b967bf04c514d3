namespace Parley.Sqlite;

/// <summary>
/// A call into SQLite failed. Carries the extended result code (https://sqlite.org/rescode.html), SQLite's words and
/// the SQL text, never a bound value. An exception thrown inside one of our callbacks is the inner exception.
/// </summary>
public sealed class SqliteException : Exception
{
    private const int NoSpaceLeft = 28;
    private const int QuotaExceededLinux = 122;
    private const int QuotaExceededMac = 69;

    /// <summary>Creates an exception for an extended result code.</summary>
    public SqliteException(
        int extendedCode,
        string message,
        string? sql = null,
        int systemError = 0,
        Exception? inner = null
    )
        : base(
            sql is null ? $"{message} (SQLite {extendedCode})" : $"{message} (SQLite {extendedCode}) in: {sql}",
            inner
        )
    {
        ExtendedCode = extendedCode;
        Sql = sql;
        SystemError = systemError;
    }

    /// <summary>The primary result code: the low byte of <see cref="ExtendedCode"/>.</summary>
    public int Code => ExtendedCode & 0xff;

    public int ExtendedCode { get; }

    public string? Sql { get; }

    /// <summary>The operating system's errno for I/O errors and failed opens, otherwise 0.</summary>
    public int SystemError { get; }

    /// <summary>A row with the same unique key, primary key or rowid is there already.</summary>
    public bool IsConstraintUnique =>
        ExtendedCode is Codes.ConstraintUnique or Codes.ConstraintPrimaryKey or Codes.ConstraintRowId;

    public bool IsConstraint => Code == 19;

    /// <summary>No room: the disk (or quota) is full, or <c>max_page_count</c> is reached.</summary>
    public bool IsFull =>
        Code == Codes.Full
        || (
            Code is Codes.IoError or Codes.CannotOpen
            && SystemError is NoSpaceLeft or QuotaExceededLinux or QuotaExceededMac
        );

    public bool IsBusy => Code is Codes.Busy or Codes.Locked;

    public bool IsInterrupt => Code == Codes.Interrupt;

    /// <summary>The file is damaged or is no database.</summary>
    public bool IsCorrupt => Code is Codes.Corrupt or Codes.NotADatabase;

    public bool IsReadOnly => Code == Codes.ReadOnly;

    public bool IsIoError => Code == Codes.IoError;
}

using System.Runtime.CompilerServices;

namespace Parley.Sqlite;

/// <summary>
/// A compiled statement: bind (parameters count from 1), step, read (columns count from 0). No call allocates, except
/// <see cref="Text"/>. After a failed step the statement is reset and may be used again.
/// </summary>
public sealed unsafe partial class SqliteStatement : IDisposable
{
    /// <summary><c>SQLITE_STMTSTATUS_REPREPARE</c>.</summary>
    private const int RecompiledCounter = 5;

    private readonly SqliteConnection _connection;
    private nint _handle;

    internal SqliteStatement(SqliteConnection connection, nint handle, string sql)
    {
        _connection = connection;
        _handle = handle;
        Sql = sql;
    }

    /// <summary>The text it was compiled from, with its parameters as written.</summary>
    public string Sql { get; }

    public int ColumnCount => Native.sqlite3_column_count(_handle);

    public int ParameterCount => Native.sqlite3_bind_parameter_count(_handle);

    /// <summary>How often SQLite had to compile it again: a step then costs a hundred times as much.</summary>
    public int Recompiled => Native.sqlite3_stmt_status(_handle, RecompiledCounter, 0);

    /// <summary>True when the statement cannot write to the database file.</summary>
    public bool IsReadOnly => Native.sqlite3_stmt_readonly(_handle) != 0;

    internal bool Cached { get; set; }

    internal bool Rented { get; set; }

    internal long LastRented { get; set; }

    public string ColumnName(int column) => Utf8Z.Read(Native.sqlite3_column_name(_handle, column)) ?? "";

    /// <summary>Goes to the next row; false when there is none. Spans read from the row before are void.</summary>
    /// <exception cref="SqliteException">The statement failed; it has been reset.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Step()
    {
        var code = Native.sqlite3_step(_handle);
        return code == Codes.Row || (code != Codes.Done && Fail(code));
    }

    /// <summary>Runs to the end, passing over rows, and resets, keeping the bindings.</summary>
    public void Run()
    {
        int code;
        do
        {
            code = Native.sqlite3_step(_handle);
        } while (code == Codes.Row);
        if (code != Codes.Done)
        {
            Fail(code);
        }

        _ = Native.sqlite3_reset(_handle);
    }

    /// <summary>Back to before the first row, keeping the bindings.</summary>
    // sqlite3_reset repeats the error of the last step, which Step has thrown already.
    public void Reset() => _ = Native.sqlite3_reset(_handle);

    public bool IsNull(int column) => Native.sqlite3_column_type(_handle, column) == (int)SqliteType.Null;

    public SqliteType Type(int column) => (SqliteType)Native.sqlite3_column_type(_handle, column);

    /// <summary>The value as an integer; NULL reads as 0.</summary>
    public long Int64(int column) => Native.sqlite3_column_int64(_handle, column);

    public long? Int64OrNull(int column) => IsNull(column) ? null : Int64(column);

    public int Int32(int column) => checked((int)Int64(column));

    public bool Bool(int column) => Int64(column) != 0;

    public double Double(int column) => Native.sqlite3_column_double(_handle, column);

    public double? DoubleOrNull(int column) => IsNull(column) ? null : Double(column);

    /// <summary>The value as UTF-8, valid until the next <see cref="Step"/>, <see cref="Reset"/> or read of this column as another type; NULL reads as empty.</summary>
    public ReadOnlySpan<byte> Utf8(int column)
    {
        var text = Native.sqlite3_column_text(_handle, column);
        return text == null ? default : new ReadOnlySpan<byte>(text, Native.sqlite3_column_bytes(_handle, column));
    }

    /// <summary>The value's bytes, valid as long as those of <see cref="Utf8"/>; NULL reads as empty.</summary>
    public ReadOnlySpan<byte> Blob(int column)
    {
        var blob = Native.sqlite3_column_blob(_handle, column);
        return blob == null ? default : new ReadOnlySpan<byte>(blob, Native.sqlite3_column_bytes(_handle, column));
    }

    /// <summary>The value as a string; null for NULL.</summary>
    public string? Text(int column)
    {
        var text = Native.sqlite3_column_text(_handle, column);
        return text == null
            ? null
            : System.Text.Encoding.UTF8.GetString(text, Native.sqlite3_column_bytes(_handle, column));
    }

    /// <summary>Gives a rented statement back to its connection, reset and with bindings cleared; ends any other. May be called twice.</summary>
    public void Dispose()
    {
        if (_handle == 0 || (Cached && !Rented))
        {
            return;
        }

        var kept = Rented && _connection.Return(this);
        Rented = false;
        if (kept)
        {
            _ = Native.sqlite3_reset(_handle);
            _ = Native.sqlite3_clear_bindings(_handle);
        }
        else
        {
            FinalizeNow();
        }
    }

    internal void FinalizeNow()
    {
        _ = Native.sqlite3_finalize(_handle);
        _handle = 0;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool Fail(int code)
    {
        ObjectDisposedException.ThrowIf(_handle == 0, this);
        var failure = _connection.Failure(code, Sql);
        _ = Native.sqlite3_reset(_handle);
        throw failure;
    }
}

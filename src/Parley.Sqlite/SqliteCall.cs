namespace Parley.Sqlite;

/// <summary>A function of ours that SQL calls. It answers through the call's <c>Return</c> methods; without one the result is NULL.</summary>
public delegate void SqliteFunction(SqliteCall call);

/// <summary>One call of an SQL function: its arguments, counted from 0, and its result. Spans are valid until the function returns.</summary>
public readonly unsafe ref struct SqliteCall
{
    private readonly nint _context;
    private readonly nint* _arguments;

    internal SqliteCall(nint context, int count, nint* arguments)
    {
        _context = context;
        _arguments = arguments;
        Count = count;
    }

    public int Count { get; }

    public SqliteType Type(int argument) => (SqliteType)Native.sqlite3_value_type(At(argument));

    public bool IsNull(int argument) => Type(argument) == SqliteType.Null;

    public long Int64(int argument) => Native.sqlite3_value_int64(At(argument));

    public double Double(int argument) => Native.sqlite3_value_double(At(argument));

    /// <summary>The argument as UTF-8; NULL reads as empty.</summary>
    public ReadOnlySpan<byte> Utf8(int argument)
    {
        var value = At(argument);
        var text = Native.sqlite3_value_text(value);
        return text == null ? default : new ReadOnlySpan<byte>(text, Native.sqlite3_value_bytes(value));
    }

    /// <summary>The argument's bytes; NULL reads as empty.</summary>
    public ReadOnlySpan<byte> Blob(int argument)
    {
        var value = At(argument);
        var blob = Native.sqlite3_value_blob(value);
        return blob == null ? default : new ReadOnlySpan<byte>(blob, Native.sqlite3_value_bytes(value));
    }

    public void Return(long value) => Native.sqlite3_result_int64(_context, value);

    public void Return(double value) => Native.sqlite3_result_double(_context, value);

    public void ReturnNull() => Native.sqlite3_result_null(_context);

    /// <summary>Returns UTF-8 text, which SQLite copies.</summary>
    public void ReturnText(ReadOnlySpan<byte> utf8)
    {
        byte nothing = 0;
        fixed (byte* text = utf8)
        {
            Native.sqlite3_result_text64(
                _context,
                text == null ? &nothing : text,
                (ulong)utf8.Length,
                Native.Transient,
                Codes.Utf8
            );
        }
    }

    /// <summary>Returns a blob, which SQLite copies.</summary>
    public void ReturnBlob(ReadOnlySpan<byte> blob)
    {
        byte nothing = 0;
        fixed (byte* bytes = blob)
        {
            Native.sqlite3_result_blob64(
                _context,
                bytes == null ? &nothing : bytes,
                (ulong)blob.Length,
                Native.Transient
            );
        }
    }

    internal void Fail(string message)
    {
        using var z = new Utf8Z(message, stackalloc byte[256]);
        fixed (byte* text = z.WithNul)
        {
            Native.sqlite3_result_error(_context, text, z.Bytes.Length);
        }
    }

    private nint At(int argument) =>
        (uint)argument < (uint)Count
            ? _arguments[argument]
            : throw new ArgumentOutOfRangeException(nameof(argument), argument, $"the call has {Count} arguments");
}

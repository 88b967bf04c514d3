namespace Parley.Sqlite;

/// <summary>
/// Reads one blob or text value in pieces (<c>sqlite3_blob_open</c>), so that a large value is never held whole. Belongs to its
/// connection's thread; a change of the row makes further reads fail.
/// </summary>
public sealed unsafe class SqliteBlob : Stream
{
    private readonly SqliteConnection _connection;
    private readonly int _length;
    private nint _blob;
    private int _position;

    private SqliteBlob(SqliteConnection connection, nint blob)
    {
        _connection = connection;
        _blob = blob;
        _length = Native.sqlite3_blob_bytes(blob);
    }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => _length;

    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, _length);
            _position = (int)value;
        }
    }

    /// <summary>Opens the value in <paramref name="column"/> of the row with this rowid.</summary>
    /// <exception cref="SqliteException">No such table, column or row, or the value is a number or NULL.</exception>
    public static SqliteBlob Open(SqliteConnection connection, string table, string column, long rowId)
    {
        ArgumentNullException.ThrowIfNull(connection);
        using var tableZ = new Utf8Z(table, stackalloc byte[256]);
        using var columnZ = new Utf8Z(column, stackalloc byte[256]);
        nint blob = 0;
        int code;
        fixed (
            byte* main = "main\0"u8,
                t = tableZ.WithNul,
                c = columnZ.WithNul
        )
        {
            code = Native.sqlite3_blob_open(connection.Handle, main, t, c, rowId, 0, &blob);
        }

        return code == Codes.Ok ? new SqliteBlob(connection, blob) : throw connection.Failure(code, null);
    }

    public override int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_blob == 0, this);
        var count = Math.Min(buffer.Length, _length - _position);
        if (count == 0)
        {
            return 0;
        }

        int code;
        fixed (byte* target = buffer)
        {
            code = Native.sqlite3_blob_read(_blob, target, count, _position);
        }

        if (code != Codes.Ok)
        {
            throw _connection.Failure(code, null);
        }

        _position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        return Read(buffer.AsSpan(offset, count));
    }

    public override long Seek(long offset, SeekOrigin origin) =>
        Position = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => _position + offset,
            _ => _length + offset,
        };

    public override void Flush() { }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (_blob != 0)
        {
            _ = Native.sqlite3_blob_close(_blob);
            _blob = 0;
        }

        base.Dispose(disposing);
    }
}

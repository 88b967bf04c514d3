using System.Runtime.CompilerServices;

namespace Parley.Sqlite;

public sealed unsafe partial class SqliteStatement
{
    // A null pointer would bind NULL; an empty text or blob needs some address.
    private static readonly nint Nothing = (nint)
        Unsafe.AsPointer(ref Unsafe.AsRef(in System.Runtime.InteropServices.MemoryMarshal.GetReference("\0"u8)));

    public SqliteStatement Bind(int index, long value)
    {
        Check(Native.sqlite3_bind_int64(_handle, index, value));
        return this;
    }

    public SqliteStatement Bind(int index, long? value) => value is { } number ? Bind(index, number) : BindNull(index);

    public SqliteStatement Bind(int index, bool value) => Bind(index, value ? 1L : 0L);

    public SqliteStatement Bind(int index, double value)
    {
        Check(Native.sqlite3_bind_double(_handle, index, value));
        return this;
    }

    /// <summary>Binds UTF-8 text; the same as <see cref="BindText"/>.</summary>
    public SqliteStatement Bind(int index, ReadOnlySpan<byte> utf8) => BindText(index, utf8);

    /// <summary>Binds a string as UTF-8 (lone surrogates become U+FFFD); null binds NULL.</summary>
    public SqliteStatement Bind(int index, string? value)
    {
        if (value is null)
        {
            return BindNull(index);
        }

        using var z = new Utf8Z(value, stackalloc byte[512]);
        return BindText(index, z.Bytes);
    }

    public SqliteStatement BindNull(int index)
    {
        Check(Native.sqlite3_bind_null(_handle, index));
        return this;
    }

    /// <summary>Binds UTF-8 text, which SQLite copies. The bytes are stored as given: validity is the caller's care.</summary>
    public SqliteStatement BindText(int index, ReadOnlySpan<byte> utf8)
    {
        fixed (byte* text = utf8)
        {
            Check(
                Native.sqlite3_bind_text64(
                    _handle,
                    index,
                    text == null ? (byte*)Nothing : text,
                    (ulong)utf8.Length,
                    Native.Transient,
                    Codes.Utf8
                )
            );
        }

        return this;
    }

    /// <summary>
    /// Binds UTF-8 text without a copy. The memory must stay pinned and unchanged until the parameter is bound again,
    /// the bindings are cleared or the statement is disposed.
    /// </summary>
    public SqliteStatement BindTextStatic(int index, byte* utf8, long length)
    {
        Check(
            Native.sqlite3_bind_text64(
                _handle,
                index,
                utf8 == null ? (byte*)Nothing : utf8,
                (ulong)length,
                0,
                Codes.Utf8
            )
        );
        return this;
    }

    /// <summary>Binds a blob, which SQLite copies.</summary>
    public SqliteStatement BindBlob(int index, ReadOnlySpan<byte> blob)
    {
        fixed (byte* bytes = blob)
        {
            Check(
                Native.sqlite3_bind_blob64(
                    _handle,
                    index,
                    bytes == null ? (byte*)Nothing : bytes,
                    (ulong)blob.Length,
                    Native.Transient
                )
            );
        }

        return this;
    }

    /// <summary>Binds a blob without a copy, on the terms of <see cref="BindTextStatic"/>.</summary>
    public SqliteStatement BindBlobStatic(int index, byte* blob, long length)
    {
        Check(Native.sqlite3_bind_blob64(_handle, index, blob == null ? (byte*)Nothing : blob, (ulong)length, 0));
        return this;
    }

    /// <summary>Binds a blob of <paramref name="length"/> zero bytes.</summary>
    public SqliteStatement BindZeroBlob(int index, long length)
    {
        Check(Native.sqlite3_bind_zeroblob64(_handle, index, (ulong)length));
        return this;
    }

    public void ClearBindings() => _ = Native.sqlite3_clear_bindings(_handle);

    internal void BindPointer(int index, void* pointer, ReadOnlySpan<byte> typeWithNul)
    {
        // SQLite keeps the type name's address, so it must be a literal: its memory never moves.
        fixed (byte* type = typeWithNul)
        {
            Check(Native.sqlite3_bind_pointer(_handle, index, pointer, type, 0));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Check(int code)
    {
        if (code != Codes.Ok)
        {
            Fail(code);
        }
    }
}

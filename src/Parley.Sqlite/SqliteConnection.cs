using System.Runtime.CompilerServices;

namespace Parley.Sqlite;

/// <summary>
/// One connection to one SQLite database. The library is compiled with <c>SQLITE_THREADSAFE=2</c>: a connection and
/// its statements serve one thread at a time (any thread), without a lock of their own. Only <see cref="Interrupt"/>
/// may be called from elsewhere, and only while the connection is surely open.
/// Disposing while statements are still out is safe: the connection lives on, unseen, until the last is disposed.
/// </summary>
public sealed unsafe partial class SqliteConnection : IDisposable
{
    private nint _db;
    private Exception? _callbackFailure;

    private SqliteConnection(nint db, string path)
    {
        _db = db;
        Path = path;
    }

    /// <summary>The library's version, such as <c>3.53.2</c>.</summary>
    public static string LibraryVersion { get; } = Utf8Z.Read(Native.sqlite3_libversion())!;

    /// <summary>The library's version as a number: 3.53.2 is 3053002.</summary>
    public static int LibraryVersionNumber { get; } = Native.sqlite3_libversion_number();

    /// <summary>The path given to <see cref="Open"/>.</summary>
    public string Path { get; }

    /// <summary>Rows changed by the last INSERT, UPDATE or DELETE, without those of triggers and cascades.</summary>
    public long Changes => Native.sqlite3_changes64(Handle);

    /// <summary>Rows changed since the connection was opened, those of triggers and cascades included.</summary>
    public long TotalChanges => Native.sqlite3_total_changes64(Handle);

    public long LastInsertRowId => Native.sqlite3_last_insert_rowid(Handle);

    /// <summary>True between BEGIN and its end. SQLite may itself roll back on a full disk or an I/O error, so ask after a failure.</summary>
    public bool InTransaction => Native.sqlite3_get_autocommit(Handle) == 0;

    public bool IsReadOnly
    {
        get
        {
            fixed (byte* main = "main\0"u8)
            {
                return Native.sqlite3_db_readonly(Handle, main) != 0;
            }
        }
    }

    internal nint Handle
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            ObjectDisposedException.ThrowIf(_db == 0, this);
            return _db;
        }
    }

    /// <summary>Opens a database file (or <c>:memory:</c>).</summary>
    /// <param name="path">A path; a URI only with <see cref="SqliteOpenFlags.Uri"/>.</param>
    /// <param name="flags">At least <see cref="SqliteOpenFlags.ReadOnly"/> or <see cref="SqliteOpenFlags.ReadWrite"/>.</param>
    /// <param name="vfs">Name of a registered VFS, or null for the system's own.</param>
    /// <exception cref="SqliteException">The file cannot be opened. A file that is no database is found only at the first statement.</exception>
    public static SqliteConnection Open(string path, SqliteOpenFlags flags, string? vfs = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (path.Contains('\0'))
        {
            throw new ArgumentException("a path cannot hold a NUL, behind which C sees nothing", nameof(path));
        }

        using var pathZ = new Utf8Z(path, stackalloc byte[512]);
        using var vfsZ = new Utf8Z(vfs ?? "", stackalloc byte[128]);
        nint db = 0;
        int code;
        fixed (
            byte* p = pathZ.WithNul,
                v = vfsZ.WithNul
        )
        {
            code = Native.sqlite3_open_v2(p, &db, (int)flags, vfs is null ? null : v);
        }

        if (code != Codes.Ok)
        {
            // Even a failed open gives a handle, which carries the message and must be closed.
            var error =
                db == 0
                    ? new SqliteException(code, $"{path}: {Utf8Z.Read(Native.sqlite3_errstr(code))}")
                    : new SqliteException(
                        Native.sqlite3_extended_errcode(db),
                        $"{path}: {Utf8Z.Read(Native.sqlite3_errmsg(db))}",
                        null,
                        Native.sqlite3_system_errno(db)
                    );
            _ = Native.sqlite3_close_v2(db);
            throw error;
        }

        _ = Native.sqlite3_extended_result_codes(db, 1);
        return new SqliteConnection(db, path);
    }

    /// <summary>True when the library was compiled with an option, for instance <c>ENABLE_FTS5</c>.</summary>
    public static bool HasCompileOption(string name)
    {
        using var z = new Utf8Z(name, stackalloc byte[128]);
        fixed (byte* p = z.WithNul)
        {
            return Native.sqlite3_compileoption_used(p) != 0;
        }
    }

    /// <summary>Runs one or more statements, passing over any rows.</summary>
    public void Execute(string sql)
    {
        using var z = new Utf8Z(sql, stackalloc byte[1024]);
        Execute(z.Bytes);
    }

    /// <inheritdoc cref="Execute(string)"/>
    public void Execute(ReadOnlySpan<byte> sql)
    {
        if (sql.Contains((byte)0))
        {
            throw new ArgumentException("SQL cannot hold a NUL, behind which C sees nothing", nameof(sql));
        }

        fixed (byte* start = sql)
        {
            var at = start;
            var end = start + sql.Length;
            while (at < end)
            {
                nint statement = 0;
                byte* tail = null;
                var code = Native.sqlite3_prepare_v3(Handle, at, (int)(end - at), 0, &statement, &tail);
                if (code != Codes.Ok)
                {
                    throw Failure(code, TextOf(at, end));
                }

                if (statement != 0)
                {
                    do
                    {
                        code = Native.sqlite3_step(statement);
                    } while (code == Codes.Row);
                    var failure = code == Codes.Done ? null : Failure(code, TextOf(at, tail));
                    _ = Native.sqlite3_finalize(statement);
                    if (failure is not null)
                    {
                        throw failure;
                    }
                }

                at = tail;
            }
        }
    }

    /// <summary>Compiles one statement that the caller owns and disposes. Prefer <see cref="Get"/> for what runs again.</summary>
    /// <param name="sql">One statement; text behind its end is an error, so that nothing is dropped unseen.</param>
    /// <param name="persistent">True when it will be kept long; spares the connection's small-allocation pool.</param>
    public SqliteStatement Prepare(string sql, bool persistent = false)
    {
        const uint preparePersistent = 1;
        using var z = new Utf8Z(sql, stackalloc byte[1024]);
        fixed (byte* start = z.WithNul)
        {
            nint statement = 0;
            byte* tail = null;
            var code = Native.sqlite3_prepare_v3(
                Handle,
                start,
                z.Bytes.Length,
                persistent ? preparePersistent : 0,
                &statement,
                &tail
            );
            if (code != Codes.Ok)
            {
                throw Failure(code, sql);
            }

            var rest = new ReadOnlySpan<byte>(tail, (int)(start + z.Bytes.Length - tail)).Trim(" \t\r\n;"u8);
            if (statement == 0 || !rest.IsEmpty)
            {
                _ = Native.sqlite3_finalize(statement);
                throw new ArgumentException($"exactly one SQL statement is expected here: {sql}", nameof(sql));
            }

            return new SqliteStatement(this, statement, sql);
        }
    }

    /// <summary>Makes the running statement fail with <see cref="SqliteException.IsInterrupt"/>; safe from any thread while the connection is open.</summary>
    public void Interrupt() => Native.sqlite3_interrupt(Handle);

    /// <summary>Closes the connection and every cached statement.</summary>
    public void Dispose()
    {
        if (_db == 0)
        {
            return;
        }

        DropCache();
        var db = _db;
        ClearProgress();
        _db = 0;
        _ = Native.sqlite3_close_v2(db);
        FreeHooks();
    }

    /// <summary>The exception for a failed call; takes along what a callback of ours threw meanwhile.</summary>
    internal SqliteException Failure(int code, string? sql)
    {
        var extended = _db == 0 ? code : Native.sqlite3_extended_errcode(_db);
        if ((extended & 0xff) != (code & 0xff))
        {
            extended = code; // misuse and range errors are not always kept on the connection
        }

        var inner = Interlocked.Exchange(ref _callbackFailure, null);
        var words =
            _db == 0 || extended == Codes.Misuse
                ? Utf8Z.Read(Native.sqlite3_errstr(code))
                : Utf8Z.Read(Native.sqlite3_errmsg(_db));
        var system =
            _db != 0 && (extended & 0xff) is Codes.IoError or Codes.CannotOpen ? Native.sqlite3_system_errno(_db) : 0;
        return new SqliteException(extended, words ?? "unknown error", sql, system, inner);
    }

    /// <summary>Keeps an exception that must not cross into C; the statement that called us fails and carries it out.</summary>
    internal void Remember(Exception failure) => _callbackFailure = failure;

    private static string TextOf(byte* start, byte* end) =>
        System.Text.Encoding.UTF8.GetString(start, (int)(end - start)).Trim();
}

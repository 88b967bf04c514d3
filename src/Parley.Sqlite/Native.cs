using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]

namespace Parley.Sqlite;

/// <summary>
/// The C functions of SQLite 3.53.2, named as in https://sqlite.org/c3ref/funclist.html.
/// Every signature is blittable, so no marshalling stub stands between us and the library; in the native
/// executable the calls are bound statically. <see cref="SuppressGCTransitionAttribute"/> is put only on calls
/// that take well under a microsecond, never block and never call back.
/// </summary>
internal static unsafe partial class Native
{
    private const string Library = "parleysqlite";

    public static readonly nint Transient = -1;

    [LibraryImport(Library)]
    public static partial byte* sqlite3_libversion();

    [LibraryImport(Library)]
    public static partial int sqlite3_libversion_number();

    [LibraryImport(Library)]
    public static partial int sqlite3_compileoption_used(byte* name);

    [LibraryImport(Library)]
    public static partial void* sqlite3_malloc64(ulong size);

    [LibraryImport(Library)]
    public static partial void sqlite3_free(void* memory);

    [LibraryImport(Library)]
    public static partial int sqlite3_open_v2(byte* path, nint* db, int flags, byte* vfs);

    [LibraryImport(Library)]
    public static partial int sqlite3_close_v2(nint db);

    [LibraryImport(Library)]
    public static partial byte* sqlite3_errmsg(nint db);

    [LibraryImport(Library)]
    public static partial byte* sqlite3_errstr(int code);

    [LibraryImport(Library)]
    public static partial int sqlite3_extended_errcode(nint db);

    [LibraryImport(Library)]
    public static partial int sqlite3_extended_result_codes(nint db, int on);

    [LibraryImport(Library)]
    public static partial int sqlite3_system_errno(nint db);

    [LibraryImport(Library)]
    public static partial int sqlite3_busy_timeout(nint db, int milliseconds);

    [LibraryImport(Library)]
    public static partial void sqlite3_interrupt(nint db);

    [LibraryImport(Library)]
    public static partial int sqlite3_get_autocommit(nint db);

    [LibraryImport(Library)]
    public static partial int sqlite3_db_readonly(nint db, byte* schema);

    [LibraryImport(Library)]
    public static partial int sqlite3_db_release_memory(nint db);

    [LibraryImport(Library)]
    public static partial int sqlite3_stmt_status(nint statement, int counter, int reset);

    [LibraryImport(Library)]
    public static partial long sqlite3_changes64(nint db);

    [LibraryImport(Library)]
    public static partial long sqlite3_total_changes64(nint db);

    [LibraryImport(Library)]
    public static partial long sqlite3_last_insert_rowid(nint db);

    [LibraryImport(Library)]
    public static partial int sqlite3_limit(nint db, int id, int value);

    [LibraryImport(Library)]
    public static partial int sqlite3_wal_checkpoint_v2(nint db, byte* schema, int mode, int* log, int* done);

    [LibraryImport(Library)]
    public static partial nint sqlite3_wal_hook(
        nint db,
        delegate* unmanaged[Cdecl]<nint, nint, byte*, int, int> hook,
        nint state
    );

    [LibraryImport(Library)]
    public static partial nint sqlite3_commit_hook(nint db, delegate* unmanaged[Cdecl]<nint, int> hook, nint state);

    [LibraryImport(Library)]
    public static partial void sqlite3_progress_handler(
        nint db,
        int instructions,
        delegate* unmanaged[Cdecl]<nint, int> handler,
        nint state
    );

    // sqlite3_db_config is variadic. On System V x64 and AAPCS64 a variadic integer travels like an ordinary one;
    // on Apple silicon it travels on the stack, which the second form reaches by filling the six registers left.
    [LibraryImport(Library, EntryPoint = "sqlite3_db_config")]
    public static partial int sqlite3_db_config(nint db, int op, nint value, nint result);

    [LibraryImport(Library, EntryPoint = "sqlite3_db_config")]
    public static partial int sqlite3_db_config_apple(
        nint db,
        int op,
        nint x2,
        nint x3,
        nint x4,
        nint x5,
        nint x6,
        nint x7,
        nint value,
        nint result
    );

    [LibraryImport(Library)]
    public static partial int sqlite3_prepare_v3(
        nint db,
        byte* sql,
        int length,
        uint flags,
        nint* statement,
        byte** tail
    );

    [LibraryImport(Library)]
    public static partial int sqlite3_finalize(nint statement);

    [LibraryImport(Library)]
    public static partial int sqlite3_step(nint statement);

    [LibraryImport(Library)]
    public static partial int sqlite3_reset(nint statement);

    [LibraryImport(Library)]
    public static partial int sqlite3_clear_bindings(nint statement);

    [LibraryImport(Library)]
    public static partial int sqlite3_column_count(nint statement);

    [LibraryImport(Library)]
    public static partial byte* sqlite3_column_name(nint statement, int column);

    [LibraryImport(Library)]
    public static partial int sqlite3_bind_parameter_count(nint statement);

    [LibraryImport(Library)]
    public static partial int sqlite3_stmt_readonly(nint statement);

    [LibraryImport(Library)]
    public static partial byte* sqlite3_sql(nint statement);

    [SuppressGCTransition]
    [LibraryImport(Library)]
    public static partial int sqlite3_bind_null(nint statement, int index);

    [SuppressGCTransition]
    [LibraryImport(Library)]
    public static partial int sqlite3_bind_int64(nint statement, int index, long value);

    [SuppressGCTransition]
    [LibraryImport(Library)]
    public static partial int sqlite3_bind_double(nint statement, int index, double value);

    [LibraryImport(Library)]
    public static partial int sqlite3_bind_text64(
        nint statement,
        int index,
        byte* text,
        ulong length,
        nint destructor,
        byte encoding
    );

    [LibraryImport(Library)]
    public static partial int sqlite3_bind_blob64(nint statement, int index, byte* blob, ulong length, nint destructor);

    [LibraryImport(Library)]
    public static partial int sqlite3_bind_zeroblob64(nint statement, int index, ulong length);

    [LibraryImport(Library)]
    public static partial int sqlite3_bind_pointer(
        nint statement,
        int index,
        void* pointer,
        byte* type,
        nint destructor
    );

    [SuppressGCTransition]
    [LibraryImport(Library)]
    public static partial int sqlite3_column_type(nint statement, int column);

    [SuppressGCTransition]
    [LibraryImport(Library)]
    public static partial long sqlite3_column_int64(nint statement, int column);

    [SuppressGCTransition]
    [LibraryImport(Library)]
    public static partial double sqlite3_column_double(nint statement, int column);

    [SuppressGCTransition]
    [LibraryImport(Library)]
    public static partial int sqlite3_column_bytes(nint statement, int column);

    [LibraryImport(Library)]
    public static partial byte* sqlite3_column_text(nint statement, int column);

    [LibraryImport(Library)]
    public static partial byte* sqlite3_column_blob(nint statement, int column);

    [LibraryImport(Library)]
    public static partial nint sqlite3_backup_init(
        nint destination,
        byte* destinationName,
        nint source,
        byte* sourceName
    );

    [LibraryImport(Library)]
    public static partial int sqlite3_backup_step(nint backup, int pages);

    [LibraryImport(Library)]
    public static partial int sqlite3_backup_finish(nint backup);

    [LibraryImport(Library)]
    public static partial int sqlite3_backup_remaining(nint backup);

    [LibraryImport(Library)]
    public static partial int sqlite3_backup_pagecount(nint backup);

    [LibraryImport(Library)]
    public static partial int sqlite3_blob_open(
        nint db,
        byte* schema,
        byte* table,
        byte* column,
        long rowId,
        int writable,
        nint* blob
    );

    [LibraryImport(Library)]
    public static partial int sqlite3_blob_close(nint blob);

    [LibraryImport(Library)]
    public static partial int sqlite3_blob_bytes(nint blob);

    [LibraryImport(Library)]
    public static partial int sqlite3_blob_read(nint blob, byte* buffer, int count, int offset);

    [LibraryImport(Library)]
    public static partial int sqlite3_create_function_v2(
        nint db,
        byte* name,
        int arguments,
        int flags,
        nint state,
        delegate* unmanaged[Cdecl]<nint, int, nint*, void> function,
        nint step,
        nint final,
        delegate* unmanaged[Cdecl]<nint, void> destroy
    );

    [SuppressGCTransition]
    [LibraryImport(Library)]
    public static partial nint sqlite3_user_data(nint context);

    [SuppressGCTransition]
    [LibraryImport(Library)]
    public static partial int sqlite3_value_type(nint value);

    [SuppressGCTransition]
    [LibraryImport(Library)]
    public static partial long sqlite3_value_int64(nint value);

    [SuppressGCTransition]
    [LibraryImport(Library)]
    public static partial double sqlite3_value_double(nint value);

    [SuppressGCTransition]
    [LibraryImport(Library)]
    public static partial int sqlite3_value_bytes(nint value);

    [LibraryImport(Library)]
    public static partial byte* sqlite3_value_text(nint value);

    [LibraryImport(Library)]
    public static partial byte* sqlite3_value_blob(nint value);

    [SuppressGCTransition]
    [LibraryImport(Library)]
    public static partial void sqlite3_result_null(nint context);

    [SuppressGCTransition]
    [LibraryImport(Library)]
    public static partial void sqlite3_result_int64(nint context, long value);

    [SuppressGCTransition]
    [LibraryImport(Library)]
    public static partial void sqlite3_result_double(nint context, double value);

    [LibraryImport(Library)]
    public static partial void sqlite3_result_text64(
        nint context,
        byte* text,
        ulong length,
        nint destructor,
        byte encoding
    );

    [LibraryImport(Library)]
    public static partial void sqlite3_result_blob64(nint context, byte* blob, ulong length, nint destructor);

    [LibraryImport(Library)]
    public static partial void sqlite3_result_error(nint context, byte* message, int length);

    [LibraryImport(Library)]
    public static partial nint sqlite3_vfs_find(byte* name);

    [LibraryImport(Library)]
    public static partial int sqlite3_vfs_register(nint vfs, int makeDefault);

    [LibraryImport(Library)]
    public static partial int sqlite3_vfs_unregister(nint vfs);
}

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Parley.Sqlite;

public sealed unsafe partial class SqliteConnection
{
    private Func<bool>? _progress;
    private GCHandle _self;

    /// <summary>
    /// Pages in the log after the last commit of this connection, kept by <see cref="TrackLog"/>; tells when a checkpoint is due.
    /// </summary>
    public int LogPages { get; private set; }

    /// <summary>How long a statement waits for another process's lock before failing as busy.</summary>
    public void BusyTimeout(TimeSpan time) => _ = Native.sqlite3_busy_timeout(Handle, (int)time.TotalMilliseconds);

    /// <summary>Sets a run-time limit and gives the one before; a negative value only asks.</summary>
    public int Limit(SqliteLimit limit, int value) => Native.sqlite3_limit(Handle, (int)limit, value);

    /// <summary>Turns a switch on or off; gives the state it has now.</summary>
    public bool Switch(SqliteSwitch which, bool on)
    {
        int now = 0;
        var apple = OperatingSystem.IsMacOS() && RuntimeInformation.ProcessArchitecture == Architecture.Arm64;
        var code = apple
            ? Native.sqlite3_db_config_apple(Handle, (int)which, 0, 0, 0, 0, 0, 0, on ? 1 : 0, (nint)(&now))
            : Native.sqlite3_db_config(Handle, (int)which, on ? 1 : 0, (nint)(&now));
        return code == Codes.Ok ? now != 0 : throw Failure(code, null);
    }

    /// <summary>
    /// Puts a strange database on a short leash: defensive mode, untrusted schema, no triggers, no views.
    /// Combine with <see cref="LimitWork"/> and <see cref="Limit"/>.
    /// </summary>
    public void Distrust()
    {
        Switch(SqliteSwitch.Defensive, true);
        Switch(SqliteSwitch.TrustedSchema, false);
        Switch(SqliteSwitch.EnableTriggers, false);
        Switch(SqliteSwitch.EnableViews, false);
    }

    /// <summary>
    /// Calls back about every <paramref name="instructions"/> steps of SQLite's machine (a row costs some ten); false
    /// interrupts the running statement. Null takes the watch off.
    /// </summary>
    public void Watch(int instructions, Func<bool>? carryOn)
    {
        _progress = carryOn;
        if (carryOn is null)
        {
            ClearProgress();
        }
        else
        {
            Native.sqlite3_progress_handler(Handle, instructions, &OnProgress, Self());
        }
    }

    /// <summary>Interrupts whatever runs once about this many machine steps are used up in all, so no database can keep us busy for good.</summary>
    public void LimitWork(long instructions)
    {
        const int slice = 10_000;
        var left = instructions / slice;
        Watch(slice, () => --left >= 0);
    }

    /// <summary>Makes this connection count the log's pages at each commit, in place of SQLite's automatic checkpoints.</summary>
    public void TrackLog() => _ = Native.sqlite3_wal_hook(Handle, &OnCommit, Self());

    /// <summary>
    /// From now on a write is committed only while <see cref="MayCommit"/> is true; elsewhere its statement fails. SQLite ends a transaction by
    /// itself on a full disk or an I/O error, and code that does not notice would go on in autocommit mode, one statement kept at a time.
    /// </summary>
    public void GuardCommits() => _ = Native.sqlite3_commit_hook(Handle, &OnBeforeCommit, Self());

    /// <summary>Lets commits through under <see cref="GuardCommits"/>.</summary>
    public bool MayCommit { get; set; }

    /// <summary>Copies the log into the database. Never throws for busy readers: the answer says what was left.</summary>
    public SqliteCheckpointResult WalCheckpoint(SqliteCheckpoint mode)
    {
        int log = -1,
            copied = -1;
        var code = Native.sqlite3_wal_checkpoint_v2(Handle, null, (int)mode, &log, &copied);
        if (code is not Codes.Ok && (code & 0xff) is not (Codes.Busy or Codes.Locked))
        {
            throw Failure(code, null);
        }

        if (mode == SqliteCheckpoint.Truncate && code == Codes.Ok)
        {
            LogPages = 0;
        }

        return new(code == Codes.Ok && log == copied, log, copied);
    }

    /// <summary>Gives back the memory of cached pages that are not in use.</summary>
    public void ReleaseMemory() => _ = Native.sqlite3_db_release_memory(Handle);

    /// <summary>
    /// Copies this database over <paramref name="destination"/> page by page. Within one read transaction of this
    /// connection the copy is of that snapshot; otherwise a write by another connection starts it over.
    /// </summary>
    /// <param name="pagesPerStep">Pages between two calls of <paramref name="progress"/>; negative for all at once.</param>
    /// <param name="progress">Given pages left and pages in all; false stops, leaving the destination unusable.</param>
    /// <returns>False when stopped by <paramref name="progress"/>.</returns>
    public bool BackupTo(SqliteConnection destination, int pagesPerStep = 1024, Func<int, int, bool>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(destination);
        nint backup;
        fixed (byte* main = "main\0"u8)
        {
            backup = Native.sqlite3_backup_init(destination.Handle, main, Handle, main);
        }

        if (backup == 0)
        {
            throw destination.Failure(Native.sqlite3_extended_errcode(destination.Handle), null);
        }

        var stopped = false;
        int code;
        try
        {
            do
            {
                code = Native.sqlite3_backup_step(backup, pagesPerStep);
                stopped =
                    code == Codes.Ok
                    && progress is not null
                    && !progress(Native.sqlite3_backup_remaining(backup), Native.sqlite3_backup_pagecount(backup));
            } while (code == Codes.Ok && !stopped);
        }
        finally
        {
            _ = Native.sqlite3_backup_finish(backup);
        }

        return code is Codes.Done or Codes.Ok
            ? !stopped
            : throw new SqliteException(
                code,
                $"backup failed: {Utf8Z.Read(Native.sqlite3_errstr(code))}",
                null,
                Native.sqlite3_system_errno(destination.Handle)
            );
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnProgress(nint state)
    {
        var connection = (SqliteConnection)GCHandle.FromIntPtr(state).Target!;
        try
        {
            return connection._progress?.Invoke() == false ? 1 : 0;
        }
        catch (Exception failure)
        {
            connection.Remember(failure);
            return 1;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnCommit(nint state, nint db, byte* schema, int pages)
    {
        ((SqliteConnection)GCHandle.FromIntPtr(state).Target!).LogPages = pages;
        return Codes.Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnBeforeCommit(nint state) =>
        ((SqliteConnection)GCHandle.FromIntPtr(state).Target!).MayCommit ? 0 : 1;

    private nint Self()
    {
        if (!_self.IsAllocated)
        {
            _self = GCHandle.Alloc(this);
        }

        return GCHandle.ToIntPtr(_self);
    }

    private void ClearProgress()
    {
        _progress = null;
        Native.sqlite3_progress_handler(Handle, 0, null, 0);
    }

    private void FreeHooks()
    {
        if (_self.IsAllocated)
        {
            _self.Free();
        }
    }
}

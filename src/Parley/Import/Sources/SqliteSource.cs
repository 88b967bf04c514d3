using Parley.Sqlite;

namespace Parley.Import;

/// <summary>
/// A SQLite database someone handed over, kept at arm's length (security.md S33): a private copy, with its write-ahead
/// log where one stands beside it, opened read-only in one read transaction, in defensive mode, with untrusted schema,
/// without triggers, views and extensions, and with a budget of work. One thread.
/// </summary>
internal sealed class SqliteSource : IDisposable
{
    private const string LogEnding = "-wal";
    private const int CopyAttempts = 3;

    /// <summary>Machine steps between two looks at the budget.</summary>
    private const int Slice = 10_000;

    /// <summary>A row costs some ten steps to find and read and takes at least some ten bytes: a sound database stays far below.</summary>
    private const long StepsPerByte = 20;

    private const long LeastSteps = 20_000_000;

    private readonly DirectoryInfo folder;
    private long stepsLeft;

    private SqliteSource(DirectoryInfo folder, SqliteConnection connection, CancellationToken ct)
    {
        this.folder = folder;
        Connection = connection;
        stepsLeft = LeastSteps;
        connection.Watch(Slice, () => (stepsLeft -= Slice) > 0 && !ct.IsCancellationRequested);
        connection.Distrust();
        connection.Limit(SqliteLimit.Attached, 0);
        connection.Execute("PRAGMA cell_size_check = ON; BEGIN");
        Schema = SqliteProbe.Read(connection);
        using var size = connection.Prepare("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size");
        size.Step();
        Size = size.Int64(0);
        stepsLeft += StepsPerByte * Size;
    }

    public SqliteConnection Connection { get; }

    public SqliteProbe Schema { get; }

    /// <summary>Bytes of the database, log included.</summary>
    public long Size { get; }

    /// <exception cref="SqliteException">The file is no database, or its schema cannot be read.</exception>
    public static SqliteSource Open(SourceEntry entry, string? scratchFolder, CancellationToken ct)
    {
        var folder = MakeFolder(scratchFolder);
        SqliteConnection? connection = null;
        try
        {
            var path = Path.Combine(folder.FullName, "copy.db");
            Copy(entry, path, ct);
            connection = SqliteConnection.Open(path, SqliteOpenFlags.ReadOnly);
            var source = new SqliteSource(folder, connection, ct);
            if (!OperatingSystem.IsWindows())
            {
                // The open files live on without their names: however the process ends, nothing is left behind.
                folder.Delete(recursive: true);
            }

            return source;
        }
        catch
        {
            connection?.Dispose();
            Delete(folder);
            throw;
        }
    }

    /// <summary>A name as SQL.</summary>
    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>
    /// The first thing wrong with a table and its indexes, null where there is none. Bounded by the budget; only the
    /// tables that are read are checked, so a stranger's virtual tables are left alone.
    /// </summary>
    public string? Check(string table)
    {
        try
        {
            using var check = Connection.Prepare($"PRAGMA quick_check({Quote(table)})");
            var result = check.Step() ? check.Text(0) : null;
            return result is null or "ok" ? null : result;
        }
        catch (SqliteException e) when (!e.IsInterrupt)
        {
            return e.Message;
        }
    }

    public void Dispose()
    {
        Connection.Dispose();
        Delete(folder);
    }

    private static DirectoryInfo MakeFolder(string? scratchFolder)
    {
        const string prefix = "parley-sqlite-";
        if (scratchFolder is null)
        {
            return Directory.CreateTempSubdirectory(prefix);
        }

        var path = Path.Combine(scratchFolder, prefix + Guid.NewGuid().ToString("N"));
        return OperatingSystem.IsWindows()
            ? Directory.CreateDirectory(path)
            : Directory.CreateDirectory(
                path,
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            );
    }

    private static void Delete(DirectoryInfo folder)
    {
        folder.Refresh();
        if (folder.Exists)
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Copy(SourceEntry entry, string to, CancellationToken ct)
    {
        if (entry.DiskPath is { } path)
        {
            CopyFiles(path, to);
            return;
        }

        Spool(entry, to, ct);
        if (entry.WriteAheadLog is { } log)
        {
            Spool(log, to + LogEnding, ct);
        }
    }

    /// <summary>The program may be writing meanwhile: the copy is taken again when either file changed under it.</summary>
    private static void CopyFiles(string from, string to)
    {
        for (var attempt = 1; ; attempt++)
        {
            var before = (Stamp(from), Stamp(from + LogEnding));
            CopyFile(from, to);
            CopyFile(from + LogEnding, to + LogEnding);
            if (attempt == CopyAttempts || before == (Stamp(from), Stamp(from + LogEnding)))
            {
                return;
            }
        }
    }

    private static void CopyFile(string from, string to)
    {
        File.Delete(to);
        if (Stamp(from) is not null)
        {
            File.Copy(from, to);
        }
    }

    /// <summary>Null where there is no such file, or only a link in its place.</summary>
    private static (long Length, DateTime Written)? Stamp(string path)
    {
        var file = new FileInfo(path);
        return file.Exists && !(path.EndsWith(LogEnding, StringComparison.Ordinal) && file.LinkTarget is not null)
            ? (file.Length, file.LastWriteTimeUtc)
            : null;
    }

    private static void Spool(SourceEntry entry, string to, CancellationToken ct)
    {
        using var from = entry.Open();
        using var file = new FileStream(to, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1);
        var buffer = new byte[128 * 1024];
        int read;
        while ((read = from.Read(buffer)) > 0)
        {
            ct.ThrowIfCancellationRequested();
            file.Write(buffer, 0, read);
        }
    }
}

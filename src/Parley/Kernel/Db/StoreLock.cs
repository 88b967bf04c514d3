using System.Globalization;
using System.Text;

namespace Parley.Kernel;

/// <summary>
/// One writing process per store: an exclusive lock on <c>parley.lock</c>, which the system drops with the process. Beside it
/// <c>parley.pid</c> names the holder (a locked file cannot be read by others) and, still there at the next start, tells of an unclean end.
/// </summary>
internal sealed class StoreLock : IDisposable
{
    private readonly FileStream _lock;
    private readonly string _pidPath;

    private StoreLock(FileStream file, string pidPath, bool wasClean)
    {
        _lock = file;
        _pidPath = pidPath;
        WasClean = wasClean;
    }

    /// <summary>The process before ended as it should, or there was none.</summary>
    public bool WasClean { get; }

    /// <summary>Takes the lock or fails at once.</summary>
    /// <exception cref="StoreLockedException">Another process has it.</exception>
    public static StoreLock Take(string folder)
    {
        var pidPath = Path.Combine(folder, "parley.pid");
        FileStream file;
        try
        {
            file = new FileStream(
                Path.Combine(folder, "parley.lock"),
                FileMode.OpenOrCreate,
                FileAccess.ReadWrite,
                FileShare.None
            );
        }
        catch (IOException failure) when (IsHeld(failure))
        {
            throw new StoreLockedException(folder, ReadPid(pidPath));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StorePlaceException(
                $"{folder} cannot be written to ({failure.Message}): choose another folder with --data"
            );
        }

        var wasClean = !File.Exists(pidPath);
        WritePid(pidPath);
        return new StoreLock(file, pidPath, wasClean);
    }

    /// <summary>Marks the end as clean; call after the store is closed.</summary>
    public void MarkClean() => File.Delete(_pidPath);

    public void Dispose() => _lock.Dispose();

    /// <summary>The errors for a file locked by another: EWOULDBLOCK of Linux and macOS, ERROR_SHARING_VIOLATION of Windows.</summary>
    private static bool IsHeld(IOException failure) => failure.HResult is 11 or 35 or unchecked((int)0x80070020);

    private static void WritePid(string path)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        try
        {
            file.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
        }
        catch (IOException)
        {
            file.SetLength(0); // a full disk must not keep Parley from starting: an empty file marks the start as well
        }
    }

    private static int? ReadPid(string path)
    {
        try
        {
            return int.TryParse(File.ReadAllText(path), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
                ? pid
                : null;
        }
        catch (IOException)
        {
            return null; // being written this moment; the message does without
        }
    }
}

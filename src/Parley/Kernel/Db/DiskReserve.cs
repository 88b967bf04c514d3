namespace Parley.Kernel;

/// <summary>
/// Some room kept back on the disk (<c>parley.reserve</c>, with real blocks). When the disk is full it is given up, ordinary writes are refused
/// without trying, and what it held serves the essential ones: a full disk must let a person sign in and delete. It is made again when there is
/// room. Used by the writer's thread only.
/// </summary>
internal sealed class DiskReserve
{
    /// <summary>Holds some hundreds of small commits; the log starts over after each checkpoint.</summary>
    private const int Bytes = 4 * 1024 * 1024;

    /// <summary>Free room at which ordinary writes go on: the reserve, and as much again.</summary>
    public const long EnoughBytes = 2L * Bytes;

    private readonly string _folder;
    private bool _isThere;
    private Exception? _cause;

    public DiskReserve(string folder)
    {
        _folder = folder;
        _isThere = TryFill(EnoughBytes);
    }

    /// <summary>The failure to answer a write with while the disk is full, or null when it may be tried.</summary>
    public StoreFullException? WhyFull(WriteKind kind)
    {
        if (_isThere || kind == WriteKind.Essential)
        {
            return null;
        }

        if (DiskSpace.Of(_folder).FreeBytes < EnoughBytes)
        {
            return new StoreFullException(_cause);
        }

        _isThere = TryFill(EnoughBytes);
        return null;
    }

    /// <summary>The disk is full: gives the reserve up, and gives the failure to answer with.</summary>
    public StoreFullException Open(Exception failure)
    {
        TryOpen(_folder);
        _isThere = false;
        _cause = failure;
        return new StoreFullException(failure);
    }

    /// <summary>The store is closed, its log folded in: keeps back what a start on a full disk will need.</summary>
    public void Close() => TryFill(Bytes);

    /// <summary>Gives the reserve of a folder up; false when there is none.</summary>
    public static bool TryOpen(string folder)
    {
        var path = PathIn(folder);
        var isThere = File.Exists(path);
        File.Delete(path);
        return isThere;
    }

    private static string PathIn(string folder) => Path.Combine(folder, "parley.reserve");

    private bool TryFill(long freeBytes)
    {
        var path = PathIn(_folder);
        if (File.Exists(path))
        {
            return true;
        }

        if (DiskSpace.Of(_folder).FreeBytes < freeBytes)
        {
            return false;
        }

        try
        {
            using var file = new FileStream(
                path,
                new FileStreamOptions
                {
                    Mode = FileMode.Create,
                    Access = FileAccess.Write,
                    PreallocationSize = Bytes,
                }
            );
            return true;
        }
        catch (IOException)
        {
            File.Delete(path); // the room went meanwhile
            return false;
        }
    }
}

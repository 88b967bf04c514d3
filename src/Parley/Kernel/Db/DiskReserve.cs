namespace Parley.Kernel;

/// <summary>
/// Some room kept back on the disk (<c>parley.reserve</c>, with real blocks). When the disk is full it is given up, ordinary writes are refused
/// without trying, and what it held serves the essential ones: a full disk must let a person sign in and delete. It is made again when there is
/// room. Used by the writer's thread only.
/// </summary>
internal sealed class DiskReserve
{
    /// <summary>Holds some hundreds of small commits; the log starts over after each checkpoint.</summary>
    public const int Bytes = 4 * 1024 * 1024;

    /// <summary>Free room at which ordinary writes go on: the reserve, and as much again.</summary>
    private const long EnoughBytes = 2L * Bytes;

    private readonly string _folder;
    private readonly string _path;
    private StoreFullException? _full;

    public DiskReserve(DbOptions options)
    {
        _folder = options.DataDirectory;
        _path = Path.Combine(_folder, "parley.reserve");
        TryFill();
    }

    /// <summary>The failure to answer a write with while the disk is full, or null when it may be tried.</summary>
    public StoreFullException? WhyFull(WriteKind kind)
    {
        if (_full is null || kind == WriteKind.Essential)
        {
            return null;
        }

        if (DiskSpace.Of(_folder).FreeBytes < EnoughBytes)
        {
            return new StoreFullException(_full.InnerException!);
        }

        _full = null;
        TryFill();
        return null;
    }

    /// <summary>The disk is full: gives the reserve up, and gives the failure to answer with.</summary>
    public StoreFullException Open(Exception failure)
    {
        _full = new StoreFullException(failure);
        File.Delete(_path);
        return _full;
    }

    private void TryFill()
    {
        try
        {
            if (File.Exists(_path) || DiskSpace.Of(_folder).FreeBytes < EnoughBytes)
            {
                return;
            }

            using var file = new FileStream(_path, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, PreallocationSize = Bytes });
        }
        catch (IOException)
        {
            File.Delete(_path); // the room went meanwhile; without a reserve essential writes may fail too, nothing else
        }
    }
}

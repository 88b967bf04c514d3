namespace Parley.Kernel;

/// <summary>What the disk under the store is, and how much room it has.</summary>
internal readonly record struct DiskSpace(long FreeBytes, long TotalBytes)
{
    private const long LowBytes = 500L * 1024 * 1024;

    /// <summary>
    /// File systems over a wire, by the names .NET gives to statfs types. SQLite's locks and shared memory do not hold on them
    /// (https://sqlite.org/wal.html, "does not work over a network filesystem"), nor can FUSE ones be told apart.
    /// </summary>
    private static readonly HashSet<string> OverTheWire = new(StringComparer.OrdinalIgnoreCase)
    {
        "nfs",
        "nfs4",
        "nfsd",
        "cifs",
        "smb",
        "smb2",
        "smb3",
        "smbfs",
        "fuse",
        "fuseblk",
        "afs",
        "ceph",
        "coda",
        "ncp",
        "ncpfs",
        "gfs",
        "gfs2",
        "lustre",
        "ocfs2",
        "9p",
        "v9fs",
        "vboxsf",
        "webdav",
        "davfs",
        "afpfs",
        "glusterfs",
    };

    /// <summary>Less than 5 % or 500 MB free: health warns, uploads and imports pause.</summary>
    public bool IsLow => FreeBytes < LowBytes || FreeBytes < TotalBytes / 20;

    public static DiskSpace Of(string folder)
    {
        var drive = new DriveInfo(folder);
        return new(drive.AvailableFreeSpace, drive.TotalSize);
    }

    /// <summary>Refuses a folder that SQLite cannot keep safe.</summary>
    /// <exception cref="StorePlaceException">The folder lies on a network file system.</exception>
    public static void RequireLocal(string folder)
    {
        var (format, type) = Kind(folder);
        if (IsNetwork(format, type))
        {
            throw new StorePlaceException(
                $"{folder} is on a network file system ({format}), where a store can be damaged: choose a folder on a local disk with --data"
            );
        }
    }

    private static (string Format, DriveType Type) Kind(string folder)
    {
        try
        {
            var drive = new DriveInfo(folder);
            return (drive.DriveFormat, drive.DriveType);
        }
        catch (DriveNotFoundException)
        {
            // In a chroot the mount table does not show what lies under the folder: nothing is known against it.
            return ("", DriveType.Unknown);
        }
    }

    internal static bool IsNetwork(string format, DriveType type) =>
        type == DriveType.Network || OverTheWire.Contains(format);
}

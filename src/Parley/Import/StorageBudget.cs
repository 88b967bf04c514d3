using Parley.Files;

namespace Parley.Import;

/// <summary>What an owner has room for while an import runs. Used by one thread.</summary>
/// <param name="isOwn">Whether the owner has these bytes already: they take no more room.</param>
internal sealed class StorageBudget(long bytes, long files, Func<byte[], bool> isOwn)
{
    private readonly HashSet<UInt128> taken = [];

    /// <summary>False where the file does not fit any more.</summary>
    public bool Take(StoredBlob blob)
    {
        if (bytes == long.MaxValue && files == long.MaxValue)
        {
            return true;
        }

        // Half of a SHA-256 tells files apart.
        var key = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(blob.Hash);
        if (taken.Contains(key) || isOwn(blob.Hash))
        {
            return true;
        }

        if (files < 1 || bytes < blob.Size)
        {
            return false;
        }

        taken.Add(key);
        files = files == long.MaxValue ? files : files - 1;
        bytes = bytes == long.MaxValue ? bytes : bytes - blob.Size;
        return true;
    }
}

using Parley.Files;

namespace Parley.Import;

/// <summary>What an owner has room for while imports of theirs run. Thread-safe.</summary>
/// <param name="isOwn">Whether the owner has these bytes already: they take no more room.</param>
internal sealed class StorageBudget(long bytes, long files, Func<byte[], bool> isOwn)
{
    private readonly Lock gate = new();
    private readonly HashSet<UInt128> taken = [];
    private long bytesLeft = bytes;
    private long filesLeft = files;
    private readonly bool isLimited = bytes < long.MaxValue || files < long.MaxValue;

    /// <summary>False where the file does not fit any more.</summary>
    public bool Take(StoredBlob blob)
    {
        // Without a limit nothing is asked of the store; with one of the two the other never runs out.
        if (!isLimited)
        {
            return true;
        }

        // Half of a SHA-256 tells files apart.
        var key = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(blob.Hash);
        lock (gate)
        {
            if (taken.Contains(key) || isOwn(blob.Hash))
            {
                return true;
            }

            if (filesLeft < 1 || bytesLeft < blob.Size)
            {
                return false;
            }

            taken.Add(key);
            filesLeft--;
            bytesLeft -= blob.Size;
            return true;
        }
    }
}

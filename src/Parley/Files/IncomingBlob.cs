using System.Security.Cryptography;

namespace Parley.Files;

/// <summary>Bytes on their way to the store: a file of a temporary name, hashed as it is written. Not thread-safe.</summary>
/// <param name="limit">Bytes it may have.</param>
internal sealed class IncomingBlob(string path, long limit) : IDisposable
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly FileStream file = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
    private string? type;
    private long size;

    public string Path => path;

    /// <param name="piece">The first one tells the type.</param>
    /// <exception cref="BlobTooLargeException">More than the limit in all.</exception>
    public void Add(ReadOnlySpan<byte> piece)
    {
        if (size == 0)
        {
            type = MediaTypes.FromContent(piece);
        }

        size += piece.Length;
        if (size > limit)
        {
            throw new BlobTooLargeException(limit);
        }

        hash.AppendData(piece);
        file.Write(piece);
    }

    /// <summary>All of it is on the disk, synced, under the temporary name.</summary>
    public StoredBlob End()
    {
        file.Flush(flushToDisk: true);
        file.Dispose();
        return new StoredBlob(hash.GetHashAndReset(), size, type);
    }

    /// <summary>What was not moved away is removed.</summary>
    public void Dispose()
    {
        file.Dispose();
        hash.Dispose();
        File.Delete(path);
    }
}

using System.Buffers;
using System.Security.Cryptography;

namespace Parley.Files;

/// <summary>What was stored: SHA-256 of the bytes, their number, and the type their first bytes show (null: none known).</summary>
internal sealed record StoredBlob(byte[] Hash, long Size, string? MediaType);

/// <summary>A file of the store and when it was written.</summary>
internal readonly record struct StoredFile(byte[] Hash, DateTimeOffset Written);

/// <summary>
/// Bytes by content hash on the local disk: <c>files/ab/cdef…</c>. Written to a temporary name, synced, renamed, folder
/// synced; then the row that names them commits (reliability.md section 2). The same bytes are kept once. Thread-safe.
/// </summary>
internal sealed class BlobStore(string dataFolder)
{
    private const int CopyBuffer = 128 * 1024;
    private const string Incoming = "incoming";
    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");
    private readonly string root = Path.Combine(dataFolder, "files");
    private readonly List<BlobHold> holds = [];

    /// <summary>Whoever stores bytes holds them until the rows that name them are committed.</summary>
    public BlobHold Hold()
    {
        lock (holds)
        {
            var hold = new BlobHold(this);
            holds.Add(hold);
            return hold;
        }
    }

    internal StoredBlob Put(Stream content, long limit, BlobHold hold, CancellationToken ct)
    {
        var incoming = Path.Combine(root, Incoming);
        Directory.CreateDirectory(incoming);
        var temporary = Path.Combine(incoming, Guid.NewGuid().ToString("N"));
        try
        {
            var blob = Copy(content, temporary, limit, ct);
            Keep(blob.Hash, hold);
            var final = PathOf(blob.Hash);
            if (File.Exists(final))
            {
                File.Delete(temporary);
                return blob;
            }

            Directory.CreateDirectory(Path.GetDirectoryName(final)!);
            File.Move(temporary, final, overwrite: true);
            Kernel.FolderSync.Sync(Path.GetDirectoryName(final)!);
            return blob;
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Opens stored bytes; null when the file is not there.</summary>
    public Stream? Open(ReadOnlySpan<byte> hash)
    {
        var path = PathOf(hash);
        return File.Exists(path)
            ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete)
            : null;
    }

    /// <summary>
    /// Removes bytes nothing names any more, and gives true, unless somebody holds them. To be called inside a write that
    /// found no row naming them: a hold ends after its rows are committed, so there is no moment between.
    /// </summary>
    public bool Delete(byte[] hash)
    {
        lock (holds)
        {
            if (holds.Exists(h => h.Has(hash)))
            {
                return false;
            }

            File.Delete(PathOf(hash));
            return true;
        }
    }

    public bool Exists(ReadOnlySpan<byte> hash) => File.Exists(PathOf(hash));

    /// <summary>Every stored file, for the sweep. What is not named as one of ours is left out.</summary>
    public IEnumerable<StoredFile> List()
    {
        if (!Directory.Exists(root))
        {
            yield break;
        }

        foreach (var folder in Directory.EnumerateDirectories(root))
        {
            var prefix = Path.GetFileName(folder);
            foreach (var file in prefix.Length == 2 ? Directory.EnumerateFiles(folder) : [])
            {
                var name = prefix + Path.GetFileName(file);
                if (name.Length == 2 * SHA256.HashSizeInBytes && !name.AsSpan().ContainsAnyExcept(LowerHex))
                {
                    yield return new StoredFile(
                        Convert.FromHexString(name),
                        new DateTimeOffset(File.GetLastWriteTimeUtc(file))
                    );
                }
            }
        }
    }

    /// <summary>Removes what was being stored and never came to its end, not written to since; gives how many files.</summary>
    public int RemoveUnfinished(DateTimeOffset before)
    {
        var incoming = Path.Combine(root, Incoming);
        if (!Directory.Exists(incoming))
        {
            return 0;
        }

        var old = Directory.GetFiles(incoming).Where(f => File.GetLastWriteTimeUtc(f) < before.UtcDateTime).ToList();
        old.ForEach(File.Delete);
        return old.Count;
    }

    internal void Keep(byte[] hash, BlobHold hold)
    {
        lock (holds)
        {
            hold.Add(hash);
        }
    }

    internal void Release(BlobHold hold)
    {
        lock (holds)
        {
            holds.Remove(hold);
        }
    }

    private static StoredBlob Copy(Stream content, string path, long limit, CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        var buffer = new byte[CopyBuffer];
        string? type = null;
        long size = 0;
        for (int read; (read = content.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)) > 0; )
        {
            ct.ThrowIfCancellationRequested();
            if (size == 0)
            {
                type = MediaTypes.FromContent(buffer.AsSpan(0, read));
            }

            size += read;
            if (size > limit)
            {
                throw new BlobTooLargeException(limit);
            }

            hash.AppendData(buffer, 0, read);
            file.Write(buffer, 0, read);
        }

        file.Flush(flushToDisk: true);
        return new StoredBlob(hash.GetHashAndReset(), size, type);
    }

    private string PathOf(ReadOnlySpan<byte> hash)
    {
        var hex = Convert.ToHexStringLower(hash);
        return Path.Combine(root, hex[..2], hex[2..]);
    }
}

/// <summary>Bytes that were stored and whose rows are not committed yet. Disposed after the last commit, or when there will be none.</summary>
internal sealed class BlobHold(BlobStore store) : IDisposable
{
    private readonly HashSet<string> hashes = [];

    /// <summary>Reads the stream to its end and keeps it.</summary>
    /// <exception cref="BlobTooLargeException">More than <paramref name="limit"/> bytes; nothing is kept.</exception>
    public StoredBlob Put(Stream content, long limit, CancellationToken ct = default) =>
        store.Put(content, limit, this, ct);

    /// <summary>Holds bytes that are stored already.</summary>
    public void Keep(byte[] hash) => store.Keep(hash, this);

    public void Dispose() => store.Release(this);

    internal void Add(byte[] hash) => hashes.Add(Convert.ToHexStringLower(hash));

    internal bool Has(byte[] hash) => hashes.Contains(Convert.ToHexStringLower(hash));
}

internal sealed class BlobTooLargeException(long limit) : IOException($"the file is longer than {limit} bytes");

using System.Buffers;
using System.Security.Cryptography;
using Parley.Kernel;

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
        using var incoming = new IncomingBlob(NewPath(), limit);
        var buffer = new byte[CopyBuffer];
        for (int read; (read = content.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)) > 0; )
        {
            ct.ThrowIfCancellationRequested();
            incoming.Add(buffer.AsSpan(0, read));
        }

        return Settle(incoming, hold);
    }

    internal async Task<StoredBlob> PutAsync(Stream content, long limit, BlobHold hold, CancellationToken ct)
    {
        using var incoming = new IncomingBlob(NewPath(), limit);
        var buffer = ArrayPool<byte>.Shared.Rent(CopyBuffer);
        try
        {
            for (
                int read;
                (read = await content.ReadAtLeastAsync(buffer, CopyBuffer, throwOnEndOfStream: false, ct)) > 0;

            )
            {
                await SocketThreads.Leave();
                incoming.Add(buffer.AsSpan(0, read));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        await SocketThreads.Leave();
        return Settle(incoming, hold);
    }

    private string NewPath() =>
        Path.Combine(Directory.CreateDirectory(Path.Combine(root, Incoming)).FullName, Guid.NewGuid().ToString("N"));

    private StoredBlob Settle(IncomingBlob incoming, BlobHold hold)
    {
        var blob = incoming.End();
        Keep(blob.Hash, hold);
        var final = PathOf(blob.Hash);
        if (!File.Exists(final))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(final)!);
            File.Move(incoming.Path, final, overwrite: true);
            FolderSync.Sync(Path.GetDirectoryName(final)!);
        }

        return blob;
    }

    /// <summary>Where stored bytes lie, for programs that read a file; null when the file is not there.</summary>
    public string? FindPath(ReadOnlySpan<byte> hash)
    {
        var path = PathOf(hash);
        return File.Exists(path) ? path : null;
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

    /// <inheritdoc cref="Put"/>
    public Task<StoredBlob> PutAsync(Stream content, long limit, CancellationToken ct) =>
        store.PutAsync(content, limit, this, ct);

    /// <summary>Holds bytes that are stored already.</summary>
    public void Keep(byte[] hash) => store.Keep(hash, this);

    public void Dispose() => store.Release(this);

    internal void Add(byte[] hash) => hashes.Add(Convert.ToHexStringLower(hash));

    internal bool Has(byte[] hash) => hashes.Contains(Convert.ToHexStringLower(hash));
}

internal sealed class BlobTooLargeException(long limit) : IOException($"the file is longer than {limit} bytes");

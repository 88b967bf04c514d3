using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Parley.Files;
using Parley.Kernel;
using Parley.Kernel.Outbound;
using Parley.Sqlite;

namespace Parley.Documents;

/// <summary>
/// The durable job that reads what one request added: original to text, text to pieces, pieces into the store, some
/// documents a write. Killed at any moment it goes on with what is not written yet; a document is there whole or not at
/// all. One that cannot be read fails by itself, with the reason.
/// </summary>
internal sealed partial class DocumentHandler(
    Db db,
    BlobStore blobs,
    DocumentReader reader,
    PublicHttp http,
    VersionWriter writer,
    ChunkIndex index,
    DocumentProgress progress,
    IdSource ids,
    ILogger<DocumentHandler> log
) : IJobHandler
{
    public const string JobKind = "documents";

    private const int AtATime = 64;
    private const long BytesPerWrite = 1 << 20;
    private const int ClashRetries = 5;

    /// <summary>Runs that did not come to an end: from the third on it is read alone, the sixth was the last.</summary>
    private const int Alone = 3;

    /// <inheritdoc cref="Alone"/>
    private const int MostAttempts = 6;

    private const string Accept = "text/html,application/xhtml+xml,text/plain,text/markdown,application/pdf,*/*;q=0.5";

    public string Kind => JobKind;

    /// <summary>One that waits for a large PDF does not hold up another.</summary>
    public int AtOnce => JobRunner.Lanes;

    public async Task<JobOutcome> RunAsync(Job job, CancellationToken ct)
    {
        try
        {
            while (await ClaimAsync(job.SubjectId, ct) is { Count: > 0 } some)
            {
                await RunAsync(some, ct);
            }

            return JobOutcome.Done;
        }
        catch (Exception full)
            when (full is StoreFullException or IOException { HResult: 28 or unchecked((int)0x80070070) })
        {
            return JobOutcome.Later;
        }
    }

    private async Task RunAsync(List<QueuedVersion> some, CancellationToken ct)
    {
        using var hold = blobs.Hold();
        var done = new List<PreparedVersion>();
        var written = 0;
        try
        {
            foreach (var version in some)
            {
                done.Add(await PrepareAsync(version, hold, ct));
                if (done.Sum(d => d.Bytes) >= BytesPerWrite)
                {
                    await WriteAsync(done, ct);
                    written += done.Count;
                    done.Clear();
                }
            }

            await WriteAsync(done, ct);
            written = some.Count;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // Nobody's fault: it does not count as a run.
            var left = some[written..];
            await db.WriteAsync(tx => left.ForEach(v => VersionRows.Begin(tx, v, attempt: -1)), CancellationToken.None);
            throw;
        }
        finally
        {
            some.ForEach(v => progress.Forget(v.Id));
        }
    }

    /// <summary>What is read next: marked before, so that what ends the process is known by its runs.</summary>
    private Task<List<QueuedVersion>> ClaimAsync(long batchId, CancellationToken ct) =>
        db.WriteAsync(
            tx =>
            {
                var open = VersionRows.ListOpen(tx, batchId, AtATime);
                if (open.Find(v => v.Attempts >= Alone) is { } suspect)
                {
                    open = [suspect];
                }

                open.ForEach(v => VersionRows.Begin(tx, v, attempt: 1));
                return open;
            },
            ct
        );

    private async Task WriteAsync(List<PreparedVersion> done, CancellationToken ct)
    {
        for (var attempt = 1; done.Count > 0; attempt++)
        {
            try
            {
                await db.WriteLargeAsync(tx => Write(tx, done), ct);
                return;
            }
            catch (SqliteException clash) when (clash.IsConstraintUnique && attempt < ClashRetries)
            {
                ids.Leap();
            }
        }
    }

    /// <summary>Some documents, and one word to the indexes of all of them.</summary>
    private void Write(DbTransaction tx, List<PreparedVersion> done)
    {
        var changes = new ChunkChanges();
        done.ForEach(d => writer.Write(tx, d, changes));
        index.Apply(tx, changes);
    }

    private async Task<PreparedVersion> PrepareAsync(QueuedVersion version, BlobHold hold, CancellationToken ct)
    {
        if (version.Attempts >= MostAttempts)
        {
            return PreparedVersion.Failed(
                version,
                $"reading it was begun {MostAttempts} times and never came to an end"
            );
        }

        progress.Set(version.Id, 0.1);
        try
        {
            var page = version.Blob is null ? await FetchAsync(version, hold, ct) : null;
            var hash = page?.Blob.Hash ?? version.Blob!;
            var document = await reader.ReadAsync(hash, page?.Name ?? version.Name, page is not null, ct);
            progress.Set(version.Id, 0.6);
            var text = Keep(document.Text.Utf8, page?.Blob ?? new StoredBlob(hash, version.Size, null), hold, ct);
            var chunks = Chunker.Cut(document.Text.Utf8.Span, document.Text.Shape, document.Text.Pages);
            progress.Set(version.Id, 0.8);
            return new PreparedVersion(version, null, page)
            {
                Document = document,
                TextBlob = text,
                Chunks = chunks,
            };
        }
        catch (Exception refused) when (refused is ExtractionException or FetchException)
        {
            return PreparedVersion.Failed(version, refused.Message);
        }
        catch (Exception bug)
            when (bug is not (OperationCanceledException or StoreException)
                && bug is not IOException { HResult: 28 or unchecked((int)0x80070070) }
            )
        {
            LogUnreadable(version.DocumentId, bug);
            return PreparedVersion.Failed(version, "it is damaged in a way that could not be made sense of");
        }
    }

    private async Task<UploadedFile> FetchAsync(QueuedVersion version, BlobHold hold, CancellationToken ct)
    {
        var page = await http.GetAsync(new Uri(version.Url!), Accept, ct);
        var blob = hold.Put(new MemoryStream(page.Body), PublicHttp.LargestBody, ct);
        var last = page.Address.Segments is { Length: > 0 } path ? path[^1].Trim('/') : "";
        var name = last.Length > 0 ? Uri.UnescapeDataString(last) : page.Address.Host;
        var head = page.Body.AsSpan(0, Math.Min(page.Body.Length, TextSniff.LooksAt));
        return new UploadedFile(name, blob with { MediaType = blob.MediaType ?? TextSniff.PlainType(head, name) });
    }

    /// <summary>The text beside the store; a text that is its original is there already.</summary>
    private static byte[] Keep(ReadOnlyMemory<byte> text, StoredBlob original, BlobHold hold, CancellationToken ct)
    {
        if (
            text.Length == original.Size
            && SHA256.HashData(text.Span) is var hash
            && hash.AsSpan().SequenceEqual(original.Hash)
        )
        {
            hold.Keep(hash);
            return hash;
        }

        return MemoryMarshal.TryGetArray(text, out var array)
            ? hold.Put(
                new MemoryStream(array.Array!, array.Offset, array.Count, writable: false),
                long.MaxValue,
                ct
            ).Hash
            : throw new InvalidOperationException("a text is an array");
    }

    [LoggerMessage(900, LogLevel.Warning, "document {document} could not be read")]
    private partial void LogUnreadable(long document, Exception failure);
}

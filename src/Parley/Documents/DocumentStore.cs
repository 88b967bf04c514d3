using Parley.Conversations;
using Parley.Files;
using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Documents;

/// <summary>What is handed over as a document: bytes that came with the request, or a file that is kept already.</summary>
internal sealed record GivenDocument(string Name, UploadedFile? Upload, FileRow? File);

/// <summary>
/// Documents as their owners see them. The same name in the same space is the same document: other bytes are its next
/// version, the same bytes change nothing, so that a folder can be handed over again and again. Thread-safe.
/// </summary>
internal sealed class DocumentStore(
    Db db,
    IdempotentWrites writes,
    FileStore files,
    JobQueue jobs,
    DocumentProgress progress,
    ChunkIndex index,
    IdSource ids,
    TimeProvider time
)
{
    /// <summary>From so many bytes on, to read them all is a long job.</summary>
    private const long LongFrom = 1 << 20;

    /// <summary>Whether that space is the owner's.</summary>
    public Task<bool> HasSpaceAsync(long ownerId, long spaceId, CancellationToken ct) =>
        db.ReadAsync(session => new LabelReads(session, ownerId).FindSpace(SpaceId.Format(spaceId)) == spaceId, ct);

    /// <summary>The owner's space of that name or id, the default one where none is named; null where there is none such.</summary>
    public Task<long?> FindSpaceAsync(long ownerId, string? nameOrId, CancellationToken ct) =>
        nameOrId is null
            ? Task.FromResult<long?>(SpaceId.DefaultOf(ownerId))
            : db.ReadAsync(session => new LabelReads(session, ownerId).FindSpace(nameOrId), ct);

    public Task<FileRow?> FindFileAsync(long ownerId, string id, CancellationToken ct) =>
        FileId.TryParse(id, null, out var file) && file.Value != 0
            ? db.ReadAsync(session => FileRows.Find(session, ownerId, file.Value), ct)
            : Task.FromResult<FileRow?>(null);

    /// <summary>All of them or none; one job reads what is new.</summary>
    /// <param name="body">What a repeat under the same key must be the same in.</param>
    /// <exception cref="ProblemException">404: the space is gone; 507: they do not fit.</exception>
    public Task<StoredAnswer> AddAsync(
        long ownerId,
        long spaceId,
        IReadOnlyList<GivenDocument> given,
        IdempotencyKey key,
        ReadOnlyMemory<byte> body,
        CancellationToken ct
    ) =>
        writes.RunAsync(
            ownerId,
            key,
            body,
            tx =>
            {
                RequireSpace(tx, ownerId, spaceId);
                files.RequireRoom(tx, ownerId, [.. given.Where(g => g.Upload is not null).Select(g => g.Upload!)]);
                var batch = new Batch(ids.Next(time.GetUtcNow().ToUnixTimeMilliseconds()));
                var views = new List<DocumentView>();
                foreach (var one in given)
                {
                    var id = Add(tx, ownerId, spaceId, one, batch);
                    views.Add(DocumentReads.Find(tx, ownerId, id, progress)! with { Versions = null });
                }

                Enqueue(tx, ownerId, batch);
                return StoredAnswer.Of(
                    new Page<DocumentView>(views, views.Count, null),
                    DocumentsJson.Default.PageDocumentView,
                    StatusCodes.Status201Created,
                    views is [var only] ? "/api/documents/" + only.Id : "/api/documents"
                );
            },
            ct
        );

    /// <summary>A page to be fetched; the same address again fetches it anew, as its next version.</summary>
    public Task<StoredAnswer> AddUrlAsync(
        long ownerId,
        long spaceId,
        Body<AddDocumentUrl> body,
        IdempotencyKey key,
        CancellationToken ct
    ) =>
        writes.RunAsync(
            ownerId,
            key,
            body.Utf8,
            tx =>
            {
                RequireSpace(tx, ownerId, spaceId);
                var now = ApiTime.Micros(time.GetUtcNow());
                var batch = new Batch(ids.Next(now / 1000)) { Bytes = LongFrom, HasWork = true };
                var url = body.Value.Url!.Trim();
                var known = VersionRows.FindByUrl(tx, ownerId, spaceId, url)?.Id;
                var id = known ?? ids.Next(now / 1000);
                var version = ids.Next(now / 1000);
                if (known is null)
                {
                    VersionRows.AddDocument(
                        tx,
                        id,
                        ownerId,
                        spaceId,
                        body.Value.Name?.Trim() ?? url,
                        url,
                        version,
                        now
                    );
                }

                VersionRows.AddVersion(tx, version, ownerId, id, batch.Id, fileId: null, now);
                Enqueue(tx, ownerId, batch);
                var view = DocumentReads.Find(tx, ownerId, id, progress)! with { Versions = null };
                return StoredAnswer.Of(
                    view,
                    DocumentsJson.Default.DocumentView,
                    StatusCodes.Status201Created,
                    "/api/documents/" + view.Id
                );
            },
            ct
        );

    public Task<Page<DocumentView>> ListAsync(
        long ownerId,
        DocumentFilter filter,
        PageRequest page,
        CancellationToken ct
    ) => db.ReadAsync(session => DocumentReads.Page(session, ownerId, filter, page, progress), ct);

    public Task<DocumentView?> FindAsync(long ownerId, long id, CancellationToken ct) =>
        db.ReadAsync(session => DocumentReads.Find(session, ownerId, id, progress), ct);

    public Task<Page<ChunkView>?> ListChunksAsync(long ownerId, long id, PageRequest page, CancellationToken ct) =>
        db.ReadAsync(session => DocumentReads.Chunks(session, ownerId, id, page), ct);

    public Task<(byte[] Hash, string Name)?> FindTextAsync(long ownerId, long id, CancellationToken ct) =>
        db.ReadAsync(session => DocumentReads.Text(session, ownerId, id), ct);

    /// <summary>Has a version that failed read once more; null where there is no such document.</summary>
    /// <exception cref="ProblemException">409: it did not fail.</exception>
    public Task<DocumentView?> RetryAsync(long ownerId, long id, CancellationToken ct) =>
        db.WriteAsync(
            tx =>
            {
                if (DocumentReads.Find(tx, ownerId, id, progress) is not { } view)
                {
                    return null;
                }

                if (view.Status != DocumentStatus.Failed.Name())
                {
                    throw new ProblemException(
                        ProblemCodes.Conflict,
                        $"the document is {view.Status}: only one that failed is read again"
                    );
                }

                var now = ApiTime.Micros(time.GetUtcNow());
                var batch = new Batch(ids.Next(now / 1000))
                {
                    Bytes = view.Url is null ? view.Size : LongFrom,
                    HasWork = true,
                };
                VersionRows.Requeue(tx, Latest(tx, id), batch.Id, now);
                Enqueue(tx, ownerId, batch);
                return DocumentReads.Find(tx, ownerId, id, progress);
            },
            ct
        );

    /// <summary>With its pieces, versions, and the files that only it needs; false where there is none such.</summary>
    public Task<bool> RemoveAsync(long ownerId, long id, CancellationToken ct) =>
        db.WriteEssentialAsync(
            tx =>
            {
                if (DocumentReads.Find(tx, ownerId, id, progress) is null)
                {
                    return false;
                }

                var changes = new ChunkChanges();
                ChunkIndex.Remove(tx, id, changes);
                index.Apply(tx, changes);
                VersionRows.RemoveAll(tx, ownerId, id);
                return true;
            },
            ct
        );

    private long Add(DbTransaction tx, long ownerId, long spaceId, GivenDocument given, Batch batch)
    {
        var now = ApiTime.Micros(time.GetUtcNow());
        var name = UploadNames.Clean(given.Name, keepFolders: true);
        var blob = given.Upload?.Blob.Hash ?? given.File!.Blob;
        var size = given.Upload?.Blob.Size ?? given.File!.Size;
        var known = VersionRows.FindByName(tx, ownerId, spaceId, name);
        if (
            known is { } document
            && VersionRows.FindState(tx, document.LatestId) is { Blob: { } had } state
            && had.AsSpan().SequenceEqual(blob)
        )
        {
            if (state.Status == DocumentStatus.Failed)
            {
                VersionRows.Requeue(tx, document.LatestId, batch.Id, now);
                batch.Add(size);
            }

            return document.Id;
        }

        var fileId = given.File?.Id ?? files.Add(tx, ownerId, given.Upload!, kept: false).Id;
        var id = known?.Id ?? ids.Next(now / 1000);
        var version = ids.Next(now / 1000);
        if (known is null)
        {
            VersionRows.AddDocument(tx, id, ownerId, spaceId, name, url: null, version, now);
        }

        VersionRows.AddVersion(tx, version, ownerId, id, batch.Id, fileId, now);
        batch.Add(size);
        return id;
    }

    private void Enqueue(DbTransaction tx, long ownerId, Batch batch)
    {
        if (batch.HasWork)
        {
            jobs.Enqueue(tx, DocumentHandler.JobKind, ownerId, batch.Id, isLong: batch.Bytes >= LongFrom);
        }
    }

    private static void RequireSpace(DbSession session, long ownerId, long spaceId)
    {
        if (new LabelReads(session, ownerId).FindSpace(SpaceId.Format(spaceId)) != spaceId)
        {
            throw new ProblemException(ProblemCodes.NotFound, "there is no such space");
        }
    }

    private static long Latest(DbSession session, long id)
    {
        using var row = session.Query("SELECT latest_id FROM library_documents WHERE id = ?1");
        row.Bind(1, id).Step();
        return row.Int64(0);
    }

    /// <summary>What one request adds, and one job reads.</summary>
    private sealed class Batch(long id)
    {
        public long Id => id;
        public long Bytes { get; set; }
        public bool HasWork { get; set; }

        public void Add(long bytes)
        {
            Bytes += bytes;
            HasWork = true;
        }
    }
}

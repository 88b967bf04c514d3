using System.Text;
using Parley.Files;
using Parley.Identity;
using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Conversations;

/// <summary>A file as the API shows it; its bytes are at /api/files/{id}/content.</summary>
/// <param name="MediaType">By its content; null: unknown.</param>
/// <param name="Size">Bytes.</param>
internal sealed record FileView(string Id, string Name, string? MediaType, long Size, string CreatedAt)
{
    public static FileView Of(FileRow row) =>
        new(FileId.Format(row.Id), row.Name, row.MediaType, row.Size, Iso.Micros(row.CreatedAt));
}

/// <summary>The files that people keep, held to their quotas. Thread-safe.</summary>
internal sealed class FileStore(Db db, IdempotentWrites writes, Quotas quotas, IdSource ids, TimeProvider time)
{
    private const char List = 'f';

    /// <summary>Before anything is read: there must be some room.</summary>
    /// <exception cref="ProblemException">507: there is none.</exception>
    public async Task RequireRoomAsync(HttpContext http, long ownerId)
    {
        await quotas.RequireAsync(http, ownerId, QuotaKind.Files, http.RequestAborted);
        await quotas.RequireAsync(http, ownerId, QuotaKind.Bytes, http.RequestAborted);
    }

    /// <summary>All of them or none.</summary>
    /// <exception cref="ProblemException">507: they do not fit.</exception>
    public Task<StoredAnswer> AddAsync(
        long ownerId,
        IReadOnlyList<UploadedFile> files,
        IdempotencyKey key,
        CancellationToken ct
    ) =>
        writes.RunAsync(
            ownerId,
            key,
            Fingerprint(files),
            tx =>
            {
                RequireRoom(tx, ownerId, files);
                var views = new List<FileView>();
                foreach (var file in files)
                {
                    views.Add(FileView.Of(Add(tx, ownerId, file, kept: true)));
                }

                return StoredAnswer.Of(
                    new Page<FileView>(views, views.Count, null),
                    ConversationsJson.Default.PageFileView,
                    StatusCodes.Status201Created,
                    views is [var only] ? "/api/files/" + only.Id : "/api/files"
                );
            },
            ct
        );

    /// <summary>What a repeat of the request has to be the same in.</summary>
    public static byte[] Fingerprint(IReadOnlyList<UploadedFile> files)
    {
        var all = new StringBuilder();
        foreach (var file in files)
        {
            all.Append(Convert.ToHexStringLower(file.Blob.Hash)).Append(' ').Append(file.Name).Append('\n');
        }

        return Encoding.UTF8.GetBytes(all.ToString());
    }

    /// <summary>A row over bytes that are stored and held.</summary>
    /// <param name="kept">In the person's list.</param>
    public FileRow Add(DbTransaction tx, long ownerId, UploadedFile file, bool kept)
    {
        var now = time.GetUtcNow();
        var row = new FileRow(
            ids.Next(now.ToUnixTimeMilliseconds()),
            ownerId,
            file.Blob.Hash,
            UploadNames.Clean(file.Name),
            file.Blob.MediaType,
            file.Blob.Size,
            kept,
            Uses: 0,
            ApiTime.Micros(now)
        );
        FileRows.Add(tx, row);
        return row;
    }

    /// <summary>The same bytes twice, or bytes the owner has, take room once.</summary>
    /// <exception cref="ProblemException">507: they do not fit.</exception>
    public void RequireRoom(DbSession session, long ownerId, IReadOnlyList<UploadedFile> files)
    {
        var (bytes, count) = quotas.RoomOf(session, ownerId);
        if (bytes == long.MaxValue && count == long.MaxValue)
        {
            return;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            if (
                seen.Add(Convert.ToHexStringLower(file.Blob.Hash))
                && !StorageMeter.Has(session, ownerId, file.Blob.Hash)
            )
            {
                bytes -= file.Blob.Size;
                count--;
            }
        }

        if (bytes < 0 || count < 0)
        {
            throw quotas.Find(session, ownerId, bytes < 0 ? QuotaKind.Bytes : QuotaKind.Files).Refusal(time);
        }
    }

    public Task<Page<FileView>> ListAsync(long ownerId, PageRequest page, CancellationToken ct) =>
        db.ReadAsync(
            session =>
            {
                var before = long.MaxValue;
                if (page.Cursor is not null)
                {
                    Cursor.Read(page.Cursor, List, new Span<long>(ref before));
                }

                var rows = FileRows.List(session, ownerId, before, page.Limit + 1, page.Offset);
                var ids = rows.ConvertAll(r => r.Id);
                return Page<FileView>.Of(
                    rows.ConvertAll(FileView.Of),
                    page,
                    null,
                    _ => Cursor.Write(List, ids[page.Limit - 1])
                );
            },
            ct
        );

    public Task<FileView?> FindAsync(long ownerId, long id, CancellationToken ct) =>
        db.ReadAsync(session => FileRows.Find(session, ownerId, id) is { } row ? FileView.Of(row) : null, ct);

    /// <summary>False where there is none such.</summary>
    /// <exception cref="ProblemException">409: only a document needs it.</exception>
    public Task<bool> RemoveAsync(long ownerId, long id, CancellationToken ct) =>
        db.WriteEssentialAsync(
            tx =>
            {
                if (FileRows.Find(tx, ownerId, id) is not { } row)
                {
                    return false;
                }

                if (!row.Kept)
                {
                    throw new ProblemException(
                        ProblemCodes.Conflict,
                        "a document was made of this file: it goes when the document is deleted"
                    );
                }

                FileRows.Remove(tx, ownerId, id);
                return true;
            },
            ct
        );
}

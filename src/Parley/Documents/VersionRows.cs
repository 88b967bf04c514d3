using Parley.Files;
using Parley.Kernel;

namespace Parley.Documents;

/// <summary>A version that waits to be read.</summary>
/// <param name="Blob">Its original; null: an address that is to be fetched.</param>
internal sealed record QueuedVersion(
    long Id,
    long DocumentId,
    int Attempts,
    string Name,
    string? Url,
    byte[]? Blob,
    long Size
);

/// <summary>What a version is of.</summary>
internal sealed record VersionPlace(long DocumentId, long OwnerId, int Number, long LatestId, int? CurrentNumber);

/// <summary>Rows of documents and their versions, as they are written.</summary>
internal static class VersionRows
{
    /// <summary>Versions of a document that are kept.</summary>
    public const int Kept = 10;

    /// <summary>The owner's document of that name in that space; of several the newest.</summary>
    public static (long Id, long LatestId)? FindByName(DbSession session, long ownerId, long spaceId, string name)
    {
        using var row = session.Query(
            "SELECT id, latest_id FROM library_documents WHERE owner_id = ?1 AND space_id = ?2 AND name_key = ?3 AND url IS NULL ORDER BY id DESC LIMIT 1"
        );
        row.Bind(1, ownerId).Bind(2, spaceId).Bind(3, DocumentReads.Key(name));
        return row.Step() ? (row.Int64(0), row.Int64(1)) : null;
    }

    /// <summary>The owner's document of that address in that space.</summary>
    public static (long Id, long LatestId)? FindByUrl(DbSession session, long ownerId, long spaceId, string url)
    {
        using var row = session.Query(
            "SELECT id, latest_id FROM library_documents INDEXED BY library_documents_by_space WHERE owner_id = ?1 AND space_id = ?2 AND url = ?3 ORDER BY id DESC LIMIT 1"
        );
        row.Bind(1, ownerId).Bind(2, spaceId).Bind(3, url);
        return row.Step() ? (row.Int64(0), row.Int64(1)) : null;
    }

    public static void AddDocument(
        DbTransaction tx,
        long id,
        long ownerId,
        long spaceId,
        string name,
        string? url,
        long versionId,
        long now
    )
    {
        using var insert = tx.Query(
            """
            INSERT INTO library_documents (id, owner_id, space_id, name, name_key, url, status, latest_id, created_at, updated_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, ?7, ?8, ?8)
            """
        );
        insert.Bind(1, id).Bind(2, ownerId).Bind(3, spaceId).Bind(4, name).Bind(5, DocumentReads.Key(name));
        insert.Bind(6, url).Bind(7, versionId).Bind(8, now).Run();
    }

    /// <summary>The next version of a document, which waits for the batch's job. The file is needed by it from here on.</summary>
    public static void AddVersion(
        DbTransaction tx,
        long id,
        long ownerId,
        long documentId,
        long batchId,
        long? fileId,
        long now
    )
    {
        using (
            var insert = tx.Query(
                """
                INSERT INTO library_versions (id, document_id, number, batch_id, status, file_id, created_at)
                SELECT ?1, ?2, coalesce(max(number), 0) + 1, ?3, 0, ?4, ?5 FROM library_versions WHERE document_id = ?2
                """
            )
        )
        {
            insert.Bind(1, id).Bind(2, documentId).Bind(3, batchId).Bind(4, fileId).Bind(5, now).Run();
        }

        if (fileId is { } file)
        {
            FileRows.Use(tx, ownerId, file);
        }

        using var update = tx.Query(
            "UPDATE library_documents SET latest_id = ?2, status = 0, updated_at = ?3 WHERE id = ?1"
        );
        update.Bind(1, documentId).Bind(2, id).Bind(3, now).Run();
        Prune(tx, ownerId, documentId);
    }

    /// <summary>Has a version read once more, by another batch's job.</summary>
    public static void Requeue(DbTransaction tx, long id, long batchId, long now)
    {
        using (
            var version = tx.Query(
                "UPDATE library_versions SET status = 0, attempts = 0, reason = NULL, finished_at = NULL, batch_id = ?2 WHERE id = ?1"
            )
        )
        {
            version.Bind(1, id).Bind(2, batchId).Run();
        }

        using var document = tx.Query("UPDATE library_documents SET status = 0, updated_at = ?2 WHERE latest_id = ?1");
        document.Bind(1, id).Bind(2, now).Run();
    }

    public static (DocumentStatus Status, byte[]? Blob, long Size)? FindState(DbSession session, long versionId)
    {
        using var row = session.Query(
            "SELECT v.status, f.blob, coalesce(f.size, 0) FROM library_versions v LEFT JOIN files f ON f.id = v.file_id WHERE v.id = ?1"
        );
        return row.Bind(1, versionId).Step()
            ? ((DocumentStatus)row.Int32(0), row.IsNull(1) ? null : row.Blob(1).ToArray(), row.Int64(2))
            : null;
    }

    /// <summary>What a batch still has to do, oldest first.</summary>
    public static List<QueuedVersion> ListOpen(DbSession session, long batchId, int limit)
    {
        using var rows = session.Query(
            """
            SELECT v.id, v.document_id, v.attempts, d.name, d.url, f.blob, coalesce(f.size, 0)
            FROM library_versions v INDEXED BY library_versions_of_batch CROSS JOIN library_documents d ON d.id = v.document_id
            LEFT JOIN files f ON f.id = v.file_id
            WHERE v.batch_id = ?1 AND v.status IN (0, 1) ORDER BY v.id LIMIT ?2
            """
        );
        rows.Bind(1, batchId).Bind(2, limit);
        var open = new List<QueuedVersion>();
        while (rows.Step())
        {
            open.Add(
                new QueuedVersion(
                    rows.Int64(0),
                    rows.Int64(1),
                    rows.Int32(2),
                    rows.Text(3)!,
                    rows.Text(4),
                    rows.IsNull(5) ? null : rows.Blob(5).ToArray(),
                    rows.Int64(6)
                )
            );
        }

        return open;
    }

    /// <summary>It begins; or, with -1, did not get to run after all.</summary>
    public static void Begin(DbTransaction tx, QueuedVersion version, int attempt)
    {
        using (
            var update = tx.Query(
                "UPDATE library_versions SET status = 1, attempts = max(0, attempts + ?2) WHERE id = ?1 AND status IN (0, 1)"
            )
        )
        {
            update.Bind(1, version.Id).Bind(2, attempt).Run();
        }

        using var document = tx.Query("UPDATE library_documents SET status = 1 WHERE id = ?1 AND latest_id = ?2");
        document.Bind(1, version.DocumentId).Bind(2, version.Id).Run();
    }

    /// <summary>Null where the version or its document is gone.</summary>
    public static VersionPlace? FindPlace(DbSession session, long versionId)
    {
        using var row = session.Query(
            """
            SELECT d.id, d.owner_id, v.number, d.latest_id, c.number FROM library_versions v CROSS JOIN library_documents d ON d.id = v.document_id
            LEFT JOIN library_versions c ON c.id = d.current_id WHERE v.id = ?1
            """
        );
        return row.Bind(1, versionId).Step()
            ? new VersionPlace(
                row.Int64(0),
                row.Int64(1),
                row.Int32(2),
                row.Int64(3),
                row.IsNull(4) ? null : row.Int32(4)
            )
            : null;
    }

    /// <summary>Every version's file and the rows themselves.</summary>
    public static void RemoveAll(DbTransaction tx, long ownerId, long documentId)
    {
        foreach (
            var file in FilesOf(
                tx,
                "SELECT file_id FROM library_versions WHERE document_id = ?1 AND file_id IS NOT NULL",
                documentId
            )
        )
        {
            FileRows.Release(tx, ownerId, file);
        }

        using var versions = tx.Query("DELETE FROM library_versions WHERE document_id = ?1");
        versions.Bind(1, documentId).Run();
        using var document = tx.Query("DELETE FROM library_documents WHERE id = ?1 AND owner_id = ?2");
        document.Bind(1, documentId).Bind(2, ownerId).Run();
    }

    /// <summary>All but the last ten, and the one whose chunks are there.</summary>
    private static void Prune(DbTransaction tx, long ownerId, long documentId)
    {
        const string Old = """
            FROM library_versions WHERE document_id = ?1
                AND number <= (SELECT max(number) FROM library_versions WHERE document_id = ?1) - 10
                AND id <> coalesce((SELECT current_id FROM library_documents WHERE id = ?1), 0)
            """;
        foreach (var file in FilesOf(tx, $"SELECT file_id {Old} AND file_id IS NOT NULL", documentId))
        {
            FileRows.Release(tx, ownerId, file);
        }

        using var delete = tx.Query($"DELETE {Old}");
        delete.Bind(1, documentId).Run();
    }

    private static List<long> FilesOf(DbTransaction tx, string sql, long documentId)
    {
        using var rows = tx.Query(sql);
        rows.Bind(1, documentId);
        var files = new List<long>();
        while (rows.Step())
        {
            files.Add(rows.Int64(0));
        }

        return files;
    }
}

/// <summary>Bytes that texts of documents are kept in; their originals are files.</summary>
internal sealed class DocumentBlobs : IBlobNames
{
    public bool Names(DbSession session, ReadOnlySpan<byte> hash)
    {
        using var find = session.Query("SELECT 1 FROM library_versions WHERE text_blob = ?1 LIMIT 1");
        return find.BindBlob(1, hash).Step();
    }

    public IEnumerable<byte[]> List(DbSession session)
    {
        using var rows = session.Query("SELECT DISTINCT text_blob FROM library_versions WHERE text_blob IS NOT NULL");
        while (rows.Step())
        {
            yield return rows.Blob(0).ToArray();
        }
    }
}

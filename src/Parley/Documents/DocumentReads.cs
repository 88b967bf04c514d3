using Parley.Conversations;
using Parley.Kernel;
using Parley.Kernel.Http;

namespace Parley.Documents;

/// <summary>What is asked of the list of documents.</summary>
internal sealed record DocumentFilter(long? SpaceId, int? Status, string? Name);

/// <summary>Reads documents as the API shows them; every statement names the owner.</summary>
internal static class DocumentReads
{
    private const char List = 'd';
    private const char ChunkList = 'k';

    private const string Columns = """
        d.id, d.space_id, d.name, d.url, l.status, l.reason, coalesce(l.kind, c.kind), l.number, coalesce(f.size, 0), coalesce(c.words, 0), c.pages,
        coalesce(c.chunks, 0), l.file_id, d.created_at, d.updated_at, d.latest_id
        FROM library_documents d CROSS JOIN library_versions l ON l.id = d.latest_id
        LEFT JOIN library_versions c ON c.id = d.current_id LEFT JOIN files f ON f.id = l.file_id
        """;

    public static Page<DocumentView> Page(
        DbSession session,
        long ownerId,
        DocumentFilter filter,
        PageRequest page,
        DocumentProgress progress
    )
    {
        var before = long.MaxValue;
        if (page.Cursor is not null)
        {
            Cursor.Read(page.Cursor, List, new Span<long>(ref before));
        }

        var bySpace = filter.SpaceId is null ? "" : " AND d.space_id = ?3";
        using var rows = session.Query(
            $"""
            SELECT {Columns} WHERE d.owner_id = ?1 AND d.id < ?2{bySpace} AND (?4 IS NULL OR d.status = ?4)
                AND (?5 IS NULL OR instr(d.name_key, ?5) > 0) ORDER BY d.id DESC LIMIT ?6 OFFSET ?7
            """
        );
        rows.Bind(1, ownerId)
            .Bind(2, before)
            .Bind(4, filter.Status)
            .Bind(5, filter.Name is { } name ? Key(name) : null);
        rows.Bind(6, page.Limit + 1L).Bind(7, page.Offset);
        if (filter.SpaceId is { } space)
        {
            rows.Bind(3, space);
        }

        var items = new List<DocumentView>();
        var ids = new List<long>();
        while (rows.Step())
        {
            ids.Add(rows.Int64(0));
            items.Add(Read(rows, progress));
        }

        return Page<DocumentView>.Of(items, page, null, _ => Cursor.Write(List, ids[page.Limit - 1]));
    }

    public static DocumentView? Find(DbSession session, long ownerId, long id, DocumentProgress progress)
    {
        DocumentView view;
        using (var row = session.Query($"SELECT {Columns} WHERE d.id = ?1 AND d.owner_id = ?2"))
        {
            if (!row.Bind(1, id).Bind(2, ownerId).Step())
            {
                return null;
            }

            view = Read(row, progress);
        }

        return view with
        {
            Versions = Versions(session, id),
        };
    }

    /// <summary>Null where the owner has no such document.</summary>
    public static Page<ChunkView>? Chunks(DbSession session, long ownerId, long id, PageRequest page)
    {
        using (var own = session.Query("SELECT 1 FROM library_documents WHERE id = ?1 AND owner_id = ?2"))
        {
            if (!own.Bind(1, id).Bind(2, ownerId).Step())
            {
                return null;
            }
        }

        long after = -1;
        if (page.Cursor is not null)
        {
            Cursor.Read(page.Cursor, ChunkList, new Span<long>(ref after));
        }

        using var rows = session.Query(
            """
            SELECT id, ord, kind, page, heading, start, length, words, text FROM library_chunks
            WHERE document_id = ?1 AND ord > ?2 ORDER BY ord LIMIT ?3 OFFSET ?4
            """
        );
        rows.Bind(1, id).Bind(2, after).Bind(3, page.Limit + 1L).Bind(4, page.Offset);
        var items = new List<ChunkView>();
        while (rows.Step())
        {
            items.Add(
                new ChunkView(
                    Ids.Format(rows.Int64(0), IdKind.Chunk),
                    DocumentId.Format(id),
                    rows.Int64(1) + 1,
                    ((ChunkKind)rows.Int32(2)).Name(),
                    rows.IsNull(3) ? null : rows.Int32(3),
                    rows.Text(4)?.Split('\n') ?? [],
                    rows.Int64(5),
                    rows.Int64(6),
                    rows.Int64(7),
                    rows.Text(8)!
                )
            );
        }

        return Page<ChunkView>.Of(items, page, null, last => Cursor.Write(ChunkList, last.Number - 1));
    }

    /// <summary>The text of the version that is ready; null where there is none.</summary>
    public static (byte[] Hash, string Name)? Text(DbSession session, long ownerId, long id)
    {
        using var row = session.Query(
            """
            SELECT c.text_blob, d.name FROM library_documents d CROSS JOIN library_versions c ON c.id = d.current_id
            WHERE d.id = ?1 AND d.owner_id = ?2 AND c.text_blob IS NOT NULL
            """
        );
        return row.Bind(1, id).Bind(2, ownerId).Step() ? (row.Blob(0).ToArray(), row.Text(1)!) : null;
    }

    /// <summary>Where a piece stands, in bytes of its document's text; null where the owner has no such piece.</summary>
    public static (long DocumentId, long Start)? PlaceOf(DbSession session, long ownerId, long chunkId)
    {
        using var row = session.Query(
            """
            SELECT c.document_id, c.start FROM library_chunks c CROSS JOIN library_documents d ON d.id = c.document_id
            WHERE c.id = ?1 AND d.owner_id = ?2
            """
        );
        return row.Bind(1, chunkId).Bind(2, ownerId).Step() ? (row.Int64(0), row.Int64(1)) : null;
    }

    /// <summary>What names are compared by.</summary>
    public static string Key(string name) => name.Normalize().ToLowerInvariant();

    private static List<VersionView> Versions(DbSession session, long id)
    {
        using var rows = session.Query(
            """
            SELECT number, status, reason, file_id, kind, text_size, words, pages, chunks, created_at, finished_at FROM library_versions
            WHERE document_id = ?1 ORDER BY number DESC LIMIT ?2
            """
        );
        rows.Bind(1, id).Bind(2, VersionRows.Kept);
        var versions = new List<VersionView>();
        while (rows.Step())
        {
            versions.Add(
                new VersionView(
                    rows.Int32(0),
                    ((DocumentStatus)rows.Int32(1)).Name(),
                    rows.Text(2),
                    rows.Int64OrNull(3) is { } file ? FileId.Format(file) : null,
                    rows.Text(4),
                    rows.Int64(5),
                    rows.Int64(6),
                    rows.IsNull(7) ? null : rows.Int32(7),
                    rows.Int32(8),
                    Iso.Micros(rows.Int64(9)),
                    Iso.Micros(rows.Int64OrNull(10))
                )
            );
        }

        return versions;
    }

    private static DocumentView Read(DbStatement row, DocumentProgress progress)
    {
        var status = (DocumentStatus)row.Int32(4);
        return new DocumentView(
            DocumentId.Format(row.Int64(0)),
            SpaceId.Format(row.Int64(1)),
            row.Text(2)!,
            row.Text(3),
            status.Name(),
            row.Text(5),
            status == DocumentStatus.Ready ? 1 : progress.Of(row.Int64(15)),
            row.Text(6),
            row.Int32(7),
            row.Int64(8),
            row.Int64(9),
            row.IsNull(10) ? null : row.Int32(10),
            row.Int32(11),
            row.Int64OrNull(12) is { } file ? FileId.Format(file) : null,
            Iso.Micros(row.Int64(13)),
            Iso.Micros(row.Int64(14))
        );
    }
}

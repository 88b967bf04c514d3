using Parley.Conversations;
using Parley.Files;
using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Documents;

/// <summary>
/// Writes what was read of a version: its chunks take the place of the former ones all at once, and those whose words are
/// the same keep their ids and are not indexed again. Thread-safe; all inside the caller's transaction.
/// </summary>
internal sealed class VersionWriter(FileStore files, IdSource ids, TimeProvider time)
{
    /// <summary>Does nothing for a version that is gone: the document was deleted meanwhile.</summary>
    /// <param name="changes">Takes what the indexes are to be told at the end of the write.</param>
    public void Write(DbTransaction tx, PreparedVersion prepared, ChunkChanges changes)
    {
        if (VersionRows.FindPlace(tx, prepared.Version.Id) is not { } place)
        {
            return;
        }

        if (prepared.Reason is { } reason)
        {
            Fail(tx, prepared, reason);
            return;
        }

        if (prepared.Fetched is { } page && !TryKeep(tx, prepared, place, page))
        {
            Fail(tx, prepared, "the room for your files is used up: remove some, then try again");
            return;
        }

        Finish(tx, prepared);
        // A later one was ready before: its chunks stay.
        if (place.CurrentNumber is null || place.CurrentNumber <= place.Number)
        {
            Replace(tx, prepared, place, changes);
        }

        SetStatus(tx, prepared, DocumentStatus.Ready);
    }

    private void Fail(DbTransaction tx, PreparedVersion prepared, string reason)
    {
        using (
            var update = tx.Query(
                "UPDATE library_versions SET status = 3, reason = ?2, finished_at = ?3, kind = coalesce(?4, kind) WHERE id = ?1"
            )
        )
        {
            update.Bind(1, prepared.Version.Id).Bind(2, reason).Bind(3, Now()).Bind(4, prepared.Document?.Kind).Run();
        }

        SetStatus(tx, prepared, DocumentStatus.Failed);
    }

    /// <summary>False where the owner has no room for it.</summary>
    private bool TryKeep(DbTransaction tx, PreparedVersion prepared, VersionPlace place, UploadedFile page)
    {
        try
        {
            files.RequireRoom(tx, place.OwnerId, [page]);
        }
        catch (ProblemException)
        {
            return false;
        }

        var file = files.Add(tx, place.OwnerId, page, kept: false);
        FileRows.Use(tx, place.OwnerId, file.Id);
        using (var update = tx.Query("UPDATE library_versions SET file_id = ?2 WHERE id = ?1"))
        {
            update.Bind(1, prepared.Version.Id).Bind(2, file.Id).Run();
        }

        if (prepared.Document?.Text.Title is { Length: > 0 } title)
        {
            using var rename = tx.Query(
                "UPDATE library_documents SET name = ?2, name_key = ?3 WHERE id = ?1 AND name = url"
            );
            var name = UploadNames.Clean(title.Replace('/', ' '));
            rename.Bind(1, place.DocumentId).Bind(2, name).Bind(3, DocumentReads.Key(name)).Run();
        }

        return true;
    }

    private void Finish(DbTransaction tx, PreparedVersion prepared)
    {
        var document = prepared.Document!;
        using var update = tx.Query(
            """
            UPDATE library_versions SET status = 2, reason = NULL, finished_at = ?2, kind = ?3, text_blob = ?4, text_size = ?5, words = ?6,
                pages = ?7, chunks = ?8 WHERE id = ?1
            """
        );
        update.Bind(1, prepared.Version.Id).Bind(2, Now()).Bind(3, document.Kind).BindBlob(4, prepared.TextBlob);
        update.Bind(5, document.Text.Utf8.Length).Bind(6, WordCount.Of(document.Text.Utf8.Span));
        update.Bind(7, document.Text.Pages.Count > 0 ? document.Text.Pages.Count : null as long?);
        update.Bind(8, prepared.Chunks.Count).Run();
    }

    private void Replace(DbTransaction tx, PreparedVersion prepared, VersionPlace place, ChunkChanges changes)
    {
        var former = Stored(tx, place.DocumentId);
        var found = ChunkMatch.Find(former.ConvertAll(c => c.Hash), prepared.Chunks.ConvertAll(c => c.Hash));
        var kept = new HashSet<int>(found);
        var removed = new List<long>();
        for (var i = 0; i < former.Count; i++)
        {
            if (!kept.Contains(i))
            {
                removed.Add(former[i].Id);
            }
        }

        Delete(tx, removed);
        changes.Removed.AddRange(removed);
        Insert(tx, prepared, place, former, found, changes);
        using (var document = tx.Query("UPDATE library_documents SET current_id = ?2 WHERE id = ?1"))
        {
            document.Bind(1, place.DocumentId).Bind(2, prepared.Version.Id).Run();
        }
    }

    private void Insert(
        DbTransaction tx,
        PreparedVersion prepared,
        VersionPlace place,
        List<StoredChunk> former,
        int[] found,
        ChunkChanges changes
    )
    {
        var text = prepared.Document!.Text.Utf8;
        var milliseconds = time.GetUtcNow().ToUnixTimeMilliseconds();
        using var insert = tx.Query(
            """
            INSERT INTO library_chunks (id, document_id, ord, hash, kind, start, length, page, heading, words, text)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
            """
        );
        using var move = tx.Query(
            "UPDATE library_chunks SET ord = ?2, kind = ?3, start = ?4, length = ?5, page = ?6, heading = ?7 WHERE id = ?1"
        );
        for (var i = 0; i < found.Length; i++)
        {
            var chunk = prepared.Chunks[i];
            if (found[i] >= 0)
            {
                var stored = former[found[i]];
                if (found[i] != i || stored.Chunk with { Words = chunk.Words } != chunk)
                {
                    Move(move, stored.Id, i, chunk);
                }

                // The same words under another heading are found by that.
                if (stored.Chunk.Heading != chunk.Heading)
                {
                    changes.Removed.Add(stored.Id);
                    changes.Added.Add(Added(stored.Id, place, prepared, chunk));
                }

                continue;
            }

            var id = ids.Next(milliseconds);
            var words = text.Slice(chunk.Start, chunk.Length);
            insert.Bind(1, id).Bind(2, place.DocumentId).Bind(3, i).Bind(4, chunk.Hash).Bind(5, (long)chunk.Kind);
            insert.Bind(6, chunk.Start).Bind(7, chunk.Length).Bind(8, (long?)chunk.Page).Bind(9, chunk.Heading);
            insert.Bind(10, chunk.Words).BindText(11, words.Span).Run();
            insert.Reset();
            changes.Added.Add(Added(id, place, prepared, chunk));
        }
    }

    private static void Move(DbStatement move, long id, int ord, Chunk chunk)
    {
        move.Bind(1, id).Bind(2, ord).Bind(3, (long)chunk.Kind).Bind(4, chunk.Start).Bind(5, chunk.Length);
        move.Bind(6, (long?)chunk.Page).Bind(7, chunk.Heading).Run();
        move.Reset();
    }

    private static AddedChunk Added(long id, VersionPlace place, PreparedVersion prepared, Chunk chunk) =>
        new(
            id,
            place.OwnerId,
            place.DocumentId,
            AddedChunk.NameOf(prepared.Version.Name, chunk.Heading),
            prepared.Document!.Text.Utf8.Slice(chunk.Start, chunk.Length)
        );

    private static List<StoredChunk> Stored(DbSession session, long documentId)
    {
        using var rows = session.Query(
            "SELECT id, hash, start, length, kind, page, heading, words FROM library_chunks WHERE document_id = ?1 ORDER BY ord"
        );
        rows.Bind(1, documentId);
        var stored = new List<StoredChunk>();
        while (rows.Step())
        {
            var hash = rows.Int64(1);
            var chunk = new Chunk(
                rows.Int32(2),
                rows.Int32(3),
                (ChunkKind)rows.Int32(4),
                rows.IsNull(5) ? null : rows.Int32(5),
                rows.Text(6),
                rows.Int32(7),
                hash
            );
            stored.Add(new StoredChunk(rows.Int64(0), hash, chunk));
        }

        return stored;
    }

    private static void Delete(DbTransaction tx, List<long> removed)
    {
        using var delete = tx.Query("DELETE FROM library_chunks WHERE id = ?1");
        foreach (var id in removed)
        {
            delete.Bind(1, id).Run();
            delete.Reset();
        }
    }

    /// <summary>Of the document too, as long as no later version waits.</summary>
    private void SetStatus(DbTransaction tx, PreparedVersion prepared, DocumentStatus status)
    {
        using var update = tx.Query(
            "UPDATE library_documents SET status = ?2, updated_at = ?3 WHERE id = ?1 AND latest_id = ?4"
        );
        update
            .Bind(1, prepared.Version.DocumentId)
            .Bind(2, (long)status)
            .Bind(3, Now())
            .Bind(4, prepared.Version.Id)
            .Run();
    }

    private long Now() => ApiTime.Micros(time.GetUtcNow());
}

using Parley.Conversations;
using Parley.Files;
using Parley.Kernel;

namespace Parley.Import;

/// <summary>
/// Takes back what only one import brought: messages no other import holds and no person built upon, rows as they
/// were before it changed them. Goes conversation by conversation, each batch one transaction, so it can be killed
/// and called again.
/// </summary>
internal sealed class ImportUndo(Db db, MessageWriter writer, BlobStore blobs, NamedBlobs named)
{
    private const int ConversationsPerWrite = 50;

    public async Task RunAsync(long ownerId, long importId, CancellationToken ct)
    {
        for (List<long> next = [0]; next.Count > 0; )
        {
            next = await db.ReadAsync(session => Touched(session, importId), ct);
            if (next.Count > 0)
            {
                var orphans = await db.WriteLargeAsync(tx => UndoSome(tx, ownerId, importId, next), ct);
                await db.WriteAsync(tx => RemoveBytes(tx, orphans), ct);
            }
        }

        await db.WriteAsync(tx => Finish(tx, ownerId, importId), ct);
    }

    private static List<long> Touched(DbSession session, long importId)
    {
        using var rows = session.Query(
            """
            SELECT id FROM conversations WHERE import_id = ?1
            UNION SELECT row_id FROM import_changes WHERE import_id = ?1 AND row_kind = 1
            UNION SELECT conversation_id FROM import_sightings WHERE import_id = ?1 AND conversation_id & 1
            LIMIT ?2
            """
        );
        rows.Bind(1, importId);
        rows.Bind(2, ConversationsPerWrite);
        var ids = new List<long>();
        while (rows.Step())
        {
            ids.Add(rows.Int64(0));
        }

        return ids;
    }

    private List<byte[]> UndoSome(DbTransaction tx, long ownerId, long importId, List<long> conversations)
    {
        var batch = new WriteBatch { Bulk = true };
        var stats = new StatsDelta(ownerId);
        using var arena = new Utf8Arena();
        var orphans = new List<byte[]>();
        foreach (var conversation in conversations)
        {
            new ConversationUndo(tx, ownerId, importId, conversation, batch, stats, arena, orphans).Run();
        }

        stats.Write(tx);
        writer.Publish(tx, batch);
        return orphans;
    }

    /// <summary>Rows first: bytes go in a write of their own, once those that named them are gone for certain.</summary>
    private void RemoveBytes(DbTransaction tx, List<byte[]> orphans)
    {
        foreach (var orphan in orphans.Where(o => !named.IsNamed(tx, o)))
        {
            blobs.Delete(orphan);
        }
    }

    /// <summary>What the import made and nothing uses any more, then its own memory.</summary>
    private void Finish(DbTransaction tx, long ownerId, long importId)
    {
        var batch = new WriteBatch();
        using var arena = new Utf8Arena();
        new DocumentUndo(tx, ownerId, importId, batch, arena).Run();
        Run(
            tx,
            """
            DELETE FROM folders WHERE import_id = ?1
                AND NOT EXISTS (SELECT 1 FROM conversations c WHERE c.folder_id = folders.id AND c.owner_id = folders.owner_id)
                AND NOT EXISTS (SELECT 1 FROM documents d WHERE d.folder_id = folders.id)
            """,
            importId
        );
        Run(tx, "DELETE FROM tags WHERE import_id = ?1 AND conversation_count = 0", importId);
        Run(tx, "DELETE FROM import_changes WHERE import_id = ?1", importId);
        Run(tx, "DELETE FROM import_sightings WHERE import_id = ?1", importId);
        DeletedItems.DeleteAgain(tx, importId);
        Run(tx, "UPDATE imports SET status = 'undone' WHERE id = ?1", importId);
        writer.Publish(tx, batch);
    }

    private static void Run(DbTransaction tx, string sql, long importId)
    {
        using var statement = tx.Query(sql);
        statement.Bind(1, importId);
        statement.Run();
    }
}

using Parley.Conversations;
using Parley.Kernel;

namespace Parley.Import;

/// <summary>Takes an import's documents out: those another import holds too become that one's, changed ones are as they were.</summary>
internal sealed class DocumentUndo(DbTransaction tx, long ownerId, long importId, WriteBatch batch, Utf8Arena arena)
{
    public void Run()
    {
        foreach (var id in Changed())
        {
            if (ImportImages.Take(tx, importId, ChangedRow.Document, id) is { } before)
            {
                Restore(id, before);
            }
        }

        PassOn();
        using var gone = tx.Query("DELETE FROM documents WHERE import_id = ?1 AND owner_id = ?2 RETURNING id");
        gone.Bind(1, importId).Bind(2, ownerId);
        while (gone.Step())
        {
            batch.RemovedDocuments.Add(gone.Int64(0));
        }
    }

    private List<long> Changed()
    {
        using var rows = tx.Query("SELECT row_id FROM import_changes WHERE import_id = ?1 AND row_kind = ?2");
        rows.Bind(1, importId).Bind(2, (long)ChangedRow.Document);
        var ids = new List<long>();
        while (rows.Step())
        {
            ids.Add(rows.Int64(0));
        }

        return ids;
    }

    private void Restore(long id, string before)
    {
        using var update = tx.Query(
            """
            UPDATE documents SET name = b ->> 'name', updated_at = b ->> 'updated_at', text = b ->> 'text', hash = b ->> 'hash', extras = b ->> 'extras'
            FROM (SELECT ?2 AS b) WHERE id = ?1 AND owner_id = ?3 RETURNING provider, name, text
            """
        );
        update.Bind(1, id).Bind(2, before).Bind(3, ownerId);
        if (update.Step())
        {
            batch.Documents.Add(
                new WrittenDocument(
                    id,
                    ownerId,
                    update.Text(0)!,
                    update.Text(1),
                    arena.Add(update.Utf8(2)),
                    IsNew: false
                )
            );
        }
    }

    private void PassOn()
    {
        using var heirs = tx.Query(
            """
            UPDATE documents SET import_id = s.import_id
            FROM (SELECT conversation_id, min(import_id) AS import_id FROM import_sightings WHERE import_id <> ?1 GROUP BY conversation_id) s
            WHERE documents.import_id = ?1 AND documents.owner_id = ?2 AND s.conversation_id = documents.id
            """
        );
        heirs.Bind(1, importId).Bind(2, ownerId).Run();
    }
}

using Parley.Conversations;
using Parley.Kernel;

namespace Parley.Documents;

/// <summary>A chunk that is new to the indexes.</summary>
/// <param name="Name">Of the document, and the headings above it.</param>
/// <param name="Text">Lives as long as the transaction's work.</param>
internal readonly record struct AddedChunk(
    long Id,
    long OwnerId,
    long DocumentId,
    string Name,
    ReadOnlyMemory<byte> Text
)
{
    public static string NameOf(string document, string? heading) =>
        heading is null ? document : $"{document}\n{heading}";
}

/// <summary>What one write did to chunks. One that is in both lists keeps its id and is indexed anew.</summary>
internal sealed class ChunkChanges
{
    public List<AddedChunk> Added { get; } = [];
    public List<long> Removed { get; } = [];
}

/// <summary>The rows of chunks, and what finds them: both change in one transaction. Thread-safe.</summary>
internal sealed class ChunkIndex(MessageWriter writer)
{
    /// <summary>Tells the indexes what came and what went, once for each write.</summary>
    public void Apply(DbTransaction tx, ChunkChanges changes)
    {
        var batch = new WriteBatch { Bulk = true };
        batch.RemovedPassages.AddRange(changes.Removed);
        foreach (var chunk in changes.Added)
        {
            batch.Passages.Add(new WrittenPassage(chunk.Id, chunk.OwnerId, chunk.DocumentId, chunk.Name, chunk.Text));
        }

        writer.Publish(tx, batch);
    }

    /// <summary>Another owner: the indexes hold whose a chunk is.</summary>
    public static void Give(DbTransaction tx, long documentId, ChunkChanges changes)
    {
        using var rows = tx.Query(
            """
            SELECT c.id, d.owner_id, d.name, c.heading, c.text FROM library_chunks c CROSS JOIN library_documents d ON d.id = c.document_id
            WHERE c.document_id = ?1 ORDER BY c.ord
            """
        );
        rows.Bind(1, documentId);
        while (rows.Step())
        {
            var id = rows.Int64(0);
            var name = AddedChunk.NameOf(rows.Text(2)!, rows.Text(3));
            changes.Removed.Add(id);
            changes.Added.Add(new AddedChunk(id, rows.Int64(1), documentId, name, rows.Utf8(4).ToArray()));
        }
    }

    /// <summary>All chunks of a document.</summary>
    public static void Remove(DbTransaction tx, long documentId, ChunkChanges changes)
    {
        using var gone = tx.Query("DELETE FROM library_chunks WHERE document_id = ?1 RETURNING id");
        gone.Bind(1, documentId);
        while (gone.Step())
        {
            changes.Removed.Add(gone.Int64(0));
        }
    }
}

using Parley.Identity;
using Parley.Kernel;

namespace Parley.Conversations;

/// <summary>Takes all of an owner's out of the store, part by part. Bytes of attachments nothing names any more go with the sweep.</summary>
internal sealed class ContentRemoval(DbTransaction tx, long ownerId, WriteBatch batch)
{
    private const int DocumentsPerWrite = 50;

    /// <summary>False where nothing was left to remove.</summary>
    public bool Run(IReadOnlyList<ConversationHead> heads)
    {
        var stats = new StatsDelta(ownerId);
        foreach (var head in heads)
        {
            ConversationRemoval.Remove(tx, head, stats, batch);
        }

        stats.Write(tx);
        return heads.Count > 0 || RemoveDocuments();
    }

    /// <summary>What is left of an owner who has no conversation and no document any more.</summary>
    public static void Rest(DbTransaction tx, long ownerId)
    {
        ReadOnlySpan<string> tables =
        [
            "tags",
            "folders",
            "spaces",
            "deleted_items",
            "shared_messages",
            "message_stats",
            "conversation_stats",
        ];
        using (var spaces = tx.Query("SELECT id FROM spaces WHERE owner_id = ?1"))
        {
            spaces.Bind(1, ownerId);
            while (spaces.Step())
            {
                Grants.Forget(tx, IdKind.Space, spaces.Int64(0));
            }
        }

        foreach (var table in tables)
        {
            using var delete = tx.Query($"DELETE FROM {table} WHERE owner_id = ?1");
            delete.Bind(1, ownerId).Run();
        }
    }

    private bool RemoveDocuments()
    {
        using var gone = tx.Query(
            "DELETE FROM documents WHERE id IN (SELECT id FROM documents WHERE owner_id = ?1 LIMIT ?2) RETURNING id"
        );
        gone.Bind(1, ownerId).Bind(2, DocumentsPerWrite);
        while (gone.Step())
        {
            batch.RemovedDocuments.Add(gone.Int64(0));
        }

        return batch.RemovedDocuments.Count > 0;
    }
}

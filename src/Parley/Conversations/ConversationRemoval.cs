using Parley.Identity;
using Parley.Kernel;

namespace Parley.Conversations;

/// <summary>Takes conversations out of the store for good. Bytes of attachments nothing names any more go with the sweep; an import does not bring them back.</summary>
internal static class ConversationRemoval
{
    public static void Run(
        DbTransaction tx,
        long ownerId,
        IReadOnlyList<ConversationHead> heads,
        MessageWriter writer,
        long now
    )
    {
        var stats = new StatsDelta(ownerId);
        var batch = new WriteBatch { Bulk = heads.Count > 1 };
        foreach (var head in heads)
        {
            DeletedItems.AddConversation(tx, head.Id, now);
            Remove(tx, head, stats, batch);
        }

        stats.Write(tx);
        writer.Publish(tx, batch);
    }

    /// <summary>The rows and what counts them, without a memory of it.</summary>
    public static void Remove(DbTransaction tx, ConversationHead head, StatsDelta stats, WriteBatch batch)
    {
        if (!head.InBin)
        {
            head.CountMessages(tx, stats, -1);
            head.CountLabels(tx, -1);
        }

        stats.Conversation(head.Provider, head.Archived, head.InBin, sign: -1);
        using (var messages = tx.Query("DELETE FROM messages WHERE conversation_id = ?1 RETURNING id"))
        {
            messages.Bind(1, head.Id);
            while (messages.Step())
            {
                batch.Removed.Add(messages.Int64(0));
            }
        }

        Delete(tx, "DELETE FROM attachments WHERE conversation_id = ?1", head.Id);
        Delete(tx, "DELETE FROM conversation_tags WHERE conversation_id = ?1", head.Id);
        Delete(tx, "DELETE FROM conversations WHERE id = ?1", head.Id);
        Grants.Forget(tx, IdKind.Conversation, head.Id);
        ShareLinks.Forget(tx, head.Id);
        batch.RemovedFrom.Add(head.Id);
        batch.RemovedTitles.Add(head.Id);
    }

    private static void Delete(DbTransaction tx, string sql, long id)
    {
        using var delete = tx.Query(sql);
        delete.Bind(1, id).Run();
    }
}

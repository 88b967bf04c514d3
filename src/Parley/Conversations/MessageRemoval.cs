using Parley.Kernel;

namespace Parley.Conversations;

/// <summary>Takes messages out of one conversation and closes the gap they leave in the tree.</summary>
internal sealed class MessageRemoval(DbTransaction tx, ConversationHead head, MessageWriter writer, long now)
{
    private readonly Dictionary<long, long?> parents = ActivePath.Parents(tx, head.Id);

    /// <param name="branch">Whether what answers it goes too; else that moves up to its parent.</param>
    public void Run(long id, bool branch)
    {
        if (branch)
        {
            Take(Below(id), lift: false);
        }
        else
        {
            RunEach([id]);
        }
    }

    /// <summary>Each of them alone: what answers them and stays moves up.</summary>
    public void RunEach(IReadOnlyCollection<long> ids) => Take([.. ids], lift: true);

    private void Take(HashSet<long> gone, bool lift)
    {
        var stats = new StatsDelta(head.OwnerId);
        var batch = new WriteBatch();
        batch.RemovedFrom.Add(head.Id);
        foreach (var message in gone)
        {
            DeletedItems.AddMessage(tx, head.Id, message, now);
            Remove(message, stats);
            batch.Removed.Add(message);
        }

        if (lift)
        {
            Lift(gone);
        }

        var leaf = Staying(head.Leaf, gone);
        foreach (var message in gone)
        {
            parents.Remove(message);
        }

        using (var update = tx.Query("UPDATE conversations SET message_count = message_count - ?2 WHERE id = ?1"))
        {
            update.Bind(1, head.Id).Bind(2, gone.Count).Run();
        }

        ActivePath.Set(tx, head.Id, leaf ?? Last(), parents);
        stats.Write(tx);
        writer.Publish(tx, batch);
    }

    private HashSet<long> Below(long id)
    {
        var children = parents.ToLookup(p => p.Value ?? 0, p => p.Key);
        var found = new HashSet<long> { id };
        var pending = new Stack<long>([id]);
        while (pending.TryPop(out var at))
        {
            foreach (var child in children[at].Where(found.Add))
            {
                pending.Push(child);
            }
        }

        return found;
    }

    private void Remove(long id, StatsDelta stats)
    {
        using (var delete = tx.Query("DELETE FROM messages WHERE id = ?1 RETURNING role, model_id, created_at, words"))
        {
            delete.Bind(1, id).Step();
            stats.Message(
                head.Provider,
                delete.Int64(1),
                (Role)delete.Int64(0),
                delete.Int64OrNull(2),
                delete.Int32(3),
                sign: -1
            );
        }

        using var files = tx.Query("DELETE FROM attachments WHERE conversation_id = ?1 AND message_id = ?2");
        files.Bind(1, head.Id).Bind(2, id).Run();
    }

    /// <summary>Replies go to the nearest message above that stays. Their order numbers stay: what was before them still is.</summary>
    private void Lift(HashSet<long> gone)
    {
        using var update = tx.Query("UPDATE messages SET parent_id = ?2 WHERE id = ?1");
        foreach (var child in parents.Where(p => p.Value is { } up && gone.Contains(up)).Select(p => p.Key).ToList())
        {
            if (!gone.Contains(child))
            {
                var parent = Staying(parents[child], gone);
                update.Bind(1, child).Bind(2, parent).Run();
                parents[child] = parent;
            }
        }
    }

    /// <summary>That message, or its nearest ancestor that stays.</summary>
    private long? Staying(long? id, HashSet<long> gone)
    {
        while (id is { } at && gone.Contains(at))
        {
            id = parents.GetValueOrDefault(at);
        }

        return id;
    }

    private long? Last()
    {
        using var last = tx.Query("SELECT id FROM messages WHERE conversation_id = ?1 ORDER BY ord DESC LIMIT 1");
        return last.Bind(1, head.Id).Step() ? last.Int64(0) : null;
    }
}

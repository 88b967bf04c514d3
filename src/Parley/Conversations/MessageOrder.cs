using Parley.Kernel;

namespace Parley.Conversations;

/// <summary>The order of messages inside a conversation: parents before children, siblings as they stood.</summary>
internal static class MessageOrder
{
    /// <summary>Lays the order of all messages anew after a message got another parent; only rows that move are written.</summary>
    public static void Renumber(DbTransaction tx, long conversationId, IReadOnlyDictionary<long, long?> parents)
    {
        var standing = Standing(tx, conversationId);
        var children = new Dictionary<long, List<long>>();
        var roots = new List<long>();
        foreach (var (id, _) in standing)
        {
            if (parents.GetValueOrDefault(id) is { } parent)
            {
                (children.TryGetValue(parent, out var list) ? list : children[parent] = []).Add(id);
            }
            else
            {
                roots.Add(id);
            }
        }

        var was = standing.ToDictionary(s => s.Id, s => s.Ord);
        var pending = new Stack<long>(Enumerable.Reverse(roots));
        using var update = tx.Query("UPDATE messages SET ord = ?2 WHERE id = ?1");
        for (long ord = 0; pending.TryPop(out var id); ord++)
        {
            if (was[id] != ord)
            {
                update.Bind(1, id);
                update.Bind(2, ord);
                update.Run();
            }

            foreach (var child in Enumerable.Reverse(children.GetValueOrDefault(id, [])))
            {
                pending.Push(child);
            }
        }
    }

    private static List<(long Id, long Ord)> Standing(DbTransaction tx, long conversationId)
    {
        var standing = new List<(long, long)>();
        using var rows = tx.Query("SELECT id, ord FROM messages WHERE conversation_id = ?1 ORDER BY ord");
        rows.Bind(1, conversationId);
        while (rows.Step())
        {
            standing.Add((rows.Int64(0), rows.Int64(1)));
        }

        return standing;
    }
}

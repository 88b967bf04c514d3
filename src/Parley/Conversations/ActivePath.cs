using Parley.Kernel;

namespace Parley.Conversations;

/// <summary>
/// The path from a leaf to its root is kept as a flag on its messages, so that a page of it is a walk of one index
/// whatever the conversation's length. Moving the leaf touches only rows that change.
/// </summary>
internal static class ActivePath
{
    /// <summary>Makes that message the end of the active path, and the preview and count follow.</summary>
    /// <param name="parents">Each message's parent, where the caller has them; else they are read.</param>
    public static void Set(
        DbTransaction tx,
        long conversationId,
        long? leaf,
        IReadOnlyDictionary<long, long?>? parents = null
    )
    {
        parents ??= Parents(tx, conversationId);
        var path = new HashSet<long>();
        for (var at = leaf; at is { } id && path.Add(id); )
        {
            at = parents.GetValueOrDefault(id);
        }

        var before = Active(tx, conversationId);
        using var flag = tx.Query("UPDATE messages SET active = ?2 WHERE id = ?1");
        foreach (var id in before)
        {
            if (!path.Contains(id))
            {
                Flag(flag, id, 0);
            }
        }

        foreach (var id in path)
        {
            if (!before.Contains(id))
            {
                Flag(flag, id, 1);
            }
        }

        using var update = tx.Query(
            "UPDATE conversations SET active_leaf_id = ?2, path_count = ?3, preview = ?4 WHERE id = ?1"
        );
        update.Bind(1, conversationId);
        update.Bind(2, leaf);
        update.Bind(3, path.Count);
        update.Bind(4, Preview(tx, conversationId));
        update.Run();
    }

    private static void Flag(DbStatement flag, long id, long active)
    {
        flag.Bind(1, id);
        flag.Bind(2, active);
        flag.Run();
    }

    /// <summary>Each message of the conversation with its parent.</summary>
    public static Dictionary<long, long?> Parents(DbTransaction tx, long conversationId)
    {
        var parents = new Dictionary<long, long?>();
        using var rows = tx.Query("SELECT id, parent_id FROM messages WHERE conversation_id = ?1");
        rows.Bind(1, conversationId);
        while (rows.Step())
        {
            parents[rows.Int64(0)] = rows.Int64OrNull(1);
        }

        return parents;
    }

    private static HashSet<long> Active(DbTransaction tx, long conversationId)
    {
        var active = new HashSet<long>();
        using var rows = tx.Query("SELECT id FROM messages WHERE conversation_id = ?1 AND active = 1");
        rows.Bind(1, conversationId);
        while (rows.Step())
        {
            active.Add(rows.Int64(0));
        }

        return active;
    }

    private static string? Preview(DbTransaction tx, long conversationId)
    {
        using var rows = tx.Query(
            """
            SELECT text, parts FROM messages WHERE conversation_id = ?1 AND active = 1 AND hidden = 0 AND role IN (1, 2)
            ORDER BY ord DESC LIMIT ?2
            """
        );
        rows.Bind(1, conversationId);
        rows.Bind(2, PreparedConversation.PreviewLooksAt);
        using var arena = new Utf8Arena();
        while (rows.Step())
        {
            var draft = new MessageDraft { Role = Role.User };
            if (!rows.IsNull(0))
            {
                draft.AddText(arena.Add(rows.Utf8(0)));
            }
            else
            {
                PartsCodec.Read(rows.Utf8(1).ToArray(), draft, arena);
            }

            if (PreparedConversation.PreviewOf(draft) is { } preview)
            {
                return preview;
            }
        }

        return null;
    }
}

using Parley.Kernel;

namespace Parley.Chat;

/// <summary>
/// The pinned messages of a path, found without reading the path: all above a message of the active path are on it, so
/// an index of pinned ones knows them. Off the active path (an answer of another branch that goes on) the walk goes by
/// ids up to where the two paths meet.
/// </summary>
internal static class PinnedMessages
{
    /// <summary>Steps of that walk; pinned messages further up the other branch are not seen.</summary>
    private const int MostSteps = 2_000;

    private const string ListSql = """
        SELECT id FROM messages INDEXED BY messages_pinned
        WHERE conversation_id = ?1 AND active = 1 AND ord <= ?2 AND pinned = 1 ORDER BY ord DESC
        """;

    private const string AnySql =
        "SELECT 1 FROM messages INDEXED BY messages_pinned WHERE conversation_id = ?1 AND pinned = 1 LIMIT 1";

    /// <summary>For the tests of their plans.</summary>
    public static IReadOnlyList<string> Statements { get; } = [ListSql, AnySql];

    /// <summary>Newest first: that message, where it is pinned, and what is pinned above it.</summary>
    public static List<long> List(DbSession session, long conversationId, long? from)
    {
        var found = new List<long>();
        using (var any = session.Query(AnySql))
        {
            if (!any.Bind(1, conversationId).Step())
            {
                return found;
            }
        }

        using var step = session.Query(
            "SELECT parent_id, active, ord, pinned FROM messages WHERE id = ?1 AND conversation_id = ?2"
        );
        for (var steps = 0; from is { } id && steps < MostSteps; steps++)
        {
            step.Bind(1, id).Bind(2, conversationId);
            if (!step.Step())
            {
                break;
            }

            if (step.Bool(1))
            {
                AddActive(session, conversationId, step.Int64(2), found);
                break;
            }

            if (step.Bool(3))
            {
                found.Add(id);
            }

            from = step.Int64OrNull(0);
            step.Reset();
        }

        return found;
    }

    private static void AddActive(DbSession session, long conversationId, long ord, List<long> found)
    {
        using var rows = session.Query(ListSql);
        rows.Bind(1, conversationId).Bind(2, ord);
        while (rows.Step())
        {
            found.Add(rows.Int64(0));
        }
    }
}

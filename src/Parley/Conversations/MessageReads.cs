using System.Text.Json;
using Parley.Kernel;
using Parley.Kernel.Http;

namespace Parley.Conversations;

/// <summary>Rows of messages as answers show them.</summary>
internal static class MessageReads
{
    /// <summary>Texts of one page; a page ends early past it, so that a few giant messages do not become one giant answer.</summary>
    private const long PageBytes = 4 * 1024 * 1024;

    private const string Columns = """
        m.id, m.parent_id, m.role, m.text, m.parts, (SELECT name FROM models WHERE id = m.model_id), m.created_at, m.hidden, m.active, m.status,
        m.extras, m.favourite, m.reactions, m.extra_data, m.ord, m.pinned
        """;

    private const string FindSql = $"SELECT {Columns} FROM messages m WHERE m.id = ?1 AND m.conversation_id = ?2";

    private const string PathSql = $"""
        SELECT {Columns} FROM messages m INDEXED BY messages_of_path
        WHERE m.conversation_id = ?1 AND m.active = 1 AND m.ord > ?2 ORDER BY m.ord LIMIT ?3 OFFSET ?4
        """;

    private const string PathBackwardsSql = $"""
        SELECT {Columns} FROM messages m INDEXED BY messages_of_path
        WHERE m.conversation_id = ?1 AND m.active = 1 AND m.ord < ?2 ORDER BY m.ord DESC LIMIT ?3 OFFSET ?4
        """;

    // Both halves come in order from the index and are merged, so that a page costs what it shows.
    private const string TreeSql = $"""
        SELECT {Columns} FROM (
            SELECT id, ord FROM messages INDEXED BY messages_of_path WHERE conversation_id = ?1 AND active = 0 AND ord > ?2
            UNION ALL
            SELECT id, ord FROM messages INDEXED BY messages_of_path WHERE conversation_id = ?1 AND active = 1 AND ord > ?2
            ORDER BY ord LIMIT ?3 OFFSET ?4
        ) page CROSS JOIN messages m ON m.id = page.id ORDER BY page.ord
        """;

    /// <summary>Null where the conversation has no such message. Whose it is must be settled before.</summary>
    public static MessageView? Find(DbSession session, long conversationId, long id)
    {
        using var row = session.Query(FindSql);
        row.Bind(1, id).Bind(2, conversationId);
        return row.Step() ? Read(row) : null;
    }

    /// <param name="bound">Order number of the last message before the page; null for the first page.</param>
    public static MessagePage List(
        DbSession session,
        long conversationId,
        MessageOrderOf order,
        long? bound,
        int limit,
        int offset
    )
    {
        var sql = order switch
        {
            MessageOrderOf.Path => PathSql,
            MessageOrderOf.PathBackwards => PathBackwardsSql,
            _ => TreeSql,
        };
        using var rows = session.Query(sql);
        rows.Bind(1, conversationId)
            .Bind(2, bound ?? (order == MessageOrderOf.PathBackwards ? long.MaxValue : -1))
            .Bind(3, limit + 1L)
            .Bind(4, offset);
        var page = new List<MessageView>();
        long bytes = 0;
        while (rows.Step())
        {
            if (page.Count == limit || bytes > PageBytes)
            {
                return new MessagePage(page, More: true);
            }

            page.Add(Read(rows));
            bytes += page[^1].Content.Utf8.Length + (page[^1].Parts?.Utf8.Length ?? 0);
        }

        return new MessagePage(page, More: false);
    }

    /// <summary>All messages of a conversation, one at a time, while the session is open.</summary>
    public static IEnumerable<MessageView> Walk(DbSession session, long conversationId, MessageOrderOf order)
    {
        using var rows = session.Query(order == MessageOrderOf.Tree ? TreeSql : PathSql);
        rows.Bind(1, conversationId).Bind(2, -1).Bind(3, long.MaxValue).Bind(4, 0);
        while (rows.Step())
        {
            yield return Read(rows);
        }
    }

    public static MessageView Read(DbStatement row)
    {
        var words = row.IsNull(10) ? default : MessageExtras.Words(row.Utf8(10));
        return new MessageView(
            MessageId.Format(row.Int64(0)),
            row.Int64OrNull(1) is { } parent ? MessageId.Format(parent) : null,
            Roles.Name((Role)row.Int64(2)),
            row.IsNull(4) ? new Utf8Text(row.Utf8(3).ToArray()) : ContentText.Of(row.Utf8(4)),
            RawJson.Of(row.Utf8(4)),
            row.Text(5),
            ApiTime.Format(row.Int64OrNull(6)),
            row.Bool(7),
            row.Bool(8),
            Statuses.Name((MessageStatus)row.Int64(9)),
            words.Finish,
            row.Bool(11),
            row.Bool(15),
            row.IsNull(12)
                ? []
                : JsonSerializer.Deserialize(row.Utf8(12), ConversationsJson.Default.IReadOnlyListString)!,
            RawJson.Of(row.Utf8(13))
        )
        {
            Key = row.Int64(0),
            RawRole = words.RawRole,
            Cost = words.Cost,
            Context = words.Told,
            Ord = row.Int64(14),
        };
    }
}

internal sealed record MessagePage(List<MessageView> Items, bool More);

/// <summary>Which messages, and in which order.</summary>
internal enum MessageOrderOf
{
    /// <summary>The active path in reading order.</summary>
    Path,

    /// <summary>The active path from its end.</summary>
    PathBackwards,

    /// <summary>Every branch, parents before children.</summary>
    Tree,
}

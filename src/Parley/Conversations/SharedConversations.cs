using Parley.Kernel;
using Parley.Kernel.Http;

namespace Parley.Conversations;

/// <summary>The list of what others let a caller read, by a grant to them or a group of theirs, of a conversation or of its space.</summary>
internal static class SharedConversations
{
    /// <summary>Both ways come from an index; what was granted both ways is there once. Plan tests read it.</summary>
    public const string Sql = $"""
        WITH granted (kind, id) AS (
            SELECT resource_kind, resource_id FROM grants INDEXED BY grants_to_user WHERE user_id = ?1
            UNION
            SELECT g.resource_kind, g.resource_id FROM group_members m CROSS JOIN grants g INDEXED BY grants_to_group ON g.group_id = m.group_id
            WHERE m.user_id = ?1
        ), page (id, at) AS (
            SELECT c.id, c.sort_at FROM granted x CROSS JOIN conversations c ON c.id = x.id
            WHERE x.kind = 2 AND c.owner_id <> ?1 AND c.deleted_at IS NULL AND (c.sort_at, c.id) < (?2, ?3)
                AND (?4 IS NULL OR c.provider = ?4) AND c.sort_at < ?5 AND c.sort_at >= ?6
            UNION
            SELECT c.id, c.sort_at FROM granted x CROSS JOIN spaces s ON s.id = x.id
            CROSS JOIN conversations c INDEXED BY conversations_by_space ON c.owner_id = s.owner_id AND c.space_id = s.id
            WHERE x.kind = 4 AND s.owner_id <> ?1 AND c.deleted_at IS NULL AND (c.sort_at, c.id) < (?2, ?3)
                AND (?4 IS NULL OR c.provider = ?4) AND c.sort_at < ?5 AND c.sort_at >= ?6
            ORDER BY 2 DESC, 1 DESC LIMIT ?7 OFFSET ?8
        )
        SELECT {ConversationReads.ItemColumns} FROM page CROSS JOIN conversations c ON c.id = page.id
        ORDER BY page.at DESC, page.id DESC
        """;

    private const char ListCursor = 'h';

    public static Page<ConversationItem> List(
        DbSession session,
        long callerId,
        ConversationFilter filter,
        PageRequest page
    )
    {
        filter.RequirePlain();
        Span<long> position = [long.MaxValue, long.MaxValue];
        if (page.Cursor is not null)
        {
            Cursor.Read(page.Cursor, ListCursor, position);
        }

        var items = new List<ConversationItem>();
        using (var rows = session.Query(Sql))
        {
            rows.Bind(1, callerId).Bind(2, position[0]).Bind(3, position[1]).Bind(4, filter.Provider);
            rows.Bind(5, filter.Before ?? long.MaxValue).Bind(6, filter.After ?? long.MinValue);
            rows.Bind(7, page.Limit + 1L).Bind(8, page.Offset);
            while (rows.Step())
            {
                items.Add(ConversationReads.ReadItem(rows, binned: false));
            }
        }

        return Page<ConversationItem>.Of(
            items.ConvertAll(item => ConversationAccess.Shown(session, callerId, item)),
            page,
            null,
            i => Cursor.Write(ListCursor, i.Position.At, i.Position.Id)
        );
    }
}

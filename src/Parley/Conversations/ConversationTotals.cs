using Parley.Kernel;

namespace Parley.Conversations;

/// <summary>How many conversations a filter shows, where a maintained counter knows; never by counting.</summary>
internal static class ConversationTotals
{
    public static long? Find(DbSession session, long ownerId, ConversationFilter filter)
    {
        var plain = filter with { Space = null, Tags = [], Provider = null, Archived = null, Binned = false };
        if (plain != new ConversationFilter { Tags = plain.Tags })
        {
            return null;
        }

        return filter switch
        {
            { Binned: true, Space: null, Tags: [], Provider: null, Archived: null } => Sum(
                session,
                ownerId,
                "deleted",
                null
            ),
            { Binned: true } => null,
            { Space: null, Tags: [], Archived: null } => Sum(
                session,
                ownerId,
                "conversations - deleted",
                filter.Provider
            ),
            { Space: null, Tags: [], Archived: true } => Sum(session, ownerId, "archived", filter.Provider),
            { Space: null, Tags: [], Archived: false } => Sum(
                session,
                ownerId,
                "conversations - deleted - archived",
                filter.Provider
            ),
            { Space: { } space, Tags: [], Provider: null, Archived: null } => CountOfSpace(session, ownerId, space),
            { Space: null, Tags: [var tag], Provider: null, Archived: null } => new LabelReads(session, ownerId)
                .FindTag(tag)
                ?.Count,
            _ => null,
        };
    }

    private static long Sum(DbSession session, long ownerId, string what, string? provider)
    {
        using var row = session.Query(
            $"SELECT coalesce(sum({what}), 0) FROM conversation_stats WHERE owner_id = ?1 AND (?2 IS NULL OR provider = ?2)"
        );
        row.Bind(1, ownerId).Bind(2, provider).Step();
        return row.Int64(0);
    }

    private static long? CountOfSpace(DbSession session, long ownerId, string nameOrId)
    {
        if (new LabelReads(session, ownerId).FindSpace(nameOrId) is not { } id)
        {
            return 0;
        }

        using var row = session.Query("SELECT conversation_count FROM spaces WHERE id = ?1");
        row.Bind(1, id);
        return row.Step() ? row.Int64(0) : null;
    }
}

using Parley.Identity;
using Parley.Kernel;

namespace Parley.Conversations;

/// <summary>The archive in numbers, over all branches; what lies in the bin is counted in <paramref name="InBin"/> alone.</summary>
/// <param name="Months">By the month a message was written, UTC; <c>null</c> where its source does not say.</param>
/// <param name="Longest">Conversations with the most messages.</param>
internal sealed record ArchiveStats(
    long Conversations,
    long Messages,
    long Words,
    long Archived,
    long InBin,
    IReadOnlyList<ProviderStats> Providers,
    IReadOnlyList<ModelStats> Models,
    IReadOnlyList<MonthStats> Months,
    IReadOnlyList<RoleStats> Roles,
    IReadOnlyList<LongConversation> Longest
);

internal sealed record ProviderStats(string Provider, long Conversations, long Messages, long Words);

/// <param name="Model">Null where the source does not say.</param>
internal sealed record ModelStats(string? Model, long Messages, long Words);

/// <param name="Month"><c>YYYY-MM</c>.</param>
internal sealed record MonthStats(string? Month, long Messages, long Words);

internal sealed record RoleStats(string Role, long Messages, long Words);

internal sealed record LongConversation(string Id, string? Title, string Provider, long MessageCount);

internal sealed record ProviderList(IReadOnlyList<ProviderStats> Items);

/// <summary>Reads the maintained totals: a few thousand rows however large the archive is. Thread-safe.</summary>
internal sealed class StatsStore(Db db)
{
    private const int Longest = 10;
    private const string Messages = "sum(messages), sum(words) FROM message_stats WHERE owner_id = ?1";

    public Task<ArchiveStats> ReadAsync(Caller caller, CancellationToken ct) =>
        db.ReadAsync(
            session =>
            {
                var (conversations, archived, bin) = Conversations(session, caller.OwnerId);
                var providers = Providers(session, caller.OwnerId);
                return new ArchiveStats(
                    conversations,
                    providers.Sum(p => p.Messages),
                    providers.Sum(p => p.Words),
                    archived,
                    bin,
                    providers,
                    List(
                        session,
                        caller.OwnerId,
                        $"SELECT (SELECT name FROM models WHERE id = model_id), {Messages} GROUP BY model_id ORDER BY 2 DESC",
                        r => new ModelStats(r.Text(0), r.Int64(1), r.Int64(2))
                    ),
                    List(
                        session,
                        caller.OwnerId,
                        $"SELECT month, {Messages} GROUP BY month ORDER BY month",
                        r => new MonthStats(Month(r.Int64(0)), r.Int64(1), r.Int64(2))
                    ),
                    List(
                        session,
                        caller.OwnerId,
                        $"SELECT role, {Messages} GROUP BY role ORDER BY role",
                        r => new RoleStats(Roles.Name((Role)r.Int64(0)), r.Int64(1), r.Int64(2))
                    ),
                    Long(session, caller.OwnerId)
                );
            },
            ct
        );

    /// <summary>Most conversations first.</summary>
    public Task<ProviderList> ProvidersAsync(Caller caller, CancellationToken ct) =>
        db.ReadAsync(session => new ProviderList(Providers(session, caller.OwnerId)), ct);

    private static (long Conversations, long Archived, long InBin) Conversations(DbSession session, long ownerId)
    {
        using var row = session.Query(
            "SELECT coalesce(sum(conversations - deleted), 0), coalesce(sum(archived), 0), coalesce(sum(deleted), 0) FROM conversation_stats WHERE owner_id = ?1"
        );
        row.Bind(1, ownerId).Step();
        return (row.Int64(0), row.Int64(1), row.Int64(2));
    }

    private static List<ProviderStats> Providers(DbSession session, long ownerId) =>
        List(
            session,
            ownerId,
            """
            SELECT c.provider, c.conversations - c.deleted, coalesce(m.messages, 0), coalesce(m.words, 0) FROM conversation_stats c
            LEFT JOIN (SELECT provider, sum(messages) messages, sum(words) words FROM message_stats WHERE owner_id = ?1 GROUP BY provider) m
                ON m.provider = c.provider
            WHERE c.owner_id = ?1 AND c.conversations > c.deleted ORDER BY 2 DESC, 1
            """,
            r => new ProviderStats(r.Text(0)!, r.Int64(1), r.Int64(2), r.Int64(3))
        );

    private static List<LongConversation> Long(DbSession session, long ownerId) =>
        List(
            session,
            ownerId,
            $"""
            SELECT id, title, provider, message_count FROM conversations INDEXED BY conversations_by_length
            WHERE owner_id = ?1 AND deleted_at IS NULL ORDER BY message_count DESC LIMIT {Longest}
            """,
            r => new LongConversation(ConversationId.Format(r.Int64(0)), r.Text(1), r.Text(2)!, r.Int64(3))
        );

    private static List<T> List<T>(DbSession session, long ownerId, string sql, Func<DbStatement, T> read)
    {
        var items = new List<T>();
        using var rows = session.Query(sql);
        rows.Bind(1, ownerId);
        while (rows.Step())
        {
            items.Add(read(rows));
        }

        return items;
    }

    private static string? Month(long month) => month < 0 ? null : $"{month / 12:0000}-{(month % 12) + 1:00}";
}

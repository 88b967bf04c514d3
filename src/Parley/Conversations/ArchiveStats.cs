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

/// <summary>Messages by month, of each program or model by itself.</summary>
/// <param name="By">provider or model.</param>
/// <param name="Items">Those with the most messages first; what is not among the first eight is in one item at the end.</param>
internal sealed record StatsParts(string By, IReadOnlyList<StatsPart> Items);

/// <param name="Name">Null for messages whose source does not say, and for the rest.</param>
/// <param name="Rest">All that is not named.</param>
/// <param name="Months">In order; those without a message are left out, and so are messages without a date.</param>
internal sealed record StatsPart(string? Name, bool Rest, long Messages, IReadOnlyList<MonthStats> Months);

internal sealed record ProviderList(IReadOnlyList<ProviderStats> Items);

/// <summary>Reads the maintained totals: a few thousand rows however large the archive is. Thread-safe.</summary>
internal sealed class StatsStore(Db db)
{
    private const int Longest = 10;
    private const int Named = 8;
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

    /// <summary>Most messages first.</summary>
    public Task<StatsParts> PartsAsync(Caller caller, string by, CancellationToken ct) =>
        db.ReadAsync(session => new StatsParts(by, Parts(session, caller.OwnerId, by)), ct);

    private static List<StatsPart> Parts(DbSession session, long ownerId, string by)
    {
        var name = by == "model" ? "(SELECT name FROM models WHERE id = model_id)" : "provider";
        var column = by == "model" ? "model_id" : "provider";
        var rows = List(
            session,
            ownerId,
            $"SELECT {name}, month, {Messages} AND month >= 0 GROUP BY {column}, month ORDER BY {column}, month",
            r => (Name: r.Text(0), Month: new MonthStats(Month(r.Int64(1)), r.Int64(2), r.Int64(3)))
        );
        var parts = new List<StatsPart>();
        for (var from = 0; from < rows.Count; )
        {
            var months = new List<MonthStats>();
            var first = rows[from];
            for (; from < rows.Count && rows[from].Name == first.Name; from++)
            {
                months.Add(rows[from].Month);
            }

            parts.Add(new StatsPart(first.Name, Rest: false, Sum(months), months));
        }

        parts.Sort((one, other) => other.Messages.CompareTo(one.Messages));
        if (parts.Count > Named)
        {
            var rest = Together(parts, Named);
            parts.RemoveRange(Named, parts.Count - Named);
            parts.Add(new StatsPart(null, Rest: true, Sum(rest), rest));
        }

        return parts;
    }

    /// <summary>From that part on, all in one.</summary>
    private static List<MonthStats> Together(List<StatsPart> parts, int from)
    {
        var months = new Dictionary<string, MonthStats>(StringComparer.Ordinal);
        for (var i = from; i < parts.Count; i++)
        {
            foreach (var one in parts[i].Months)
            {
                months[one.Month!] = months.TryGetValue(one.Month!, out var known)
                    ? new MonthStats(one.Month, known.Messages + one.Messages, known.Words + one.Words)
                    : one;
            }
        }

        var all = new List<MonthStats>(months.Values);
        all.Sort((one, other) => string.CompareOrdinal(one.Month, other.Month));
        return all;
    }

    private static long Sum(List<MonthStats> months)
    {
        var messages = 0L;
        foreach (var month in months)
        {
            messages += month.Messages;
        }

        return messages;
    }

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

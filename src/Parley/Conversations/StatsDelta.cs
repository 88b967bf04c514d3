using Parley.Kernel;

namespace Parley.Conversations;

/// <summary>
/// Gathers what a transaction adds to and takes from the totals, and writes each touched row once. The overview
/// never counts.
/// </summary>
internal sealed class StatsDelta(long ownerId)
{
    private readonly Dictionary<
        (string Provider, long Model, Role Role, int Month),
        (long Messages, long Words)
    > messages = [];
    private readonly Dictionary<string, (long Conversations, long Archived, long Deleted)> conversations = [];

    public void Message(string provider, long model, Role role, long? createdAt, int words, int sign = 1)
    {
        var key = (provider, model, role, Month(createdAt));
        var (count, total) = messages.GetValueOrDefault(key);
        messages[key] = (count + sign, total + (sign * words));
    }

    /// <summary>Archived ones are counted outside the bin only.</summary>
    public void Conversation(string provider, bool archived, bool deleted, int sign = 1)
    {
        var (count, a, d) = conversations.GetValueOrDefault(provider);
        conversations[provider] = (count + sign, a + (archived && !deleted ? sign : 0), d + (deleted ? sign : 0));
    }

    public void Write(DbTransaction tx)
    {
        foreach (var ((provider, model, role, month), (count, words)) in messages)
        {
            if (count == 0 && words == 0)
            {
                continue;
            }

            using var upsert = tx.Query(
                """
                INSERT INTO message_stats (owner_id, provider, model_id, role, month, messages, words) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                ON CONFLICT (owner_id, provider, model_id, role, month) DO UPDATE SET messages = messages + excluded.messages, words = words + excluded.words
                """
            );
            upsert.Bind(1, ownerId);
            upsert.Bind(2, provider);
            upsert.Bind(3, model);
            upsert.Bind(4, (long)role);
            upsert.Bind(5, month);
            upsert.Bind(6, count);
            upsert.Bind(7, words);
            upsert.Run();
            Forget(
                tx,
                "DELETE FROM message_stats WHERE owner_id = ?1 AND provider = ?2 AND model_id = ?3 AND role = ?4 AND month = ?5 AND messages = 0",
                provider,
                model,
                (long)role,
                month
            );
        }

        foreach (var (provider, (count, archived, deleted)) in conversations)
        {
            using var upsert = tx.Query(
                """
                INSERT INTO conversation_stats (owner_id, provider, conversations, archived, deleted) VALUES (?1, ?2, ?3, ?4, ?5)
                ON CONFLICT (owner_id, provider) DO UPDATE SET conversations = conversations + excluded.conversations,
                    archived = archived + excluded.archived, deleted = deleted + excluded.deleted
                """
            );
            upsert.Bind(1, ownerId);
            upsert.Bind(2, provider);
            upsert.Bind(3, count);
            upsert.Bind(4, archived);
            upsert.Bind(5, deleted);
            upsert.Run();
            Forget(
                tx,
                "DELETE FROM conversation_stats WHERE owner_id = ?1 AND provider = ?2 AND conversations = 0",
                provider
            );
        }
    }

    /// <summary>A row back at nothing goes, so that an undone import leaves the store as it was.</summary>
    private void Forget(DbTransaction tx, string sql, string provider, params ReadOnlySpan<long> rest)
    {
        using var delete = tx.Query(sql);
        delete.Bind(1, ownerId);
        delete.Bind(2, provider);
        for (var i = 0; i < rest.Length; i++)
        {
            delete.Bind(3 + i, rest[i]);
        }

        delete.Run();
    }

    /// <summary>year * 12 + month - 1, UTC; -1 where the time is not known.</summary>
    private static int Month(long? micros)
    {
        if (micros is not { } known)
        {
            return -1;
        }

        var time = DateTime.UnixEpoch.AddMicroseconds(known);
        return (time.Year * 12) + time.Month - 1;
    }
}

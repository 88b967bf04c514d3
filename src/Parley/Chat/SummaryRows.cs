using Parley.Conversations;
using Parley.Kernel;

namespace Parley.Chat;

/// <summary>
/// Rows of summaries. They go, all of a conversation's, with the write that changes or removes a message they cover.
/// Static SQL; transactions are the caller's.
/// </summary>
internal sealed class SummaryRows : IWriteParticipant
{
    /// <summary>Of one conversation; the newest stay. There is more than one where a conversation has branches.</summary>
    private const int Most = 20;

    private const string ListSql =
        "SELECT id, message_id, covers, whole, mark, text FROM context_summaries WHERE owner_id = ?1 AND conversation_id = ?2 ORDER BY id DESC";
    private const string CoveredSql = "SELECT conversation_id FROM summarised_messages WHERE message_id = ?1";
    private const string ForgetSql = "DELETE FROM context_summaries WHERE conversation_id = ?1";
    private const string UncoverSql = "DELETE FROM summarised_messages WHERE conversation_id = ?1";

    /// <summary>For the tests of their plans.</summary>
    public static IReadOnlyList<string> Statements { get; } = [ListSql, CoveredSql, ForgetSql, UncoverSql];

    public void Apply(DbTransaction tx, WriteBatch batch)
    {
        foreach (var id in batch.Removed)
        {
            Changed(tx, id);
        }

        foreach (var message in batch.Replaced)
        {
            Changed(tx, message.Id);
        }
    }

    /// <summary>By their last message.</summary>
    public static Dictionary<long, ContextSummary> List(DbSession session, long ownerId, long conversationId)
    {
        var found = new Dictionary<long, ContextSummary>();
        using var rows = session.Query(ListSql);
        rows.Bind(1, ownerId).Bind(2, conversationId);
        while (rows.Step())
        {
            var summary = new ContextSummary(
                rows.Int64(1),
                rows.Int64(2),
                rows.Bool(3),
                rows.Text(4)!,
                rows.Utf8(5).ToArray()
            );
            found.TryAdd(summary.MessageId, summary);
        }

        return found;
    }

    public static void Add(DbTransaction tx, TurnPlace place, ContextSummary summary, string model, long now)
    {
        using (
            var insert = tx.Query(
                """
                INSERT OR REPLACE INTO context_summaries (owner_id, conversation_id, message_id, covers, whole, model, mark, text, created_at)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
                """
            )
        )
        {
            insert
                .Bind(1, place.OwnerId)
                .Bind(2, place.ConversationId)
                .Bind(3, summary.MessageId)
                .Bind(4, summary.Covers)
                .Bind(5, summary.Whole)
                .Bind(6, model)
                .Bind(7, summary.Mark)
                .BindText(8, summary.Text.Span)
                .Bind(9, now)
                .Run();
        }

        using var old = tx.Query(
            """
            DELETE FROM context_summaries WHERE id IN (
                SELECT id FROM context_summaries WHERE owner_id = ?1 AND conversation_id = ?2 ORDER BY id DESC LIMIT -1 OFFSET ?3)
            """
        );
        old.Bind(1, place.OwnerId).Bind(2, place.ConversationId).Bind(3, Most).Run();
    }

    public static void Cover(DbTransaction tx, long conversationId, IEnumerable<long> messages)
    {
        using var insert = tx.Query(
            "INSERT OR IGNORE INTO summarised_messages (message_id, conversation_id) VALUES (?1, ?2)"
        );
        foreach (var id in messages)
        {
            insert.Bind(1, id).Bind(2, conversationId).Run();
        }
    }

    public static void Leave(DbTransaction tx, long ownerId)
    {
        using (
            var covered = tx.Query(
                "DELETE FROM summarised_messages WHERE conversation_id IN (SELECT conversation_id FROM context_summaries WHERE owner_id = ?1)"
            )
        )
        {
            covered.Bind(1, ownerId).Run();
        }

        using var summaries = tx.Query("DELETE FROM context_summaries WHERE owner_id = ?1");
        summaries.Bind(1, ownerId).Run();
    }

    private static void Changed(DbTransaction tx, long messageId)
    {
        long conversation;
        using (var covered = tx.Query(CoveredSql))
        {
            if (!covered.Bind(1, messageId).Step())
            {
                return;
            }

            conversation = covered.Int64(0);
        }

        using (var forget = tx.Query(ForgetSql))
        {
            forget.Bind(1, conversation).Run();
        }

        using var uncover = tx.Query(UncoverSql);
        uncover.Bind(1, conversation).Run();
    }
}

/// <summary>What a model wrote of the older part of a conversation.</summary>
/// <param name="MessageId">The last message it covers.</param>
/// <param name="Covers">Messages it was made of.</param>
/// <param name="Whole">They are all from the beginning on; else the oldest were too many.</param>
/// <param name="Mark">What it stands between when it is told.</param>
internal sealed record ContextSummary(long MessageId, long Covers, bool Whole, string Mark, ReadOnlyMemory<byte> Text);

using Parley.Kernel;
using Parley.Kernel.Problems;

namespace Parley.Conversations;

/// <summary>What a change needs to know of a conversation, read inside its transaction.</summary>
internal sealed record ConversationHead(
    long Id,
    long OwnerId,
    string Provider,
    string? Title,
    long SpaceId,
    long ModelId,
    bool Archived,
    bool InBin,
    long? Leaf,
    long NextOrd,
    long Version
)
{
    /// <summary>Who makes the change: the owner, or somebody the owner lets.</summary>
    public long ActorId { get; init; } = OwnerId;

    public static ConversationHead? Find(DbSession session, long ownerId, long id)
    {
        using var row = session.Query(
            """
            SELECT provider, title, space_id, model_id, archived, deleted_at IS NOT NULL, active_leaf_id, next_ord, version
            FROM conversations WHERE id = ?1 AND owner_id = ?2
            """
        );
        row.Bind(1, id).Bind(2, ownerId);
        return row.Step()
            ? new ConversationHead(
                id,
                ownerId,
                row.Text(0)!,
                row.Text(1),
                row.Int64(2),
                row.Int64(3),
                row.Bool(4),
                row.Bool(5),
                row.Int64OrNull(6),
                row.Int64(7),
                row.Int64(8)
            )
            : null;
    }

    /// <exception cref="ProblemException">404: the owner has no such conversation.</exception>
    public static ConversationHead Get(DbSession session, long ownerId, long id) =>
        Find(session, ownerId, id)
        ?? throw new ProblemException(ProblemCodes.NotFound, "there is no such conversation");

    /// <exception cref="ProblemException">409: it is in the bin.</exception>
    public ConversationHead RequireLive() =>
        InBin
            ? throw new ProblemException(ProblemCodes.Conflict, "the conversation is in the bin: restore it first")
            : this;

    /// <summary>Counts or uncounts all of its messages in the totals. What is in the bin is not counted.</summary>
    public void CountMessages(DbSession session, StatsDelta stats, int sign)
    {
        using var rows = session.Query(
            "SELECT role, model_id, created_at, words FROM messages WHERE conversation_id = ?1"
        );
        rows.Bind(1, Id);
        while (rows.Step())
        {
            stats.Message(Provider, rows.Int64(1), (Role)rows.Int64(0), rows.Int64OrNull(2), rows.Int32(3), sign);
        }
    }

    /// <summary>Adds it to, or takes it from, the counters of its space and tags.</summary>
    public void CountLabels(DbTransaction tx, int sign)
    {
        ConversationRows.AddToSpace(tx, SpaceId, sign);
        using var update = tx.Query(
            "UPDATE tags SET conversation_count = conversation_count + ?2 WHERE id IN (SELECT tag_id FROM conversation_tags WHERE conversation_id = ?1)"
        );
        update.Bind(1, Id).Bind(2, sign).Run();
    }
}

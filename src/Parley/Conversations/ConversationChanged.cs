using Parley.Kernel;

namespace Parley.Conversations;

/// <summary>
/// News: something about a conversation is another than before, or a message is gone from it. Messages and titles that
/// are written are told to <see cref="IWriteParticipant"/>s.
/// </summary>
/// <param name="IsGone">Into the bin, or for good.</param>
internal sealed record ConversationChanged(long OwnerId, long ConversationId, bool IsGone)
{
    /// <summary>Tells it once the write is committed.</summary>
    public static void Tell(DbTransaction tx, EventBus events, ConversationHead head, bool isGone = false) =>
        tx.OnCommitted(() => events.Publish(new ConversationChanged(head.OwnerId, head.Id, isGone)));
}

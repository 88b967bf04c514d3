using Parley.Conversations;
using Parley.Kernel;

namespace Parley.Vectors;

/// <summary>
/// Marks the conversations whose messages a write touched, one row each, and takes the vectors of removed messages out in
/// the same transaction. Belongs to the writer's thread.
/// </summary>
internal sealed class MessageMarks(VectorMarks marks, VectorSignal signal) : IWriteParticipant
{
    private readonly HashSet<long> touched = [];

    public void Apply(DbTransaction tx, WriteBatch batch)
    {
        touched.Clear();
        foreach (var message in batch.Added)
        {
            touched.Add(message.ConversationId);
        }

        foreach (var message in batch.Replaced)
        {
            touched.Add(message.ConversationId);
        }

        touched.UnionWith(batch.RemovedFrom);
        marks.Removed(tx, TextKind.Message, batch.Removed);
        foreach (var conversation in touched)
        {
            VectorMarks.Mark(tx, TextKind.Message, conversation);
        }

        if (touched.Count > 0)
        {
            tx.OnCommitted(signal.Set);
        }
    }
}

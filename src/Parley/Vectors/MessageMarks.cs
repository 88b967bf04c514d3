using Parley.Conversations;
using Parley.Kernel;

namespace Parley.Vectors;

/// <summary>
/// Marks the conversations and documents whose messages and pieces a write touched, one row each, and takes the vectors of
/// what was removed out in the same transaction. Belongs to the writer's thread.
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
        Mark(tx, batch, TextKind.Message);
        touched.Clear();
        foreach (var passage in batch.Passages)
        {
            touched.Add(passage.DocumentId);
        }

        marks.Removed(tx, TextKind.Chunk, batch.RemovedPassages);
        Mark(tx, batch, TextKind.Chunk);
    }

    private void Mark(DbTransaction tx, WriteBatch batch, TextKind kind)
    {
        foreach (var group in touched)
        {
            VectorMarks.Mark(tx, kind, group);
        }

        if (touched.Count > 0)
        {
            tx.OnCommitted(batch.Bulk ? signal.SetBulk : signal.Set);
        }
    }
}

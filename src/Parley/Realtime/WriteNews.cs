using Parley.Conversations;
using Parley.Kernel;

namespace Parley.Realtime;

/// <summary>News: these conversations of one person have new or changed messages or titles.</summary>
internal sealed record ConversationsWritten(long OwnerId, IReadOnlyCollection<long> Conversations);

/// <summary>Hears every write of messages and tells of it once it is committed. Imports tell of themselves.</summary>
internal sealed class WriteNews(EventBus events) : IWriteParticipant
{
    private const int MostConversations = 50;

    public void Apply(DbTransaction tx, WriteBatch batch)
    {
        if (batch.Bulk)
        {
            return;
        }

        var written = new Dictionary<long, HashSet<long>>();
        foreach (var message in batch.Added)
        {
            Note(written, message.OwnerId, message.ConversationId);
        }

        foreach (var message in batch.Replaced)
        {
            Note(written, message.OwnerId, message.ConversationId);
        }

        foreach (var title in batch.Titles)
        {
            Note(written, title.OwnerId, title.ConversationId);
        }

        foreach (var (owner, conversations) in written)
        {
            tx.OnCommitted(() => events.Publish(new ConversationsWritten(owner, conversations)));
        }
    }

    private static void Note(Dictionary<long, HashSet<long>> written, long owner, long conversation)
    {
        if (!written.TryGetValue(owner, out var of))
        {
            written[owner] = of = [];
        }

        if (of.Count < MostConversations)
        {
            of.Add(conversation);
        }
    }
}

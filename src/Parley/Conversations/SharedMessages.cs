using Parley.Kernel;

namespace Parley.Conversations;

/// <summary>
/// One place for each message of a source that copies messages from conversation to conversation under their ids. The
/// conversation that ended first has it, as it would if all had come in one import; the others are linked to it and
/// begin with what is their own. One instance per conversation that is written.
/// </summary>
internal sealed class SharedMessages(
    DbTransaction tx,
    PreparedConversation incoming,
    long? known,
    WriteContext context,
    StatsDelta stats,
    WriteBatch batch
)
{
    private readonly List<MessageKey> news = [];

    /// <summary>What was taken out of other conversations, by the import that brought it.</summary>
    private readonly List<(long ImportId, MessageKey Key)> taken = [];

    private ConversationDraft Draft => incoming.Draft;

    /// <summary>Settles who has what before the conversation is written; gives the messages that it leaves to others.</summary>
    public List<PreparedMessage> Settle()
    {
        var last = (Last(incoming), Draft.ProviderId!);
        var left = new List<PreparedMessage>();
        var above = Above();
        var elsewhere = new Dictionary<MessageKey, string>();
        foreach (var (holder, messages) in Holders())
        {
            var other = HolderRow(holder);
            if (other.IsTouched || (other.Last, other.SourceId).CompareTo(last) < 0)
            {
                left.AddRange(incoming.Drop(messages.Keys.ToHashSet()));
                context.Journal?.Seen(tx, holder, messages.Values);
                foreach (var key in messages.Keys)
                {
                    elsewhere[key] = other.SourceId;
                }
            }
            else if (ConversationHead.Find(tx, context.OwnerId, holder) is { } head)
            {
                taken.AddRange(new SharedMessageMove(tx, head, stats, batch).Take(messages, Draft.ProviderId!));
                news.AddRange(messages.Keys);
            }
        }

        if (left.Count > 0)
        {
            DraftDefaults.Again(Draft, left);
            Link(above, elsewhere);
        }

        return left;
    }

    /// <summary>Remembers where the messages now are, and that the import which brought them first holds them too.</summary>
    public void Remember(long conversationId)
    {
        var ids = incoming.Messages.ToDictionary(m => m.Key, m => m.Id);
        using var insert = tx.Query(
            "INSERT OR REPLACE INTO shared_messages (owner_id, provider, source_key, message_id) VALUES (?1, ?2, ?3, ?4)"
        );
        foreach (var key in news)
        {
            if (ids.TryGetValue(key, out var id))
            {
                insert.Bind(1, context.OwnerId).Bind(2, Draft.Provider).BindBlob(3, key.Bytes);
                insert.Bind(4, id).Run();
            }
        }

        foreach (var import in taken.GroupBy(t => t.ImportId))
        {
            context.Journal?.Hold(tx, import.Key, conversationId, [.. import.Select(t => ids[t.Key])]);
        }
    }

    /// <summary>It goes on from the conversation that has the message above its own first one.</summary>
    private void Link(Dictionary<MessageKey, MessageKey> above, Dictionary<MessageKey, string> elsewhere)
    {
        foreach (var message in incoming.Messages)
        {
            if (above.TryGetValue(message.Key, out var parent) && elsewhere.TryGetValue(parent, out var session))
            {
                Draft.ParentConversationId ??= session;
                return;
            }
        }
    }

    private Dictionary<MessageKey, MessageKey> Above() =>
        incoming.Messages.Where(m => m.Parent >= 0).ToDictionary(m => m.Key, m => incoming.Messages[m.Parent].Key);

    private Dictionary<long, Dictionary<MessageKey, long>> Holders()
    {
        var holders = new Dictionary<long, Dictionary<MessageKey, long>>();
        using var find = tx.Query(
            """
            SELECT m.conversation_id, m.id FROM shared_messages s JOIN messages m ON m.id = s.message_id AND m.source_key = s.source_key
            WHERE s.owner_id = ?1 AND s.provider = ?2 AND s.source_key = ?3
            """
        );
        foreach (var message in incoming.Messages)
        {
            if (message.Draft.ProviderId is null)
            {
                continue;
            }

            find.Reset();
            find.Bind(1, context.OwnerId).Bind(2, Draft.Provider).BindBlob(3, message.Key.Bytes);
            if (!find.Step())
            {
                news.Add(message.Key);
            }
            else if (find.Int64(0) != known)
            {
                (holders.TryGetValue(find.Int64(0), out var held) ? held : holders[find.Int64(0)] = [])[message.Key] =
                    find.Int64(1);
            }
        }

        return holders;
    }

    /// <summary>A person's own words or marks in it: then nothing is taken out of it.</summary>
    private (long Last, string SourceId, bool IsTouched) HolderRow(long id)
    {
        using var row = tx.Query(
            """
            SELECT coalesce(max(m.created_at), 0), c.source_id,
                max(m.source_key IS NULL OR m.edited OR m.favourite OR m.pinned OR m.reactions IS NOT NULL OR m.extra_data IS NOT NULL)
            FROM conversations c JOIN messages m ON m.conversation_id = c.id WHERE c.id = ?1
            """
        );
        row.Bind(1, id).Step();
        return (row.Int64(0), row.Text(1) ?? "", row.Bool(2));
    }

    private static long Last(PreparedConversation conversation) =>
        conversation.Messages.Count == 0 ? 0 : conversation.Messages.Max(m => m.Draft.CreatedAt ?? 0);
}

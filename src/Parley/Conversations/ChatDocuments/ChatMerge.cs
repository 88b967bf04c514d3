using Parley.Identity;
using Parley.Kernel;

namespace Parley.Conversations.ChatDocuments;

/// <summary>
/// Lays a given document over the stored tree, in the caller's transaction. Messages are united by id: new ones are
/// added, those that differ take the document's words in place, those it does not hold stay. A message that is being
/// written is left alone.
/// </summary>
internal sealed class ChatMerge(
    DbTransaction tx,
    ConversationHead head,
    GivenChat given,
    ChatTools tools,
    List<ChatWarning> warnings
) : IDisposable
{
    private readonly long now = tools.Now;
    private readonly WriteBatch batch = new();
    private readonly StatsDelta stats = new(head.OwnerId);
    private readonly Utf8Arena arena = new();
    private ChatForest forest = null!;
    private bool moved;
    private int added;
    private int updated;

    public void Run()
    {
        forest = new ChatForest(ChatTree.Load(tx, head.Id), given, warnings);
        Charge();
        Number();
        Insert();
        Move();
        Update();
        var leaf = Leaf();
        if (added + updated > 0 || moved || leaf != head.Leaf)
        {
            Finish(leaf);
        }
    }

    public void Dispose() => arena.Dispose();

    private void Charge()
    {
        var asked = forest.Slots.Count(s => s.Place is null && s.Given!.Role == Role.User);
        if (asked > 0)
        {
            tools.Quotas.Charge(tx, head.ActorId, QuotaKind.Messages, asked);
        }
    }

    /// <summary>New messages come behind all others; where the order does not allow that, all are numbered anew.</summary>
    private void Number()
    {
        var next = head.NextOrd;
        foreach (var at in forest.Order)
        {
            if (forest.Slots[at].Place is null)
            {
                forest.Slots[at].Ord = next++;
            }
        }

        if (IsInOrder())
        {
            return;
        }

        using var update = tx.Query("UPDATE messages SET ord = ?2 WHERE id = ?1");
        for (var i = 0; i < forest.Order.Count; i++)
        {
            var slot = forest.Slots[forest.Order[i]];
            slot.Ord = i;
            if (slot.Place is { } place && place.Ord != i)
            {
                update.Bind(1, place.Id).Bind(2, i).Run();
            }
        }

        moved = true;
    }

    private bool IsInOrder()
    {
        foreach (var siblings in forest.Children)
        {
            for (var i = 0; i < siblings.Count; i++)
            {
                var slot = forest.Slots[siblings[i]];
                if (
                    (i > 0 && forest.Slots[siblings[i - 1]].Ord >= slot.Ord)
                    || (slot.Parent >= 0 && forest.Slots[slot.Parent].Ord >= slot.Ord)
                )
                {
                    return false;
                }
            }
        }

        return true;
    }

    private void Insert()
    {
        var names = new Names(tx, head.OwnerId, importId: null, now);
        foreach (var at in forest.Order)
        {
            if (forest.Slots[at] is { Place: null, Given: { } node } slot)
            {
                Insert(slot, node, names);
                added++;
            }
        }
    }

    private void Insert(ChatSlot slot, GivenNode node, Names names)
    {
        var draft = ChatWords.New(node, now, arena);
        var message = Prepare(draft, node.Id is { } id ? MessageKey.Of(id) : MessageKey.Derived(default));
        message.Id = slot.Id = tools.Ids.Next(MessageWriter.Milliseconds(draft.CreatedAt ?? now));
        var parent = slot.Parent < 0 ? (long?)null : forest.Slots[slot.Parent].Id;
        var model = names.Model(draft.Model);
        var ownKey = node.Id is null;
        MessageRows.Insert(tx, message, head.Id, parent, slot.Ord, model, ownKey, importId: null);
        stats.Message(head.Provider, model, draft.Role, draft.CreatedAt, message.Words);
        batch.Added.Add(new WrittenMessage(message.Id, head.Id, head.OwnerId, head.Provider, draft));
    }

    private PreparedMessage Prepare(MessageDraft draft, MessageKey key)
    {
        var message = new PreparedMessage(new SettledMessage(draft, key, -1, OnPath: false));
        PreparedConversation.Prepare(
            message,
            arena,
            file => AttachmentRows.Link(tx, head.ActorId, file, tools.Ids.Next(MessageWriter.Milliseconds(now)))
        );
        return message;
    }

    private void Move()
    {
        using var update = tx.Query("UPDATE messages SET parent_id = ?2 WHERE id = ?1");
        foreach (var slot in forest.Slots)
        {
            if (slot.Place is not null && slot.Parent != slot.StoredParent)
            {
                update.Bind(1, slot.Id).Bind(2, slot.Parent < 0 ? null : forest.Slots[slot.Parent].Id).Run();
                moved = true;
            }
        }
    }

    private void Update()
    {
        foreach (var slot in forest.Slots)
        {
            if (slot is { Place: { } place, Given: { } node })
            {
                using var texts = new Utf8Arena();
                Update(place, node, ChatRow.Get(tx, head.Provider, place.Id, texts), texts);
            }
        }
    }

    private void Update(ChatPlace place, GivenNode node, ChatRow row, Utf8Arena texts)
    {
        var words = new ChatWords(row, node, texts);
        if (!words.Differ)
        {
            return;
        }

        if (row.IsBusy)
        {
            forest.Warn("busy", place.DocumentId, "is being written: what is stored stays");
            return;
        }

        if (words.IsSnapshot)
        {
            forest.Warn("unfinished", place.DocumentId, "has ended since: what is stored stays");
            return;
        }

        if (node.Role != row.Draft.Role)
        {
            forest.Warn("role", place.DocumentId, "has another role, which stays");
        }

        var draft = words.Draft();
        if (words.ChangeRow)
        {
            tools.Own.Replace(tx, head, place.Id, draft, texts);
        }

        using var update = tx.Query("UPDATE messages SET extras = ?2, edited = 1 WHERE id = ?1");
        update.Bind(1, place.Id);
        if (words.Extras(draft, texts) is { IsEmpty: false } extras)
        {
            update.BindText(2, extras.Span);
        }

        update.Run();
        updated++;
    }

    /// <summary>
    /// Where the client stands; but where the conversation has gone on from there with messages the client does not
    /// hold, it stays at their end.
    /// </summary>
    private long? Leaf()
    {
        var stored = forest.Slots.FindIndex(s => s.Place is not null && s.Id == head.Leaf);
        var wanted = given.StandsAt is { } node
            ? forest.Slots.FindIndex(s => ReferenceEquals(s.Given, node))
            : forest.Find(given.CurrentId) ?? -1;
        if (wanted < 0)
        {
            if (given.CurrentId is not null)
            {
                forest.Warn("current", given.CurrentId, "is where the chat should stand, but is not there");
            }

            return stored >= 0 ? head.Leaf
                : forest.Order.Count > 0 ? forest.Slots[forest.Order[^1]].Id
                : null;
        }

        if (stored >= 0 && forest.Slots[stored].Given is null)
        {
            for (var at = stored; at >= 0; at = forest.Slots[at].Parent)
            {
                if (at == wanted)
                {
                    return head.Leaf;
                }
            }
        }

        return forest.Slots[wanted].Id;
    }

    private void Finish(long? leaf)
    {
        using (
            var update = tx.Query(
                """
                UPDATE conversations SET message_count = message_count + ?2, next_ord = max(next_ord, message_count) + ?2
                WHERE id = ?1
                """
            )
        )
        {
            update.Bind(1, head.Id).Bind(2, added).Run();
        }

        ActivePath.Set(tx, head.Id, leaf);
        stats.Write(tx);
        tools.Writer.Publish(tx, batch);
        OwnMessages.Touch(tx, head, now);
    }
}

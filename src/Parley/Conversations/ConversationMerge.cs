using Parley.Kernel;

namespace Parley.Conversations;

/// <summary>
/// Unites a conversation of an import with the one already there (imports.md 1.1, rules 3 and 4): messages by key, a
/// later export may lack what the provider has deleted and takes nothing away; title and flags follow the newer
/// <c>updated</c>; what is Parley's own (stars, tags, edits, answers) stays.
/// </summary>
internal sealed class ConversationMerge(
    DbTransaction tx,
    long conversationId,
    PreparedConversation incoming,
    WriteContext context,
    IdSource ids,
    Names names,
    StatsDelta stats,
    WriteBatch batch,
    IReadOnlySet<MessageKey>? deletedBefore = null
)
{
    private readonly record struct Known(
        long Id,
        long? Parent,
        long Ord,
        bool Active,
        long Hash,
        Role Role,
        long ModelId,
        long? CreatedAt,
        int Words,
        long? ImportId,
        bool Edited
    );

    private readonly Dictionary<MessageKey, Known> known = [];
    private readonly Dictionary<long, long?> parents = [];
    private readonly int[] added = new int[5];
    private readonly int[] updated = new int[5];
    private readonly int[] unchanged = new int[5];
    private readonly HashSet<long> seen = [];
    private readonly IReadOnlySet<long>? seenBefore = context.Journal?.SeenBefore(tx, conversationId);
    private readonly int leaf = incoming.Messages.FindLastIndex(m => m.OnPath);
    private StatsDelta counted = stats;
    private bool reparented;

    private ConversationDraft Draft => incoming.Draft;

    public WriteOutcome Run()
    {
        Load();
        var head = ReadHead();
        if (head.InBin)
        {
            counted = new StatsDelta(context.OwnerId); // what lies in the bin is not
        }

        var newer = (Draft.UpdatedAt ?? 0) >= (head.UpdatedAt ?? 0);
        WriteMessages(head, newer);
        var headChanged = newer && HeadDiffers(head);
        var foreignLeaf = added[1] + added[2] + added[3] + added[4] > 0 && newer && !head.LeafIsOwn;
        if (reparented)
        {
            MessageOrder.Renumber(tx, conversationId, parents);
        }

        if (headChanged || foreignLeaf || added.Sum() > 0)
        {
            WriteHead(head, headChanged, foreignLeaf);
        }

        if (reparented && !foreignLeaf)
        {
            ActivePath.Set(tx, conversationId, head.Leaf, parents);
        }

        context.Journal?.Seen(tx, conversationId, seen);
        var own = head.ImportId == context.ImportId && context.ImportId is not null;
        var changed = headChanged || added.Sum() + updated.Sum() > 0;
        return new WriteOutcome(
            conversationId,
            own ? MergeResult.New
                : changed ? MergeResult.Updated
                : MergeResult.Unchanged,
            Again: own || seenBefore is not null,
            added,
            updated,
            unchanged
        );
    }

    private sealed record Head(
        bool InBin,
        bool TitleIsOwn,
        string? Title,
        long? UpdatedAt,
        bool Archived,
        bool Starred,
        bool Pinned,
        long ModelId,
        long? ImportId,
        long NextOrd,
        bool LeafIsOwn,
        long? Leaf
    );

    private Head ReadHead()
    {
        using var row = tx.Query(
            """
            SELECT c.title, c.updated_at, c.archived, c.starred, c.pinned, c.model_id, c.import_id, c.next_ord,
                (SELECT m.source_key IS NULL FROM messages m WHERE m.id = c.active_leaf_id), c.deleted_at IS NOT NULL, c.own_title, c.active_leaf_id
            FROM conversations c WHERE c.id = ?1
            """
        );
        row.Bind(1, conversationId);
        row.Step();
        return new Head(
            row.Bool(9),
            row.Bool(10),
            row.Text(0),
            row.Int64OrNull(1),
            row.Int64(2) != 0,
            row.Int64(3) != 0,
            row.Int64(4) != 0,
            row.Int64(5),
            row.Int64OrNull(6),
            row.Int64(7),
            row.Int64OrNull(8) == 1,
            row.Int64OrNull(11)
        );
    }

    private void Load()
    {
        // Only Parley's own exports name messages that were made here.
        var hasOwn = Draft.Own is not null;
        using var rows = tx.Query(
            """
            SELECT id, parent_id, ord, active, hash, role, model_id, created_at, words, import_id, source_key, edited
            FROM messages WHERE conversation_id = ?1
            """
        );
        rows.Bind(1, conversationId);
        while (rows.Step())
        {
            var row = new Known(
                rows.Int64(0),
                rows.Int64OrNull(1),
                rows.Int64(2),
                rows.Int64(3) != 0,
                rows.Int64(4),
                (Role)rows.Int64(5),
                rows.Int64(6),
                rows.Int64OrNull(7),
                (int)rows.Int64(8),
                rows.Int64OrNull(9),
                rows.Bool(11)
            );
            parents[row.Id] = row.Parent;
            if (!rows.IsNull(10))
            {
                known[MessageKey.FromBytes(rows.Blob(10))] = row;
            }
            else if (hasOwn)
            {
                known[MessageKey.Own(Ids.Format(row.Id, IdKind.Message))] = row;
            }
        }
    }

    private void WriteMessages(Head head, bool newer)
    {
        var ord = head.NextOrd;
        var last = Draft.CreatedAt ?? Draft.UpdatedAt ?? context.NowMicros;
        foreach (var message in incoming.Messages)
        {
            last = message.Draft.CreatedAt ?? last;
            if (known.TryGetValue(message.Key, out var row))
            {
                message.Id = row.Id;
                Reparent(message, row);
                Keep(message, row, newer);
                continue;
            }

            message.Id = ids.Next(context.IdTime(last));
            var model = names.Model(message.Draft.Model);
            var parent = message.Parent < 0 ? (long?)null : incoming.Messages[message.Parent].Id;
            message.OnPath = false;
            MessageRows.Insert(tx, message, conversationId, parent, ord++, model, ownKey: false, context.ImportId);
            parents[message.Id] = parent;
            counted.Message(Draft.Provider, model, message.Draft.Role, message.Draft.CreatedAt, message.Words);
            batch.Added.Add(
                new WrittenMessage(message.Id, conversationId, context.OwnerId, Draft.Provider, message.Draft)
            );
            added[(int)message.Draft.Role]++;
        }
    }

    private void Keep(PreparedMessage message, Known row, bool newer)
    {
        var countedAlready = row.ImportId == context.ImportId || seenBefore?.Contains(row.Id) == true;
        if (row.ImportId != context.ImportId || context.ImportId is null)
        {
            seen.Add(row.Id);
        }

        if (row.Hash == message.Hash || !newer || row.Edited)
        {
            unchanged[(int)row.Role] += countedAlready ? 0 : 1;
            return;
        }

        context.Journal?.Changing(tx, ChangedRow.Message, row.Id);
        var model = names.Model(message.Draft.Model);
        MessageRows.Replace(tx, message, conversationId, model);
        counted.Message(Draft.Provider, row.ModelId, row.Role, row.CreatedAt, row.Words, sign: -1);
        counted.Message(Draft.Provider, model, message.Draft.Role, message.Draft.CreatedAt, message.Words);
        batch.Replaced.Add(new WrittenMessage(row.Id, conversationId, context.OwnerId, Draft.Provider, message.Draft));
        updated[(int)message.Draft.Role] += countedAlready ? 0 : 1;
    }

    /// <summary>A title that a person gave stays.</summary>
    private string? TitleOf(Head head) => head.TitleIsOwn ? head.Title : Draft.Title ?? head.Title;

    private bool HeadDiffers(Head head) =>
        (TitleOf(head) != head.Title)
        || (Draft.UpdatedAt is not null && Draft.UpdatedAt != head.UpdatedAt)
        || (Draft.Archived && !head.Archived)
        || (Draft.Starred && !head.Starred)
        || (Draft.Pinned && !head.Pinned)
        || (Draft.Model is not null && names.Model(Draft.Model) != head.ModelId);

    private void WriteHead(Head head, bool headChanged, bool moveLeaf)
    {
        var after = new ImportedHead(
            headChanged ? TitleOf(head) : head.Title,
            headChanged ? Draft.UpdatedAt ?? head.UpdatedAt : head.UpdatedAt,
            head.Archived || (headChanged && Draft.Archived),
            head.Starred || (headChanged && Draft.Starred),
            head.Pinned || (headChanged && Draft.Pinned),
            headChanged && Draft.Model is not null ? names.Model(Draft.Model) : head.ModelId,
            moveLeaf && leaf >= 0 ? incoming.Messages[leaf].Id : head.Leaf
        );
        context.Journal?.Changing(tx, conversationId, after);
        var title = after.Title;
        using (
            var update = tx.Query(
                """
                UPDATE conversations SET title = ?2, updated_at = ?3, sort_at = coalesce(?3, sort_at), archived = ?4, starred = ?5, pinned = ?6,
                    model_id = ?7, message_count = message_count + ?8, next_ord = next_ord + ?8, version = version + 1
                WHERE id = ?1
                """
            )
        )
        {
            update.Bind(1, conversationId).Bind(2, title).Bind(3, after.UpdatedAt);
            update.Bind(4, after.Archived).Bind(5, after.Starred).Bind(6, after.Pinned).Bind(7, after.ModelId);
            update.Bind(8, added.Sum()).Run();
        }

        if (title != head.Title)
        {
            batch.Titles.Add(new WrittenTitle(conversationId, context.OwnerId, Draft.Provider, title, IsNew: false));
        }

        if (headChanged && Draft.Archived && !head.Archived)
        {
            counted.Conversation(Draft.Provider, archived: true, deleted: false);
            counted.Conversation(Draft.Provider, archived: false, deleted: false, sign: -1);
        }

        if (moveLeaf)
        {
            MoveLeaf();
        }
    }

    /// <summary>The leaf the newer export states becomes the conversation's, unless a person went on from another.</summary>
    private void MoveLeaf()
    {
        if (leaf >= 0)
        {
            ActivePath.Set(tx, conversationId, incoming.Messages[leaf].Id, parents);
        }
    }

    /// <summary>
    /// A root whose parent a later export brings takes its place below it, and so does what moved up when its parent was
    /// deleted here, once that comes back; order is then laid anew so that parents stand before children, siblings as
    /// they stood.
    /// </summary>
    private void Reparent(PreparedMessage message, Known row)
    {
        if (message.Parent < 0)
        {
            return;
        }

        var parent = incoming.Messages[message.Parent];
        var comesBack = deletedBefore?.Contains(parent.Key) == true && !known.ContainsKey(parent.Key);
        if ((row.Parent is not null && !comesBack) || IsBelow(parent.Id, row.Id))
        {
            return;
        }

        context.Journal?.Changing(tx, ChangedRow.Message, row.Id);
        using var update = tx.Query("UPDATE messages SET parent_id = ?2 WHERE id = ?1");
        update.Bind(1, row.Id);
        update.Bind(2, parent.Id);
        update.Run();
        parents[row.Id] = parent.Id;
        reparented = true;
    }

    private bool IsBelow(long id, long ancestor)
    {
        for (long? at = id; at is { } here; at = parents.GetValueOrDefault(here))
        {
            if (here == ancestor)
            {
                return true;
            }
        }

        return false;
    }
}

using Parley.Kernel;

namespace Parley.Conversations;

/// <summary>What a write is for: whose, from which import (null: a person's own), into which space, at what time.</summary>
/// <param name="RestoreDeleted">Bring back what the person deleted here.</param>
/// <param name="Later">Milliseconds by which new ids come after their item's own time, where that has none left.</param>
internal sealed record WriteContext(
    long OwnerId,
    long SpaceId,
    long NowMicros,
    long? ImportId = null,
    IMergeJournal? Journal = null,
    bool RestoreDeleted = false,
    long Later = 0
)
{
    /// <summary>The millisecond that the id of something of that time carries.</summary>
    public long IdTime(long micros) => Math.Max(MessageWriter.Milliseconds(micros), Ids.EpochMs) + Later;
}

/// <summary>Remembers what an import found and changed, so that it can be undone. Called inside the writing transaction.</summary>
internal interface IMergeJournal
{
    /// <summary>What this import has seen of the conversation so far; null where it meets it for the first time.</summary>
    IReadOnlySet<long>? SeenBefore(DbTransaction tx, long conversationId);

    /// <summary>Messages of this conversation that were there already and are in this import too. A document is its own id and no messages.</summary>
    void Seen(DbTransaction tx, long conversationId, IReadOnlyCollection<long> messageIds);

    /// <summary>Another import had brought these messages of this conversation before this one did.</summary>
    void Hold(DbTransaction tx, long importId, long conversationId, IReadOnlyCollection<long> messageIds);

    /// <summary>A row is about to be changed; called before the change, once or more.</summary>
    void Changing(DbTransaction tx, ChangedRow kind, long rowId);

    /// <summary>The same for a conversation's own fields, with what they are about to become.</summary>
    void Changing(DbTransaction tx, long conversationId, ImportedHead after);
}

/// <summary>What an import makes of a conversation's own fields. Where a person changes one of them later, undo leaves it.</summary>
internal sealed record ImportedHead(
    string? Title,
    long? UpdatedAt,
    bool Archived,
    bool Starred,
    bool Pinned,
    long ModelId,
    long? Leaf
);

internal enum ChangedRow
{
    Conversation = 1,
    Message = 2,
    Document = 3,
}

internal enum MergeResult
{
    New,
    Updated,
    Unchanged,

    /// <summary>Deleted here: left out.</summary>
    Skipped,
}

/// <summary>What became of one conversation.</summary>
/// <param name="Again">The same import met this conversation before: it is counted already.</param>
/// <param name="MessagesNew">By role number (1–4).</param>
internal readonly record struct WriteOutcome(
    long ConversationId,
    MergeResult Result,
    bool Again,
    int[] MessagesNew,
    int[] MessagesUpdated,
    int[] MessagesUnchanged
)
{
    /// <summary>All of its messages are in other conversations.</summary>
    public static WriteOutcome Elsewhere =>
        new(0, MergeResult.Unchanged, Again: false, new int[5], new int[5], new int[5]);

    /// <summary>A conversation that was deleted here.</summary>
    public static WriteOutcome Skipped => new(0, MergeResult.Skipped, Again: false, new int[5], new int[5], new int[5]);
}

/// <summary>
/// The bulk path of the store: a batch of prepared conversations becomes rows, counters and one call to every
/// <see cref="IWriteParticipant"/>, in the caller's transaction. New conversations are plain inserts; known ones
/// are united by key (<see cref="ConversationMerge"/>).
/// </summary>
internal sealed class MessageWriter(
    IdSource ids,
    DocumentWriter documentWriter,
    IEnumerable<IWriteParticipant> participants
)
{
    private readonly IWriteParticipant[] participants = [.. participants];

    /// <exception cref="Parley.Sqlite.SqliteException">A primary key clash of ids: undo, and write again; new ids are drawn.</exception>
    public List<WriteOutcome> Write(
        DbTransaction tx,
        IReadOnlyList<PreparedConversation> conversations,
        IReadOnlyList<DocumentDraft> documents,
        WriteContext context
    )
    {
        var batch = new WriteBatch { Bulk = context.ImportId is not null };
        var stats = new StatsDelta(context.OwnerId);
        var names = new Names(tx, context.OwnerId, context.ImportId, context.NowMicros);
        var outcomes = new List<WriteOutcome>(conversations.Count);
        foreach (var conversation in conversations)
        {
            outcomes.Add(WriteOne(tx, conversation, context, names, stats, batch));
        }

        foreach (var document in documents)
        {
            documentWriter.Write(tx, document, context, names, batch);
        }

        stats.Write(tx);
        Publish(tx, batch);
        return outcomes;
    }

    public void Publish(DbTransaction tx, WriteBatch batch)
    {
        if (batch.IsEmpty)
        {
            return;
        }

        batch.Sort();
        foreach (var participant in participants)
        {
            participant.Apply(tx, batch);
        }
    }

    private WriteOutcome WriteOne(
        DbTransaction tx,
        PreparedConversation conversation,
        WriteContext context,
        Names names,
        StatsDelta stats,
        WriteBatch batch
    )
    {
        var known = ConversationRows.Find(tx, conversation.Draft, context.OwnerId);
        var deleted = DeletedItems.Find(tx, context.OwnerId, conversation.Draft);
        if (deleted is not null && context.RestoreDeleted)
        {
            DeletedItems.Restore(tx, context.OwnerId, conversation.Draft, context.ImportId);
        }
        else if (deleted is not null && LeaveOut(conversation, deleted, known is not null))
        {
            return WriteOutcome.Skipped;
        }

        return conversation.Draft is { SharesMessages: true, ProviderId: not null }
            ? WriteShared(tx, conversation, known, context, names, stats, batch, deleted)
            : WriteAlone(tx, conversation, known, context, names, stats, batch, deleted);
    }

    private WriteOutcome WriteShared(
        DbTransaction tx,
        PreparedConversation conversation,
        long? known,
        WriteContext context,
        Names names,
        StatsDelta stats,
        WriteBatch batch,
        DeletedKeys? deleted
    )
    {
        var shared = new SharedMessages(tx, conversation, known, context, stats, batch);
        var left = shared.Settle();
        var outcome =
            conversation.Messages.Count > 0
                ? WriteAlone(tx, conversation, known, context, names, stats, batch, deleted)
                : WriteOutcome.Elsewhere;
        shared.Remember(outcome.ConversationId);
        foreach (var message in left)
        {
            outcome.MessagesUnchanged[(int)message.Draft.Role]++;
        }

        return outcome;
    }

    private WriteOutcome WriteAlone(
        DbTransaction tx,
        PreparedConversation conversation,
        long? known,
        WriteContext context,
        Names names,
        StatsDelta stats,
        WriteBatch batch,
        DeletedKeys? deleted
    ) =>
        known is { } id
            ? new ConversationMerge(tx, id, conversation, context, ids, names, stats, batch, deleted?.Messages).Run()
            : Insert(tx, conversation, InItsSpace(tx, conversation.Draft, context), names, stats, batch);

    /// <summary>A conversation that says which space it lay in goes there, unless the import is meant for another than the default.</summary>
    private static WriteContext InItsSpace(DbTransaction tx, ConversationDraft draft, WriteContext context) =>
        draft.Own?.Space is { } space && context.SpaceId == SpaceId.DefaultOf(context.OwnerId)
            ? context with
            {
                SpaceId = new LabelWrites(tx, context.OwnerId, context.NowMicros).Space(space),
            }
            : context;

    /// <summary>Takes out what was deleted here; true where nothing is left to write.</summary>
    public static bool LeaveOut(PreparedConversation conversation, DeletedKeys deleted, bool isKnown)
    {
        if (deleted.Whole && !isKnown)
        {
            return true;
        }

        conversation.Dropped.AddRange(conversation.Drop(deleted.Messages));
        return conversation.Messages.Count == 0;
    }

    private WriteOutcome Insert(
        DbTransaction tx,
        PreparedConversation conversation,
        WriteContext context,
        Names names,
        StatsDelta stats,
        WriteBatch batch
    )
    {
        var draft = conversation.Draft;
        var id = ids.Next(context.IdTime(draft.CreatedAt ?? draft.UpdatedAt ?? context.NowMicros), conversation: true);
        var count = new int[5];
        AssignIds(conversation, context);
        for (var i = 0; i < conversation.Messages.Count; i++)
        {
            var message = conversation.Messages[i];
            var model = names.Model(message.Draft.Model);
            var parent = message.Parent < 0 ? (long?)null : conversation.Messages[message.Parent].Id;
            MessageRows.Insert(tx, message, id, parent, i, model, draft.ProviderId is null, context.ImportId);
            stats.Message(draft.Provider, model, message.Draft.Role, message.Draft.CreatedAt, message.Words);
            batch.Added.Add(new WrittenMessage(message.Id, id, context.OwnerId, draft.Provider, message.Draft));
            count[(int)message.Draft.Role]++;
        }

        ConversationRows.Insert(tx, id, conversation, context, names);
        stats.Conversation(draft.Provider, draft.Archived, deleted: false);
        batch.Titles.Add(new WrittenTitle(id, context.OwnerId, draft.Provider, draft.Title, IsNew: true));
        return new WriteOutcome(id, MergeResult.New, Again: false, count, new int[5], new int[5]);
    }

    /// <summary>A message without a time takes the place of the one before it, so that key order stays near reading order.</summary>
    private void AssignIds(PreparedConversation conversation, WriteContext context)
    {
        var last = conversation.Draft.CreatedAt ?? conversation.Draft.UpdatedAt ?? context.NowMicros;
        foreach (var message in conversation.Messages)
        {
            last = message.Draft.CreatedAt ?? last;
            message.Id = ids.Next(context.IdTime(last));
        }
    }

    public static long Milliseconds(long micros) => micros / 1000;
}

using Parley.Kernel;

namespace Parley.Conversations;

/// <summary>
/// Takes part in every write of messages, inside the writing transaction: how the search index stays exact (R3)
/// without triggers. Called on the writer's thread, once per batch; an exception undoes the batch.
/// </summary>
internal interface IWriteParticipant
{
    void Apply(DbTransaction tx, WriteBatch batch);
}

/// <summary>What one transaction did to messages and titles. Lists are ascending by id.</summary>
internal sealed class WriteBatch
{
    public List<WrittenMessage> Added { get; } = [];

    /// <summary>Same id, new content.</summary>
    public List<WrittenMessage> Replaced { get; } = [];
    public List<long> Removed { get; } = [];

    /// <summary>The conversations those were in; they may be gone, too.</summary>
    public HashSet<long> RemovedFrom { get; } = [];

    /// <summary>Conversations that are new or whose title changed.</summary>
    public List<WrittenTitle> Titles { get; } = [];
    public List<long> RemovedTitles { get; } = [];
    public List<WrittenDocument> Documents { get; } = [];
    public List<long> RemovedDocuments { get; } = [];

    /// <summary>Pieces that a room above cut documents into. A piece never changes: it is added, and removed.</summary>
    public List<WrittenPassage> Passages { get; } = [];
    public List<long> RemovedPassages { get; } = [];

    /// <summary>True for imports: indexes may defer what can be deferred to <c>idle</c>.</summary>
    public bool Bulk { get; init; }

    public void Sort()
    {
        Added.Sort(static (a, b) => a.Id.CompareTo(b.Id));
        Replaced.Sort(static (a, b) => a.Id.CompareTo(b.Id));
        Removed.Sort();
        Titles.Sort(static (a, b) => a.ConversationId.CompareTo(b.ConversationId));
        RemovedTitles.Sort();
        Documents.Sort(static (a, b) => a.Id.CompareTo(b.Id));
        RemovedDocuments.Sort();
        Passages.Sort(static (a, b) => a.Id.CompareTo(b.Id));
        RemovedPassages.Sort();
    }

    public bool IsEmpty =>
        Added.Count
            + Replaced.Count
            + Removed.Count
            + Titles.Count
            + RemovedTitles.Count
            + Documents.Count
            + RemovedDocuments.Count
            + Passages.Count
            + RemovedPassages.Count
        == 0;
}

/// <param name="Message">Role, parts and flags; its texts live as long as the batch.</param>
internal readonly record struct WrittenMessage(
    long Id,
    long ConversationId,
    long OwnerId,
    string Provider,
    MessageDraft Message
);

/// <param name="IsNew">No earlier title is indexed for this conversation.</param>
internal readonly record struct WrittenTitle(
    long ConversationId,
    long OwnerId,
    string Provider,
    string? Title,
    bool IsNew
);

/// <summary>A document of a project; its id is of the message kind (lowest bit 0).</summary>
internal readonly record struct WrittenDocument(
    long Id,
    long OwnerId,
    string Provider,
    string? Name,
    ReadOnlyMemory<byte> Text,
    bool IsNew
);

/// <summary>A piece of a document; its id is of the message kind (lowest bit 0), and so is the document's.</summary>
/// <param name="Name">What stands above it: the document's name and its headings.</param>
internal readonly record struct WrittenPassage(
    long Id,
    long OwnerId,
    long DocumentId,
    string? Name,
    ReadOnlyMemory<byte> Text
);

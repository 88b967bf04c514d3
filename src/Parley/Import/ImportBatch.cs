using Parley.Conversations;

namespace Parley.Import;

/// <summary>A notice as a format gave it, waiting until the conversation it belongs to is committed.</summary>
internal readonly record struct NoticeEvent(
    NoticeKind Kind,
    string Code,
    string What,
    string Entry,
    long Index,
    string? Id
);

internal enum NoticeKind
{
    Warning,
    Failure,
    Ignored,
}

/// <summary>One step of an import: a conversation or none, with the documents met and what was noticed on the way to it.</summary>
internal sealed class ImportItem(SourceReport source) : IDisposable
{
    /// <summary>The report this item counts in.</summary>
    public SourceReport Source { get; } = source;
    public PreparedConversation? Conversation { get; init; }
    public List<NoticeEvent> Notices { get; init; } = [];
    public List<DocumentDraft> Documents { get; init; } = [];
    public int AttachmentsStored { get; init; }
    public int AttachmentsMissing { get; init; }

    public void Dispose() => Conversation?.Dispose();
}

/// <summary>Items that are committed together; their number in the source moves the job's cursor.</summary>
internal sealed class ImportBatch : IDisposable
{
    public List<ImportItem> Items { get; } = [];
    public long Bytes { get; private set; }

    /// <summary>The conversations to write: those with a message.</summary>
    public List<PreparedConversation> Conversations =>
        [.. Items.Where(i => i.Conversation is { Messages.Count: > 0 }).Select(i => i.Conversation!)];

    /// <summary>Ordinal of the last item, from 1.</summary>
    public long Cursor { get; set; }

    /// <summary>Bytes of the source read so far, for progress.</summary>
    public long Position { get; set; }

    /// <summary>Bytes of all entries that are read, as the source states them.</summary>
    public long Total { get; set; }

    public List<DocumentDraft> Documents => [.. Items.SelectMany(i => i.Documents)];

    public void Add(ImportItem item)
    {
        Items.Add(item);
        Bytes += 200 + (item.Conversation?.Size ?? 0) + item.Documents.Sum(d => (long)d.Text.Length);
    }

    public void Dispose()
    {
        foreach (var item in Items)
        {
            item.Dispose();
        }
    }
}

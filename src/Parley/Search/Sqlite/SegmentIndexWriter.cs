using Parley.Conversations;
using Parley.Kernel;
using Parley.Search.Segments;

namespace Parley.Search.Sqlite;

/// <summary>
/// Keeps the index exact inside the transaction that writes the messages (R3): what leaves is marked, what comes is one
/// new segment. Belongs to the writer's thread.
/// </summary>
internal sealed class SegmentIndexWriter(SegmentTable table, IndexSignal grown) : IWriteParticipant
{
    private readonly MessageFields _fields = new();
    private readonly List<Item> _items = [];
    private SegmentBuilder _builder = new();
    private MemoryPages _pages = new();

    private enum Source : byte
    {
        Added,
        Replaced,
        Title,
        Document,
        Passage,
    }

    public void Apply(DbTransaction tx, WriteBatch batch)
    {
        table.Delete(tx, Leaving(batch));
        Insert(tx, batch);
        SegmentTable.Changed(tx);
        tx.OnCommitted(batch.Bulk ? grown.SetBulk : grown.Set);
    }

    /// <summary>Indexes what is stored, whether it is in the index or not.</summary>
    public void Replace(DbTransaction tx, WriteBatch batch)
    {
        List<long> held =
        [
            .. batch.Added.Select(message => message.Id),
            .. batch.Titles.Select(title => title.ConversationId),
            .. batch.Documents.Select(document => document.Id),
            .. batch.Passages.Select(passage => passage.Id),
        ];
        table.Delete(tx, held);
        Insert(tx, batch);
        SegmentTable.Changed(tx);
        tx.OnCommitted(batch.Bulk ? grown.SetBulk : grown.Set);
    }

    private static List<long> Leaving(WriteBatch batch)
    {
        List<long> leaving =
        [
            .. batch.Removed,
            .. batch.RemovedTitles,
            .. batch.RemovedDocuments,
            .. batch.RemovedPassages,
            .. batch.Replaced.Select(message => message.Id),
            .. batch.Titles.Where(title => !title.IsNew).Select(title => title.ConversationId),
            .. batch.Documents.Where(document => !document.IsNew).Select(document => document.Id),
        ];
        leaving.Sort();
        return leaving;
    }

    private void Insert(DbTransaction tx, WriteBatch batch)
    {
        _items.Clear();
        for (var index = 0; index < batch.Added.Count; index++)
            _items.Add(new Item(batch.Added[index].OwnerId, batch.Added[index].Id, Source.Added, index));
        for (var index = 0; index < batch.Replaced.Count; index++)
            _items.Add(new Item(batch.Replaced[index].OwnerId, batch.Replaced[index].Id, Source.Replaced, index));
        for (var index = 0; index < batch.Titles.Count; index++)
        {
            var title = batch.Titles[index];
            if (!string.IsNullOrEmpty(title.Title))
                _items.Add(new Item(title.OwnerId, title.ConversationId, Source.Title, index));
        }

        for (var index = 0; index < batch.Documents.Count; index++)
            _items.Add(new Item(batch.Documents[index].OwnerId, batch.Documents[index].Id, Source.Document, index));
        for (var index = 0; index < batch.Passages.Count; index++)
        {
            var passage = batch.Passages[index];
            _items.Add(new Item(Collections.Passages(passage.OwnerId), passage.Id, Source.Passage, index));
        }

        _items.Sort(static (a, b) => a.OwnerId != b.OwnerId ? a.OwnerId.CompareTo(b.OwnerId) : a.Id.CompareTo(b.Id));
        for (var start = 0; start < _items.Count; )
        {
            var end = start + 1;
            while (end < _items.Count && _items[end].OwnerId == _items[start].OwnerId)
                end++;
            InsertOf(tx, batch, start, end);
            start = end;
        }

        // What a huge batch needed is not kept for the small ones.
        if (_builder.IsLarge)
            (_builder, _pages) = (new SegmentBuilder(), new MemoryPages());
    }

    private void InsertOf(DbTransaction tx, WriteBatch batch, int start, int end)
    {
        _builder.Clear();
        _pages.Clear();
        for (var index = start; index < end; index++)
            Add(batch, _items[index]);
        var header = _builder.Write(_pages);
        table.Add(tx, _items[start].OwnerId, header, _pages);
    }

    private void Add(WriteBatch batch, Item item)
    {
        var document = Fill(batch, item);
        var scope = _builder.Begin(document);
        for (var field = SearchField.Title; field <= SearchField.Thinking; field++)
            scope.Add(field, _fields[field]);
        scope.End();
    }

    /// <summary>Lays out the texts of an item.</summary>
    private NewDocument Fill(WriteBatch batch, Item item)
    {
        _fields.Clear();
        switch (item.Source)
        {
            case Source.Title:
                var title = batch.Titles[item.Index];
                _fields.Add(SearchField.Title, title.Title);
                return new NewDocument(
                    item.Id,
                    item.Id,
                    title.Provider,
                    null,
                    new DocumentTraits(DocumentTraits.Title)
                );
            case Source.Document:
                var document = batch.Documents[item.Index];
                _fields.Add(SearchField.Title, document.Name);
                _fields.Add(SearchField.Tool, document.Text.Span);
                return new NewDocument(
                    item.Id,
                    item.Id,
                    document.Provider,
                    null,
                    new DocumentTraits(DocumentTraits.Document)
                );
            case Source.Passage:
                var passage = batch.Passages[item.Index];
                _fields.Add(SearchField.Title, passage.Name);
                _fields.Add(SearchField.Answer, passage.Text.Span);
                return new NewDocument(
                    item.Id,
                    passage.DocumentId,
                    Collections.PassageProvider,
                    null,
                    new DocumentTraits(DocumentTraits.Document)
                );
            default:
                var message = item.Source == Source.Added ? batch.Added[item.Index] : batch.Replaced[item.Index];
                _fields.Fill(message.Message);
                return new NewDocument(
                    item.Id,
                    message.ConversationId,
                    message.Provider,
                    message.Message.Model,
                    Traits(message.Message)
                );
        }
    }

    private DocumentTraits Traits(MessageDraft message)
    {
        var bits = (int)message.Role;
        bits |= message.Hidden ? DocumentTraits.Hidden : 0;
        bits |= message.CreatedAt is null ? DocumentTraits.Undated : 0;
        bits |= _fields.HasCode ? DocumentTraits.Code : 0;
        bits |= _fields.HasAttachment ? DocumentTraits.Attachment : 0;
        bits |= _fields.HasThinking ? DocumentTraits.Thinking : 0;
        bits |= _fields.HasTool ? DocumentTraits.Tool : 0;
        return new DocumentTraits((ushort)bits);
    }

    private readonly record struct Item(long OwnerId, long Id, Source Source, int Index);
}

using System.Buffers;
using Parley.Conversations;
using Parley.Kernel;

namespace Parley.Search.Sqlite;

/// <summary>
/// Keeps the index exact inside the transaction that writes the messages (R3). FTS5 holds what it is given in memory as
/// long as rowids ascend and flushes a segment when they do not, so a batch goes in sorted: all that leaves, then all
/// that comes.
/// </summary>
internal sealed class SqliteIndexWriter(Vocabulary vocabulary, IndexSignal grown) : IWriteParticipant
{
    private const string InsertSql =
        "INSERT INTO search_index (rowid, title, prompt, answer, code, tool, thinking, meta) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";

    private readonly MessageFields _fields = new();
    private readonly ArrayBufferWriter<byte> _meta = new(256);
    private readonly List<Item> _items = [];

    private enum Source : byte
    {
        Added,
        Replaced,
        Title,
        Document,
    }

    public void Apply(DbTransaction tx, WriteBatch batch)
    {
        vocabulary.Begin();
        Delete(tx, batch);
        Insert(tx, batch);
        vocabulary.Flush(tx);
        tx.OnCommitted(grown.Set);
    }

    /// <summary>Throws everything away; the caller builds it anew.</summary>
    public void Clear(DbTransaction tx)
    {
        tx.Execute("INSERT INTO search_index (search_index) VALUES ('delete-all'); DELETE FROM search_terms");
        vocabulary.Forget();
    }

    private static void Delete(DbTransaction tx, WriteBatch batch)
    {
        List<long> leaving =
        [
            .. batch.Removed,
            .. batch.RemovedTitles,
            .. batch.RemovedDocuments,
            .. batch.Replaced.Select(message => message.Id),
            .. batch.Titles.Where(title => !title.IsNew).Select(title => title.ConversationId),
            .. batch.Documents.Where(document => !document.IsNew).Select(document => document.Id),
        ];
        if (leaving.Count == 0)
            return;
        leaving.Sort();
        using var delete = tx.Query("DELETE FROM search_index WHERE rowid = ?1");
        foreach (var id in leaving)
        {
            delete.Bind(1, id);
            delete.Run();
        }
    }

    private void Insert(DbTransaction tx, WriteBatch batch)
    {
        _items.Clear();
        for (var index = 0; index < batch.Added.Count; index++)
            _items.Add(new Item(batch.Added[index].Id, Source.Added, index));
        for (var index = 0; index < batch.Replaced.Count; index++)
            _items.Add(new Item(batch.Replaced[index].Id, Source.Replaced, index));
        for (var index = 0; index < batch.Titles.Count; index++)
            _items.Add(new Item(batch.Titles[index].ConversationId, Source.Title, index));
        for (var index = 0; index < batch.Documents.Count; index++)
            _items.Add(new Item(batch.Documents[index].Id, Source.Document, index));
        _items.Sort(static (a, b) => a.Id.CompareTo(b.Id));

        using var insert = tx.Query(InsertSql);
        foreach (var item in _items)
        {
            if (!Fill(batch, item))
                continue;
            insert.Bind(1, item.Id);
            for (var field = 0; field < SearchFields.Count; field++)
                BindField(insert, 2 + field, _fields[(SearchField)field]);
            insert.BindText(2 + SearchFields.Count, _meta.WrittenSpan);
            insert.Run();
            vocabulary.EndDocument();
        }
    }

    private static void BindField(DbStatement insert, int parameter, ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
            insert.BindNull(parameter);
        else
            insert.BindText(parameter, text);
    }

    /// <summary>Lays out the texts and meta words of an item; false where there is nothing to index.</summary>
    private bool Fill(WriteBatch batch, Item item)
    {
        _meta.ResetWrittenCount();
        switch (item.Source)
        {
            case Source.Title:
                var title = batch.Titles[item.Index];
                _fields.Clear();
                _fields.Add(SearchField.Title, title.Title);
                SearchMeta.Write(_meta, title);
                return !string.IsNullOrEmpty(title.Title);
            case Source.Document:
                var document = batch.Documents[item.Index];
                _fields.Clear();
                _fields.Add(SearchField.Title, document.Name);
                _fields.Add(SearchField.Tool, document.Text.Span);
                SearchMeta.Write(_meta, document);
                return true;
            default:
                var message = item.Source == Source.Added ? batch.Added[item.Index] : batch.Replaced[item.Index];
                _fields.Fill(message.Message);
                SearchMeta.Write(_meta, message, _fields);
                return true;
        }
    }

    private readonly record struct Item(long Id, Source Source, int Index);
}

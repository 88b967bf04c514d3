using Parley.Conversations;
using Parley.Kernel;
using Parley.Search;
using Parley.Search.Segments;
using Parley.Search.Sqlite;

namespace Parley.Tests.Search.Matching;

/// <summary>Everything one person has in a store, read from its tables at one moment, and a search of it by brute force.</summary>
internal sealed class ReferenceStore
{
    private readonly Dictionary<long, ReferenceConversation> _conversations = [];
    private readonly HashSet<long> _active = [];
    private readonly List<ReferenceDocument> _documents = [];
    private readonly HashSet<string> _models = new(StringComparer.Ordinal);
    private readonly ReferenceSearch _search;

    private ReferenceStore(DbSession session, SearchStore store)
    {
        ReadConversations(session);
        ReadDocuments(session);
        var view = store.Sets.View(session, 1);
        foreach (var segment in view.Segments)
            _models.UnionWith(segment.Reader.Names.Models.Select(name => name.ToLowerInvariant()));
        _search = new ReferenceSearch(_documents, ReferenceStatistics.Of(view, _documents), store.Clock.GetUtcNow());
    }

    public IReadOnlyCollection<ReferenceConversation> Conversations => _conversations.Values;

    public IReadOnlyList<ReferenceDocument> Documents => _documents;

    public static Task<ReferenceStore> ReadAsync(SearchStore store) =>
        store.Db.ReadAsync(session => new ReferenceStore(session, store));

    /// <summary>All matches, ascending by id.</summary>
    public List<ReferenceHit> Matches(SearchQuery query) =>
        _search.Matches(query, new ReferenceFilter(query, _conversations, _models).Passes);

    /// <inheritdoc cref="ReferenceSearch.Facets"/>
    public Dictionary<SearchFacet, Dictionary<string, int>> Facets(IReadOnlyList<ReferenceHit> matches) =>
        _search.Facets(matches);

    public List<ReferenceHit> Ordered(SearchQuery query, IReadOnlyList<ReferenceHit> matches, SearchSort sort) =>
        sort switch
        {
            SearchSort.Relevance => _search.Ranked(query, matches),
            SearchSort.Newest => [.. matches.OrderByDescending(hit => hit.Document.Id)],
            _ => [.. matches.OrderBy(hit => hit.Document.Id)],
        };

    private void ReadConversations(DbSession session)
    {
        var tags = new List<(long Conversation, string Tag)>();
        using (
            var rows = session.Query(
                "SELECT conversation_id, lower(name) FROM conversation_tags JOIN tags ON tags.id = tag_id"
            )
        )
        {
            while (rows.Step())
                tags.Add((rows.Int64(0), rows.Text(1)!));
        }

        using var all = session.Query(
            """
            SELECT c.id, lower(s.name), archived, pinned, starred, deleted_at IS NOT NULL
            FROM conversations c JOIN spaces s ON s.id = space_id
            """
        );
        while (all.Step())
            _conversations[all.Int64(0)] = new ReferenceConversation(
                all.Int64(0),
                all.Text(1)!,
                [.. tags.Where(tag => tag.Conversation == all.Int64(0)).Select(tag => tag.Tag)],
                all.Bool(2),
                all.Bool(3),
                all.Bool(4),
                all.Bool(5)
            );
    }

    private void ReadDocuments(DbSession session)
    {
        using (var rows = session.Query("SELECT id FROM messages WHERE active = 1"))
        {
            while (rows.Step())
                _active.Add(rows.Int64(0));
        }

        using var arena = new Utf8Arena();
        var batch = new WriteBatch();
        var items = new StoredItems(session, batch, arena);
        for (long? after = 0; after is not null; )
            after = items.ReadMessages(after.Value);
        items.ReadTitles(0);
        items.ReadDocuments(0);
        foreach (var message in batch.Added)
            _documents.Add(Document(message));
        foreach (var title in batch.Titles.Where(title => !string.IsNullOrEmpty(title.Title)))
            _documents.Add(Document(title.ConversationId, title.Provider, kind: 0, title.Title!, []));
        foreach (var document in batch.Documents)
            _documents.Add(Document(document.Id, document.Provider, kind: 5, document.Name ?? "", document.Text.Span));
    }

    private ReferenceDocument Document(WrittenMessage written)
    {
        var fields = new MessageFields();
        fields.Fill(written.Message);
        var flags =
            (fields.HasCode ? DocumentTraits.Code : 0)
            | (fields.HasAttachment ? DocumentTraits.Attachment : 0)
            | (fields.HasThinking ? DocumentTraits.Thinking : 0)
            | (fields.HasTool ? DocumentTraits.Tool : 0)
            | (written.Message.Hidden ? DocumentTraits.Hidden : 0)
            | (written.Message.CreatedAt is null ? DocumentTraits.Undated : 0);
        var document = new ReferenceDocument
        {
            Id = written.Id,
            Conversation = written.ConversationId,
            Provider = written.Provider,
            Model = written.Message.Model ?? "",
            Kind = (int)written.Message.Role,
            Flags = flags,
            Active = _active.Contains(written.Id),
        };
        for (var field = SearchField.Title; field <= SearchField.Thinking; field++)
            document.Add(field, fields[field]);
        return document;
    }

    private static ReferenceDocument Document(long id, string provider, int kind, string title, ReadOnlySpan<byte> text)
    {
        var document = new ReferenceDocument
        {
            Id = id,
            Conversation = id,
            Provider = provider,
            Kind = kind,
        };
        document.Add(SearchField.Title, System.Text.Encoding.UTF8.GetBytes(title));
        document.Add(SearchField.Tool, text);
        return document;
    }
}

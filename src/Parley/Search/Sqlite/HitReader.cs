using Parley.Kernel;
using Parley.Search.Matching;

namespace Parley.Search.Sqlite;

/// <summary>Reads what the hits of one page say, and cuts their snippets.</summary>
internal sealed class HitReader(DbSession session, HitRows rows, IReadOnlyList<AtomTerms> shown)
{
    private readonly MessageFields _fields = new();
    private readonly SnippetFinder _snippets = new(shown);

    /// <summary>The hit, or <see langword="null"/> where its row is gone or not to be seen.</summary>
    public SearchHit? Read(FoundDocument document, int more) => Read(document.Id, document.Score, more);

    /// <inheritdoc cref="Read(FoundDocument, int)"/>
    public SearchHit? Read(long id, double score, int more)
    {
        if (rows.Find(id) is not { } row)
            return null;
        _fields.Clear();
        if (row.Role is not null)
            StoredTexts.ReadMessage(session, id, row.Role.Value, _fields);
        else if (row.Conversation is not null)
            _fields.Add(SearchField.Title, row.Title);
        else
            StoredTexts.ReadDocument(session, id, _fields);
        var (field, snippet) = _snippets.Find(_fields);
        return new SearchHit
        {
            Id = row.Id,
            MessageId = row.Role is not null ? row.Id : FirstMessage(row.Conversation?.Id),
            ConversationId = row.Conversation?.Id,
            DocumentId = row.Conversation is null ? row.Id : null,
            Title = row.Title,
            Provider = row.Provider,
            Model = rows.Model(row.ModelId),
            Role = row.Role,
            CreatedAt = row.CreatedAt,
            OnActivePath = row.Active ?? (row.Conversation is null ? null : true),
            Field = field,
            Snippet = snippet,
            Score = score,
            More = more,
        };
    }

    /// <summary>Where a conversation found by its title is opened: many titles are their first message's words.</summary>
    private long? FirstMessage(long? conversation)
    {
        if (conversation is null)
            return null;
        using var find = session.Query(
            "SELECT id FROM messages WHERE conversation_id = ?1 AND active = 1 AND hidden = 0 ORDER BY ord LIMIT 1"
        );
        find.Bind(1, conversation);
        return find.Step() ? find.Int64(0) : null;
    }
}

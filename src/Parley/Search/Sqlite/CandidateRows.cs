using Parley.Conversations;
using Parley.Kernel;

namespace Parley.Search.Sqlite;

internal readonly record struct ConversationRow(
    long Id,
    string Provider,
    string? Title,
    long SpaceId,
    bool Archived,
    bool Pinned,
    bool Starred,
    long? CreatedAt,
    long ModelId
)
{
    public bool Is(string state) =>
        state switch
        {
            "archived" => Archived,
            "pinned" => Pinned,
            _ => Starred,
        };
}

/// <summary>What the tables say about a candidate.</summary>
/// <param name="Conversation"><see langword="null"/> for a project document.</param>
internal readonly record struct CandidateRow(
    long Id,
    ConversationRow? Conversation,
    string Provider,
    Role? Role,
    bool? Active,
    long? CreatedAt,
    long ModelId,
    string? Title
);

/// <summary>
/// Looks candidates up within one session and drops those that are another's, in the bin, or do not pass the filter.
/// Conversations are remembered: matches stand close together.
/// </summary>
internal sealed class CandidateRows(DbSession session, long ownerId, RowFilter filter)
{
    private readonly Dictionary<long, ConversationRow?> _conversations = [];
    private readonly Dictionary<long, string?> _models = [];
    private bool? _plain;

    /// <summary>
    /// Whether every candidate passes unseen: no filter on rows, nothing in the bin, nobody else's things. Then matches
    /// are counted without reading their rows.
    /// </summary>
    public bool AllPass =>
        _plain ??=
            !filter.Any
            && !Any("SELECT 1 FROM conversations WHERE owner_id = ?1 AND deleted_at IS NOT NULL LIMIT 1")
            && !Any("SELECT 1 FROM spaces WHERE owner_id <> ?1 LIMIT 1");

    /// <summary>The row of a candidate, or <see langword="null"/> where it is not to be seen.</summary>
    public CandidateRow? Find(long id)
    {
        if (Ids.IsConversation(id))
            return Conversation(id) is { } title
                ? new CandidateRow(id, title, title.Provider, null, null, title.CreatedAt, title.ModelId, title.Title)
                : null;
        using var find = session.Query(
            "SELECT conversation_id, role, active, created_at, model_id FROM messages WHERE id = ?1"
        );
        find.Bind(1, id);
        if (!find.Step())
            return Document(id);
        var active = find.Bool(2);
        if ((filter.ActiveOnly && !active) || Conversation(find.Int64(0)) is not { } conversation)
            return null;
        return new CandidateRow(
            id,
            conversation,
            conversation.Provider,
            (Role)find.Int32(1),
            active,
            find.Int64OrNull(3),
            find.Int64(4),
            conversation.Title
        );
    }

    public string? Model(long id)
    {
        if (id == 0)
            return null;
        if (!_models.TryGetValue(id, out var name))
        {
            using var find = session.Query("SELECT name FROM models WHERE id = ?1");
            find.Bind(1, id);
            _models[id] = name = find.Step() ? find.Text(0) : null;
        }

        return name;
    }

    private bool Any(string sql)
    {
        using var find = session.Query(sql);
        find.Bind(1, ownerId);
        return find.Step();
    }

    private ConversationRow? Conversation(long id)
    {
        if (!_conversations.TryGetValue(id, out var row))
            _conversations[id] = row = ReadConversation(id);
        return row;
    }

    private ConversationRow? ReadConversation(long id)
    {
        using var find = session.Query(
            """
            SELECT owner_id, deleted_at, provider, title, space_id, archived, pinned, starred, created_at, model_id
            FROM conversations WHERE id = ?1
            """
        );
        find.Bind(1, id);
        if (!find.Step() || find.Int64(0) != ownerId || !find.IsNull(1))
            return null;
        var row = new ConversationRow(
            id,
            find.Text(2)!,
            find.Text(3),
            find.Int64(4),
            find.Bool(5),
            find.Bool(6),
            find.Bool(7),
            find.Int64OrNull(8),
            find.Int64(9)
        );
        return filter.Accepts(session, row) ? row : null;
    }

    private CandidateRow? Document(long id)
    {
        using var find = session.Query(
            "SELECT provider, name, coalesce(updated_at, created_at) FROM documents WHERE id = ?1 AND owner_id = ?2"
        );
        find.Bind(1, id);
        find.Bind(2, ownerId);
        if (filter.Any || !find.Step())
            return null;
        return new CandidateRow(id, null, find.Text(0)!, null, null, find.Int64OrNull(2), 0, find.Text(1));
    }
}

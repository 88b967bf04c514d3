using Parley.Conversations;
using Parley.Kernel;

namespace Parley.Search.Sqlite;

internal readonly record struct ConversationRow(long Id, string Provider, string? Title, long? CreatedAt, long ModelId);

/// <summary>What the tables say about a document that was found.</summary>
/// <param name="Conversation"><see langword="null"/> for a project document.</param>
internal readonly record struct HitRow(
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
/// Looks documents up within one session and drops those that are another's or in the bin. Conversations are remembered:
/// matches stand close together.
/// </summary>
internal sealed class HitRows(DbSession session, long ownerId)
{
    private readonly Dictionary<long, ConversationRow?> _conversations = [];
    private readonly Dictionary<long, string?> _models = [];

    /// <summary>Whether a message is on its conversation's active path.</summary>
    public bool IsActive(long id)
    {
        using var find = session.Query("SELECT active FROM messages WHERE id = ?1");
        find.Bind(1, id);
        return find.Step() && find.Bool(0);
    }

    /// <summary>The row of a document, or <see langword="null"/> where it is not to be seen.</summary>
    public HitRow? Find(long id)
    {
        if (Ids.IsConversation(id))
            return Conversation(id) is { } title
                ? new HitRow(id, title, title.Provider, null, null, title.CreatedAt, title.ModelId, title.Title)
                : null;
        using var find = session.Query(
            "SELECT conversation_id, role, active, created_at, model_id FROM messages WHERE id = ?1"
        );
        find.Bind(1, id);
        if (!find.Step())
            return Document(id);
        var active = find.Bool(2);
        if (Conversation(find.Int64(0)) is not { } conversation)
            return null;
        return new HitRow(
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
            SELECT owner_id, deleted_at, provider, title, created_at, model_id
            FROM conversations WHERE id = ?1
            """
        );
        find.Bind(1, id);
        if (!find.Step() || find.Int64(0) != ownerId || !find.IsNull(1))
            return null;
        return new ConversationRow(id, find.Text(2)!, find.Text(3), find.Int64OrNull(4), find.Int64(5));
    }

    private HitRow? Document(long id)
    {
        using var find = session.Query(
            "SELECT provider, name, coalesce(updated_at, created_at) FROM documents WHERE id = ?1 AND owner_id = ?2"
        );
        find.Bind(1, id);
        find.Bind(2, ownerId);
        if (!find.Step())
            return null;
        return new HitRow(id, null, find.Text(0)!, null, null, find.Int64OrNull(2), 0, find.Text(1));
    }
}

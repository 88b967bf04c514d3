using Parley.Kernel;

namespace Parley.Conversations.ChatDocuments;

/// <summary>A message's place, without its words.</summary>
/// <param name="DocumentId">How documents name it: as the client or source that brought it did, else by its id here.</param>
internal sealed record ChatPlace(long Id, long? Parent, long Ord, string DocumentId, MessageStatus Status);

/// <summary>All places of one conversation in their order, parents before children, siblings in order.</summary>
internal sealed class ChatTree
{
    private readonly Dictionary<string, ChatPlace> byName = new(StringComparer.Ordinal);
    private readonly Dictionary<long, ChatPlace> byId = [];
    private readonly Dictionary<long, List<ChatPlace>> children = [];

    private ChatTree() { }

    public List<ChatPlace> Places { get; } = [];

    public static ChatTree Load(DbSession session, long conversationId)
    {
        var tree = new ChatTree();
        using var rows = session.Query(
            "SELECT id, parent_id, ord, source_key, status FROM messages WHERE conversation_id = ?1 ORDER BY ord"
        );
        rows.Bind(1, conversationId);
        while (rows.Step())
        {
            tree.Add(
                rows.Int64(0),
                rows.Int64OrNull(1),
                rows.Int64(2),
                rows.IsNull(3) ? null : MessageKey.FromBytes(rows.Blob(3)).ProviderId,
                (MessageStatus)rows.Int64(4)
            );
        }

        return tree;
    }

    public ChatPlace? Find(string documentId) =>
        byName.TryGetValue(documentId, out var named) ? named
        : Ids.TryParse(documentId, IdKind.Message, out var id) ? byId.GetValueOrDefault(id)
        : null;

    public ChatPlace? Find(long? id) => id is { } known ? byId.GetValueOrDefault(known) : null;

    public string? NameOf(long? id) => Find(id)?.DocumentId;

    public IReadOnlyList<ChatPlace> Children(long id) => children.GetValueOrDefault(id) ?? [];

    /// <summary>From the root down to that message.</summary>
    public List<ChatPlace> PathTo(long? leaf)
    {
        var path = new List<ChatPlace>();
        for (var at = Find(leaf); at is not null && path.Count < Places.Count; at = Find(at.Parent))
        {
            path.Add(at);
        }

        path.Reverse();
        return path;
    }

    private void Add(long id, long? parent, long ord, string? sourceId, MessageStatus status)
    {
        var name = sourceId is { Length: > 0 } && !byName.ContainsKey(sourceId) ? sourceId : MessageId.Format(id);
        var place = new ChatPlace(id, parent, ord, name, status);
        Places.Add(place);
        byName.TryAdd(name, place);
        byId[id] = place;
        if (parent is { } above)
        {
            (children.TryGetValue(above, out var list) ? list : children[above] = []).Add(place);
        }
    }
}

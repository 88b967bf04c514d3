using Parley.Kernel;
using Parley.Kernel.Http;

namespace Parley.Conversations;

/// <summary>
/// Under which ids a conversation leaves in Parley's own exports, and what its source said of it. What was made in
/// Parley keeps the ids it had where it was made, so that an export of an export is the same export.
/// </summary>
internal sealed class ExportOrigin
{
    private readonly DbSession session;

    /// <summary>Messages that go by another id than their row's.</summary>
    private readonly Dictionary<string, string> renamed = [];

    public ExportOrigin(DbSession session, ConversationView conversation)
    {
        this.session = session;
        using var row = session.Query(
            "SELECT c.account, c.extras, (SELECT m.source_key FROM messages m WHERE m.id = c.active_leaf_id) FROM conversations c WHERE c.id = ?1"
        );
        row.Bind(1, conversation.Key).Step();
        var isOwn = conversation.Provider == ConversationEdits.OwnProvider && conversation.SourceId is not null;
        Id = isOwn ? conversation.SourceId! : conversation.Id;
        SourceId = isOwn ? null : conversation.SourceId;
        Account = ConversationEdits.NullIfEmpty(row.Text(0));
        Extras = RawJson.Of(row.Utf8(1));
        ActiveLeaf = row.IsNull(2)
            ? conversation.ActiveLeaf
            : MessageKey.OwnIdIn(row.Blob(2)) ?? conversation.ActiveLeaf;
    }

    public string Id { get; }
    public string? SourceId { get; }
    public string? Account { get; }
    public string? ActiveLeaf { get; }
    public RawJson? Extras { get; }

    /// <summary>The message's id, its parent's, its key at the source and the source's own fields. Parents are asked for before their children.</summary>
    public (string Id, string? Parent, string? Key, RawJson? Extras) Of(MessageView message)
    {
        using var row = session.Query("SELECT source_key, extras FROM messages WHERE id = ?1");
        row.Bind(1, message.Key).Step();
        var own = row.IsNull(0) ? null : MessageKey.OwnIdIn(row.Blob(0));
        if (own is not null)
        {
            renamed[message.Id] = own;
        }

        return (
            own ?? message.Id,
            message.ParentId is { } parent ? renamed.GetValueOrDefault(parent, parent) : null,
            own is null && !row.IsNull(0) ? Convert.ToHexStringLower(row.Blob(0)) : null,
            row.IsNull(1) ? null : RawJson.Of(MessageExtras.Source(row.Utf8(1)))
        );
    }
}

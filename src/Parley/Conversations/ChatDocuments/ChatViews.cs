using System.Text.Json.Serialization;
using Parley.Kernel.Http;

namespace Parley.Conversations.ChatDocuments;

/// <summary>A conversation as a chat document. Times are seconds since 1970.</summary>
/// <param name="Chat">The document: title, models, params, history with every message by id, messages of the active path, and what else clients put into it.</param>
/// <param name="ShareId">The newest link that shows it.</param>
internal sealed record ChatView(
    string Id,
    string UserId,
    string Title,
    RawJson Chat,
    long UpdatedAt,
    long CreatedAt,
    string? ShareId,
    bool Archived,
    bool Pinned,
    ChatMeta Meta,
    string? FolderId
)
{
    /// <summary>What of the document that was sent was mended or left out, and why.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ChatWarning>? Warnings { get; init; }

    [JsonIgnore]
    public long Version { get; init; }
}

/// <param name="Tags">Names in lower case, blanks as underscores.</param>
internal sealed record ChatMeta(IReadOnlyList<string> Tags);

/// <summary>Something in a document that could not be taken as it stood.</summary>
/// <param name="Node">The message's id in the document.</param>
internal sealed record ChatWarning(string Code, string? Node, string Detail);

/// <summary>A chat as lists show it.</summary>
internal sealed record ChatItem(
    string Id,
    string Title,
    long UpdatedAt,
    long CreatedAt,
    bool Archived,
    bool Pinned,
    string? FolderId
)
{
    public static ChatItem Of(ConversationItem item) =>
        new(
            item.Id,
            item.Title ?? "",
            item.Position.At / 1_000_000,
            Epoch.Seconds(item.CreatedAt) ?? item.Position.At / 1_000_000,
            item.Archived,
            item.Pinned,
            item.Folder?.Id
        );
}

/// <summary>What became of a bulk deletion.</summary>
/// <param name="Missing">Ids of no chat of one's own.</param>
internal sealed record DeletedChats(IReadOnlyList<string> Deleted, IReadOnlyList<string> Missing);

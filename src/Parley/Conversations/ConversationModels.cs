using System.Text.Json.Serialization;
using Parley.Kernel;
using Parley.Kernel.Http;

namespace Parley.Conversations;

/// <summary>A conversation as lists show it.</summary>
/// <param name="Provider">chatgpt, claude, gemini, xai, zed, …; parley for its own.</param>
/// <param name="SourceId">The provider's id of it.</param>
/// <param name="MessageCount">Over all branches, hidden ones included.</param>
/// <param name="LastMessagePreview">Beginning of the last visible message of the active path.</param>
/// <param name="ActiveLeaf">The message the active path ends at.</param>
/// <param name="Version">Rises with every change; the ETag.</param>
internal sealed record ConversationItem(
    string Id,
    string? Title,
    string Provider,
    string? SourceId,
    string? Model,
    string Space,
    FolderRef? Folder,
    IReadOnlyList<string> Tags,
    string? CreatedAt,
    string? UpdatedAt,
    bool Pinned,
    bool Starred,
    bool Archived,
    long MessageCount,
    string? LastMessagePreview,
    string? ActiveLeaf,
    long Version
)
{
    /// <summary>In the bin since.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? DeletedAt { get; init; }

    /// <summary>Whose it is, where it is not one's own.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SharedBy? Shared { get; init; }

    /// <summary>The key lists are ordered by, for cursors.</summary>
    [JsonIgnore]
    public (long At, long Id) Position { get; init; }
}

/// <summary>The folder a conversation lies in.</summary>
internal sealed record FolderRef(string Id, string Name);

/// <summary>One conversation with what only its own page needs.</summary>
/// <param name="Provider">chatgpt, claude, gemini, xai, zed, …; parley for its own.</param>
/// <param name="SourceId">The provider's id of it.</param>
/// <param name="MessageCount">Over all branches, hidden ones included.</param>
/// <param name="PathCount">Messages on the active path.</param>
/// <param name="LastMessagePreview">Beginning of the last visible message of the active path.</param>
/// <param name="ActiveLeaf">The message the active path ends at.</param>
/// <param name="StartedFrom">The conversation it was forked from or started by, as its source names it.</param>
/// <param name="ExtraData">JSON of a caller's own.</param>
/// <param name="Version">Rises with every change; the ETag.</param>
internal sealed record ConversationView(
    string Id,
    string? Title,
    string Provider,
    string? SourceId,
    string? Model,
    string Space,
    FolderRef? Folder,
    IReadOnlyList<string> Tags,
    string? CreatedAt,
    string? UpdatedAt,
    bool Pinned,
    bool Starred,
    bool Archived,
    long MessageCount,
    long PathCount,
    string? LastMessagePreview,
    string? ActiveLeaf,
    string? SystemPrompt,
    string? StartedFrom,
    RawJson? ExtraData,
    long Version
)
{
    /// <summary>The id inside.</summary>
    [JsonIgnore]
    public long Key { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? DeletedAt { get; init; }

    /// <summary>Whose it is, where it is not one's own. Folder, tags and marks are its owner's alone.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SharedBy? Shared { get; init; }

    /// <summary>Of the active path in reading order, or with <c>tree=true</c> of every branch, parents first.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<MessageView>? Messages { get; init; }

    /// <summary>Where messages go on, when a limit cut them.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? NextCursor { get; init; }
}

/// <summary>A message.</summary>
/// <param name="Content">Its text as Markdown; what is not text (tool calls, thinking) is in <paramref name="Parts"/> only.</param>
/// <param name="Parts">Typed parts; null where the message is one plain text.</param>
/// <param name="Active">On the active path.</param>
/// <param name="Finish">The source's word for how the answer ended.</param>
/// <param name="Pinned">Models are told it with every question that comes after it on its path.</param>
internal sealed record MessageView(
    string Id,
    string? ParentId,
    string Role,
    Utf8Text Content,
    RawJson? Parts,
    string? Model,
    string? CreatedAt,
    bool Hidden,
    bool Active,
    string Status,
    string? Finish,
    bool Favourite,
    bool Pinned,
    IReadOnlyList<string> Reactions,
    RawJson? ExtraData
)
{
    /// <summary>The source's word for the role, where it is none of the four.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? RawRole { get; init; }

    /// <summary>What asking for it cost here; absent where no price was known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Cost? Cost { get; init; }

    /// <summary>What its model was told of a conversation that is longer than its window; absent where it was told all of it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ToldContext? Context { get; init; }

    /// <summary>The id inside.</summary>
    [JsonIgnore]
    public long Key { get; init; }

    /// <summary>Its place among all messages of the conversation, for cursors.</summary>
    [JsonIgnore]
    public long Ord { get; init; }
}

/// <summary>What was told in place of messages that no longer fitted.</summary>
/// <param name="Overflow">summarise; or drop, where there is no summary.</param>
/// <param name="Covers">Messages the summary stands for.</param>
/// <param name="Whole">They are all from the beginning on; else the oldest were too many.</param>
/// <param name="Problem">Why there is none.</param>
internal sealed record ToldContext(string Overflow, long Covers, bool Whole, string? Problem);

/// <summary>What came of emptying the bin.</summary>
/// <param name="Removed">Conversations that were deleted for good.</param>
/// <param name="More">There are more than one request deletes: ask again.</param>
internal sealed record BinEmptied(long Removed, bool More);

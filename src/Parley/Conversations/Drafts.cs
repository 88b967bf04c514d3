namespace Parley.Conversations;

/// <summary>
/// A conversation on its way into the store: what an importer yields and what the API makes of a request.
/// Texts are UTF-8 in the draft's own <see cref="Arena"/> and live until the draft is disposed.
/// Times are Unix microseconds, null where the source does not say (never "now").
/// </summary>
internal sealed class ConversationDraft : IDisposable
{
    /// <summary>chatgpt, claude, gemini, xai, zed, …; "parley" for its own.</summary>
    public required string Provider { get; init; }

    /// <summary>The provider's account, where the source names it; part of the key.</summary>
    public string? Account { get; set; }

    /// <summary>The provider's id, or a derived one (imports.md 1.3). Null only for conversations made in Parley.</summary>
    public string? ProviderId { get; set; }

    public string? Title { get; set; }
    public long? CreatedAt { get; set; }
    public long? UpdatedAt { get; set; }

    /// <summary>Nothing states them: they are what the messages say (<see cref="DraftDefaults"/>).</summary>
    public bool TitleIsDerived { get; set; }
    public bool TimesAreDerived { get; set; }

    /// <summary>The source copies messages from one of its conversations to another under their ids (<see cref="SharedMessages"/>).</summary>
    public bool SharesMessages { get; init; }
    public string? Model { get; set; }
    public bool Archived { get; set; }
    public bool Starred { get; set; }
    public bool Pinned { get; set; }

    /// <summary>Project, folder or custom assistant at the provider: becomes a folder.</summary>
    public string? ProjectId { get; set; }
    public string? ProjectName { get; set; }

    /// <summary>The provider's id of the conversation this one was started from (subagents, forks).</summary>
    public string? ParentConversationId { get; set; }

    public List<string> Tags { get; } = [];

    /// <summary>The provider's message id at which the source says the conversation stands.</summary>
    public string? ActiveLeaf { get; set; }

    /// <summary>True where the source has no parent links: each message follows the one before it.</summary>
    public bool Linear { get; set; }

    /// <summary>What the model has no field for: one raw JSON object (UTF-8), or empty.</summary>
    public ReadOnlyMemory<byte> Extras { get; set; }

    /// <summary>Where it stands in the source, for the report: entry name and index of the record.</summary>
    public string Entry { get; set; } = "";
    public long Index { get; set; }

    public List<MessageDraft> Messages { get; } = [];

    /// <summary>Nodes of the source's tree that carry no message: id → parent. Children pass through to the nearest ancestor with one.</summary>
    public Dictionary<string, string?> EmptyNodes { get; } = [];

    /// <summary>Where the source states the order of siblings: parent id → child ids. Others stand in file order.</summary>
    public Dictionary<string, string[]> ChildOrder { get; } = [];

    public Utf8Arena Arena { get; } = new();

    /// <summary>What only Parley's own exports say.</summary>
    public OwnFields? Own { get; set; }

    public void Dispose() => Arena.Dispose();
}

/// <summary>What a person gave a conversation in Parley. Written where the conversation is new; on a known one it stays as it is.</summary>
/// <param name="Space">The space's name.</param>
/// <param name="Folder">The folder's name.</param>
/// <param name="ExtraData">JSON of a caller's own, or empty.</param>
internal sealed record OwnFields(string? Space, string? Folder, string? SystemPrompt, ReadOnlyMemory<byte> ExtraData);

/// <summary>The same of a message.</summary>
/// <param name="Reactions">A JSON array of strings, or empty.</param>
internal sealed record OwnMarks(
    bool Favourite,
    bool Pinned,
    ReadOnlyMemory<byte> Reactions,
    ReadOnlyMemory<byte> ExtraData
);

/// <summary>One message of a <see cref="ConversationDraft"/>.</summary>
internal sealed class MessageDraft
{
    /// <summary>The provider's id; null → the derived key of imports.md 1.3.</summary>
    public string? ProviderId { get; set; }

    /// <summary>
    /// The key where the format knows better than the derivation of imports.md 1.3 what makes two copies the same
    /// message (Gemini: equal to the second). Null → by id, else derived.
    /// </summary>
    public MessageKey? Key { get; set; }

    /// <summary>The provider's id of the message (or empty node) before it; null for a root. Ignored where the draft is linear.</summary>
    public string? Parent { get; set; }

    public required Role Role { get; set; }

    /// <summary>The source's own word for the role, where it is none of the four.</summary>
    public string? RawRole { get; set; }

    /// <summary>Most messages have one, and parts are large.</summary>
    public List<PartDraft> Parts { get; } = new(1);
    public string? Model { get; set; }
    public long? CreatedAt { get; set; }
    public bool Hidden { get; set; }
    public MessageStatus Status { get; set; }

    /// <summary>The source's own word for how the answer ended (stop, max_tokens, …).</summary>
    public string? Finish { get; set; }

    /// <summary>What the model has no field for: one raw JSON object (UTF-8), or empty.</summary>
    public ReadOnlyMemory<byte> Extras { get; set; }

    /// <summary>What only Parley's own exports say.</summary>
    public OwnMarks? Own { get; init; }

    public MessageDraft Add(in PartDraft part)
    {
        Parts.Add(part);
        return this;
    }

    public MessageDraft AddText(ReadOnlyMemory<byte> text) => Add(new PartDraft(PartKind.Text) { Text = text });
}

/// <summary>
/// One part. Which fields mean what:
/// <list type="bullet">
/// <item>text, thinking: <see cref="Text"/> (Markdown)</item>
/// <item>code: <see cref="Text"/>, <see cref="Name"/> = language</item>
/// <item>tool_call: <see cref="Name"/>, <see cref="CallId"/>, <see cref="Text"/> = input as JSON or text</item>
/// <item>tool_result: <see cref="CallId"/>, <see cref="Name"/>, <see cref="Text"/> = output, <see cref="IsError"/></item>
/// <item>image, audio, video, file: <see cref="Attachment"/>; <see cref="Text"/> = caption or transcription</item>
/// <item>citation: <see cref="Name"/> = title, <see cref="Url"/>, <see cref="Text"/> = quoted passage</item>
/// <item>unknown: <see cref="Text"/> = the raw JSON, <see cref="Name"/> = its type where it states one</item>
/// </list>
/// </summary>
internal readonly record struct PartDraft(PartKind Kind)
{
    public ReadOnlyMemory<byte> Text { get; init; }
    public string? Name { get; init; }
    public string? CallId { get; init; }
    public string? Url { get; init; }
    public bool IsError { get; init; }
    public AttachmentDraft? Attachment { get; init; }

    /// <summary>Further fields of the part as the source has them: one raw JSON object, or empty.</summary>
    public ReadOnlyMemory<byte> Extras { get; init; }
}

/// <summary>A file a message names. Bytes often are not in the archive: then it is kept as missing.</summary>
internal sealed class AttachmentDraft
{
    public string? ProviderId { get; set; }
    public string? Name { get; set; }

    /// <summary>As the source says; when bytes are there, their content decides.</summary>
    public string? MediaType { get; set; }
    public long? Size { get; set; }

    /// <summary>Text the provider extracted from the file or that was pasted; searchable.</summary>
    public ReadOnlyMemory<byte> ExtractedText { get; set; }

    /// <summary>Opens the bytes; null when the source does not hold them.</summary>
    public Func<Stream>? Open { get; set; }

    /// <summary>The row it already has, when the message was read from the store or from an export of one.</summary>
    public long? StoredId { get; init; }

    /// <summary>Such an export says that the store had the bytes; whether they came with it is another matter.</summary>
    public bool HadBytes { get; init; }
}

using Parley.Conversations;

namespace Parley.Import;

/// <summary>What a format says of an entry.</summary>
internal enum Claim
{
    /// <summary>Not ours.</summary>
    None,

    /// <summary>Holds conversations.</summary>
    Conversations,

    /// <summary>Ours, and read beside the conversations (names, projects, assets' names); alone it is nothing to import.</summary>
    Companion,

    /// <summary>Ours and known, but nothing in it is wanted (accounts, billing): not read, not reported as unknown.</summary>
    Ignored,
}

/// <summary>
/// One export format: three small parts in <c>Formats/</c> (the wire shape as found, a reader that forgives, an
/// adapter to drafts). Formats are stateless and thread-safe; a run's state lives in <see cref="Read"/>.
/// </summary>
internal interface IImportFormat
{
    /// <summary>Stable name in reports: chatgpt, claude, claude-code, gemini-takeout, grok, zed-threads, …</summary>
    string Name { get; }

    /// <summary>The provider its conversations carry: chatgpt, claude, gemini, xai, zed, …</summary>
    string Provider { get; }

    /// <summary>By content, names only help (imports.md section 2). Formats are asked in the order of that table; the first claim wins.</summary>
    Claim Recognise(EntryHead head);

    /// <summary>
    /// Gives the conversations of the claimed entries one at a time. What cannot be read is reported to the context
    /// and skipped: only a broken source (I/O) or cancellation throws. The caller disposes each draft, settles its
    /// tree (<see cref="MessageTree"/>) and merges drafts of one id.
    /// </summary>
    IEnumerable<ConversationDraft> Read(IReadOnlyList<SourceEntry> claimed, ImportContext context);
}

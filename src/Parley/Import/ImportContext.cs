using Parley.Conversations;

namespace Parley.Import;

/// <summary>
/// What a format works with during one run over one source: the other entries (for attachments' bytes), the report,
/// cancellation. Used by one thread.
/// </summary>
internal sealed class ImportContext(ImportSource source, IImportReport report, CancellationToken ct)
{
    public ImportSource Source { get; } = source;
    public IImportReport Report { get; } = report;
    public CancellationToken Cancellation { get; } = ct;

    /// <summary>Takes the documents that stand beside the conversations; they are committed with what is given out next.</summary>
    public required Action<DocumentDraft> Documents { get; init; }

    /// <summary>Where private copies go that need a file (SQLite); null → the system's temporary folder.</summary>
    public string? ScratchFolder { get; init; }
}

/// <summary>
/// The report as a format sees it. Codes are short and stable (<c>unknown-content-type</c>, <c>bad-json</c>,
/// <c>missing-shard</c>); the report groups by code and keeps the first ten locations of each (imports.md section 9).
/// </summary>
internal interface IImportReport
{
    /// <summary>Something is odd but kept. <paramref name="what"/> says it in words without the location; no message text.</summary>
    void Warn(string code, string what, string entry, long index = -1, string? id = null);

    /// <summary>A record could not be imported. It is counted as failed and never silently dropped.</summary>
    void Fail(string code, string reason, string entry, long index = -1, string? id = null);

    /// <summary>A record that makes no conversation, with the reason: empty conversations, rows of other products.</summary>
    void Ignore(string code, string reason, string entry, long index = -1, string? id = null);

    /// <summary>Bytes read of the current entry, for progress.</summary>
    void Progress(string entry, long position);
}

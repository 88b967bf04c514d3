using System.Text.Json.Serialization;

namespace Parley.Documents;

/// <summary>A document as the API shows it.</summary>
/// <param name="Url">Where it was fetched from; null for what was handed over.</param>
/// <param name="Reason">Why it failed; what was ready before stays.</param>
/// <param name="Progress">From 0 to 1, of the newest version.</param>
/// <param name="Kind">text, markdown, code, html, csv, json, mail, pdf, docx, pptx, xlsx, odt or epub; null until it was looked at.</param>
/// <param name="Version">Number of the newest version.</param>
/// <param name="Size">Bytes of the original.</param>
/// <param name="Pages">Null where it has none.</param>
/// <param name="Chunks">Of the version that is ready.</param>
/// <param name="FileId">The original: its bytes are at /api/files/{id}/content; null until an address was fetched.</param>
internal sealed record DocumentView(
    string Id,
    string SpaceId,
    string Name,
    string? Url,
    string Status,
    string? Reason,
    double Progress,
    string? Kind,
    int Version,
    long Size,
    long Words,
    int? Pages,
    int Chunks,
    string? FileId,
    string CreatedAt,
    string UpdatedAt
)
{
    /// <summary>The last ten, newest first; only where one document is asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<VersionView>? Versions { get; init; }
}

/// <summary>A version of a document.</summary>
/// <param name="TextSize">Bytes of its text.</param>
internal sealed record VersionView(
    int Number,
    string Status,
    string? Reason,
    string? FileId,
    string? Kind,
    long TextSize,
    long Words,
    int? Pages,
    int Chunks,
    string CreatedAt,
    string? FinishedAt
);

/// <summary>A piece of a document, as searches and questions find it.</summary>
/// <param name="Number">Its place, from 1.</param>
/// <param name="Kind">prose, table or code.</param>
/// <param name="Headings">Those above it, outermost first.</param>
/// <param name="Start">Where it begins in the document's text (/api/documents/{id}/text), in bytes.</param>
/// <param name="Length">Bytes.</param>
internal sealed record ChunkView(
    string Id,
    string DocumentId,
    long Number,
    string Kind,
    int? Page,
    IReadOnlyList<string> Headings,
    long Start,
    long Length,
    long Words,
    string Text
);

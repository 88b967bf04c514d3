using System.Text.Json.Serialization;

namespace Parley.Requirements;

/// <summary>A requirements document.</summary>
/// <param name="Kind">What its newest version was read from: markdown, text, html, pdf, docx or odt.</param>
/// <param name="Version">Number of the newest version, from 1.</param>
/// <param name="Size">Bytes of its text.</param>
/// <param name="Statements">How many it was cut into.</param>
/// <param name="Revision">Rises with every change, a new name's too; the ETag.</param>
internal sealed record RequirementsView(
    string Id,
    string SpaceId,
    string Name,
    string Kind,
    int Version,
    long Size,
    int Statements,
    string CreatedAt,
    string UpdatedAt,
    long Revision
)
{
    /// <summary>Its text, lines ending with LF; only where one document is asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Text { get; init; }
}

/// <summary>A version of a requirements document.</summary>
/// <param name="Size">Bytes of its text.</param>
internal sealed record RequirementsVersion(int Number, string Kind, long Size, int Statements, string CreatedAt);

/// <summary>A statement of a requirements document. Its id stays for as long as its words, or most of them, do.</summary>
/// <param name="Number">Its place in reading order, from 1.</param>
/// <param name="Name">The id its author gave it, as REQ-12.</param>
/// <param name="Level">Of a heading 1 to 6, 7 for a line that only introduces what follows; of an item how deep it is nested, from 1; else 0.</param>
/// <param name="ParentId">The heading, item or introducing sentence it stands under.</param>
/// <param name="Headings">Above it, outermost first.</param>
/// <param name="Start">Bytes of UTF-8 into the document's text.</param>
/// <param name="Length">Bytes.</param>
/// <param name="CharStart">The same place in UTF-16 units, as JavaScript counts.</param>
/// <param name="CharLength">UTF-16 units.</param>
/// <param name="TypeConfidence">0 to 1; 1 where a person chose.</param>
/// <param name="TypeReason">Which signs the rules went by.</param>
/// <param name="TypeBy">Who chose it: the rules or a person.</param>
/// <param name="Revision">Rises with every change; the ETag.</param>
internal sealed record StatementView(
    string Id,
    string DocumentId,
    int Number,
    string? Name,
    string Text,
    string Form,
    int Level,
    string? ParentId,
    IReadOnlyList<string> Headings,
    long Start,
    long Length,
    long CharStart,
    long CharLength,
    string Type,
    double TypeConfidence,
    string TypeReason,
    string TypeBy,
    string Priority,
    string PriorityBy,
    string Status,
    string StatusBy,
    string UpdatedAt,
    long Revision
);

/// <summary>What became of a statement between two versions.</summary>
/// <param name="StatementId">The same before and after.</param>
/// <param name="Before">Its text in the former version; null where it is new.</param>
/// <param name="After">Its text in the latter; null where it is gone.</param>
internal sealed record StatementChange(string Change, string StatementId, string? Before, string? After)
{
    public const string Added = "ADDED";
    public const string Modified = "MODIFIED";
    public const string Removed = "REMOVED";
}

/// <summary>What changed between two versions: in the reading order of the latter, then what is gone.</summary>
/// <param name="NextCursor">Null on the last page.</param>
internal sealed record RequirementsDiff(
    int From,
    int To,
    int Added,
    int Modified,
    int Removed,
    IReadOnlyList<StatementChange> Items,
    string? NextCursor
);

/// <summary>A document with its statements, as it is exported.</summary>
internal sealed record RequirementsExport(RequirementsView Document, IReadOnlyList<StatementView> Statements);

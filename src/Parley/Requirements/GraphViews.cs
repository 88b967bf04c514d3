using System.Text.Json.Serialization;

namespace Parley.Requirements;

/// <summary>A statement in few words, where many are shown.</summary>
/// <param name="Text">At most 200 characters of it.</param>
internal sealed record StatementBrief(
    string Id,
    string DocumentId,
    int Number,
    string? Name,
    string Type,
    string Priority,
    string Status,
    string Text
)
{
    public const int LongestText = 200;

    public static string Short(string text)
    {
        text = text.Length <= LongestText ? text : text[..(LongestText - 1)].TrimEnd('\uD800') + "…";
        return text.Replace('\n', ' ');
    }
}

/// <summary>A link between two statements: “from DEPENDS_ON to”.</summary>
/// <param name="Id">Null of BELONGS_TO, which follows from headings and lists.</param>
/// <param name="Method">reference: an author's id or a section's number; phrase; terms: words in common beyond chance; rule; person; structure.</param>
/// <param name="Confidence">0 to 1; 1 where a person confirmed or added it.</param>
/// <param name="Evidence">The words of the statement it goes out from that say so.</param>
/// <param name="EvidenceStart">Where these begin, in UTF-16 units into that statement's text.</param>
/// <param name="State">found, confirmed or rejected; what is rejected is shown nowhere else.</param>
/// <param name="ConfirmedBy">The account that confirmed or added it.</param>
internal sealed record LinkView(
    string? Id,
    string FromId,
    string ToId,
    string Relation,
    string Method,
    double Confidence,
    string Reason,
    string Evidence,
    int EvidenceStart,
    string State,
    string? ConfirmedBy
);

/// <summary>Statements and the links between them.</summary>
/// <param name="Truncated">There are more statements than were asked for.</param>
internal sealed record GraphView(IReadOnlyList<StatementBrief> Nodes, IReadOnlyList<LinkView> Links, bool Truncated);

/// <summary>A statement with its links.</summary>
/// <param name="Neighbours">The statements at their other ends.</param>
/// <param name="NextCursor">For more links; null on the last page.</param>
internal sealed record GraphNode(
    StatementView Statement,
    IReadOnlyList<LinkView> Links,
    IReadOnlyList<StatementBrief> Neighbours,
    string? NextCursor
);

/// <summary>The shortest way from one statement to another, links taken either way.</summary>
/// <param name="Found">False: there is none within the bounds.</param>
internal sealed record GraphPath(bool Found, IReadOnlyList<StatementBrief> Nodes, IReadOnlyList<LinkView> Links);

/// <summary>A statement that another one is linked with.</summary>
/// <param name="LinkId">Null where headings and lists say so.</param>
internal sealed record LinkedStatement(StatementBrief Statement, string Relation, double Confidence, string? LinkId);

/// <summary>What is asked for, and what tests, documents, shows and builds it.</summary>
internal sealed record TraceRow(
    StatementBrief Statement,
    IReadOnlyList<LinkedStatement> Tests,
    IReadOnlyList<LinkedStatement> Documentation,
    IReadOnlyList<LinkedStatement> Design,
    IReadOnlyList<LinkedStatement> Code,
    IReadOnlyList<LinkedStatement> DependsOn
);

/// <summary>How much of what is asked for is tested, documented, designed and built.</summary>
/// <param name="Asked">Requirements, features and constraints.</param>
/// <param name="Orphans">Of these, linked with nothing at all.</param>
/// <param name="Items">Those that nothing tests.</param>
/// <param name="NextCursor">Null on the last page.</param>
internal sealed record CoverageView(
    int Asked,
    int Tested,
    int Documented,
    int Designed,
    int Implemented,
    int Orphans,
    IReadOnlyList<StatementBrief> Items,
    string? NextCursor
);

/// <summary>Two statements that cannot both hold.</summary>
/// <param name="Score">0 to 1.</param>
internal sealed record ConflictView(
    string LinkId,
    StatementBrief First,
    StatementBrief Second,
    double Score,
    string Reason,
    string State
);

/// <summary>A statement that a change may reach.</summary>
/// <param name="Score">0 to 1: how surely, by the confidence of the links on the way, and how far.</param>
/// <param name="Path">From a changed statement to this one.</param>
internal sealed record ImpactItem(StatementBrief Statement, double Score, int Distance, IReadOnlyList<ImpactStep> Path);

/// <summary>A step of a change: this statement depends on, tests, … the one before.</summary>
/// <param name="Relation">Null of the first, which changed itself.</param>
internal sealed record ImpactStep(string StatementId, string? Relation);

/// <summary>What a change may reach, most surely first.</summary>
/// <param name="Cycles">Statements that depend on each other in a ring, as ids.</param>
/// <param name="Orphans">Of the statements asked about, those that nothing is linked with.</param>
/// <param name="Truncated">There is more within the depth.</param>
internal sealed record ImpactView(
    IReadOnlyList<ImpactItem> Items,
    IReadOnlyList<IReadOnlyList<string>> Cycles,
    IReadOnlyList<string> Orphans,
    bool Truncated
);

/// <summary>A statement with what stands around it and what it is linked with.</summary>
internal sealed record StatementContext(
    StatementView Statement,
    IReadOnlyList<StatementBrief> Before,
    IReadOnlyList<StatementBrief> After,
    IReadOnlyList<StatementBrief> Children,
    IReadOnlyList<LinkedStatement> Linked
);

/// <summary>A statement that was packed.</summary>
/// <param name="N">From 1: what an answer cites it by.</param>
/// <param name="Why">match: it has words of the query; linked: by statements that do.</param>
internal sealed record PackedStatement(
    int N,
    string Id,
    string DocumentId,
    string Document,
    string? Name,
    string Type,
    IReadOnlyList<string> Headings,
    string Text,
    double Score,
    string Why
);

/// <summary>What a question about requirements should be answered from.</summary>
/// <param name="Tokens">Of all items as JSON, or of the text: counted from above, never more than was asked for.</param>
/// <param name="Searched">Statements that were looked at.</param>
internal sealed record PackedContext(int Tokens, int Searched, bool Truncated)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<PackedStatement>? Items { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Text { get; init; }
}

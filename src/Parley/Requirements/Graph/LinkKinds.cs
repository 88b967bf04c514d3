namespace Parley.Requirements;

/// <summary>How two statements are linked. The numbers are stored; from and to are read as “from DEPENDS_ON to”.</summary>
internal enum LinkRelation
{
    DependsOn = 0,
    References = 1,
    Tests = 2,
    Implements = 3,
    Documents = 4,
    Designs = 5,
    Contradicts = 6,
    RelatesTo = 7,

    /// <summary>Of headings and lists; follows from the text and is not stored.</summary>
    BelongsTo = 8,
}

/// <summary>How a link was found. The numbers are stored.</summary>
internal enum LinkMethod
{
    /// <summary>An id of the author's, or the number of a section.</summary>
    Reference = 0,

    /// <summary>Words like “depends on” with what they name.</summary>
    Phrase = 1,

    /// <summary>More words in common than chance would have it, each the other's best.</summary>
    Terms = 2,

    /// <summary>A rule about what excludes each other.</summary>
    Rule = 3,

    Person = 4,

    /// <summary>Headings and lists.</summary>
    Structure = 5,
}

/// <summary>What people say of a link. The numbers are stored.</summary>
internal enum LinkState
{
    Found = 0,
    Confirmed = 1,

    /// <summary>It is kept so that it is not found again.</summary>
    Rejected = 2,
}

/// <summary>The words of links, at the place of their number.</summary>
internal static class LinkKinds
{
    public static readonly string[] Relations =
    [
        "DEPENDS_ON",
        "REFERENCES",
        "TESTS",
        "IMPLEMENTS",
        "DOCUMENTS",
        "DESIGNS",
        "CONTRADICTS",
        "RELATES_TO",
        "BELONGS_TO",
    ];

    public static readonly string[] Methods = ["reference", "phrase", "terms", "rule", "person", "structure"];
    public static readonly string[] States = ["found", "confirmed", "rejected"];
}

/// <summary>A link that was found.</summary>
/// <param name="At">Where its evidence begins in the text of <paramref name="From"/>, in UTF-16 units.</param>
internal sealed record FoundLink(
    long From,
    long To,
    LinkRelation Relation,
    LinkMethod Method,
    double Confidence,
    string Reason,
    int At,
    int Length
)
{
    public LinkKey Key => new(From, To, Relation);
}

/// <summary>There is one link of a relation from one statement to another.</summary>
internal sealed record LinkKey(long From, long To, LinkRelation Relation);

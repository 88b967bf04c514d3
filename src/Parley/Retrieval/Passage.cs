using Parley.Conversations;
using Parley.Kernel;

namespace Parley.Retrieval;

/// <summary>What a passage is of: a message, a piece of a document, something remembered.</summary>
internal readonly record struct PassageKey(TextKind Kind, long Id);

/// <summary>A stretch of something stored, chosen for a question.</summary>
/// <param name="GroupId">The conversation or document it is in.</param>
/// <param name="Text">The stretch, UTF-8, as it is stored.</param>
/// <param name="Start">Where it begins in the whole text, in bytes of UTF-8.</param>
/// <param name="WholeLength">Length of the whole text, in bytes of UTF-8.</param>
internal sealed record Passage(PassageKey Key, long GroupId, ReadOnlyMemory<byte> Text, int Start, int WholeLength)
{
    /// <summary>Of the conversation or document.</summary>
    public string? Title { get; init; }

    /// <summary>Who says it; null for what is no message.</summary>
    public Role? Role { get; init; }

    /// <summary>Unix microseconds; null where the source does not say.</summary>
    public long? CreatedAt { get; init; }

    /// <summary>The headings it stands under, outermost first.</summary>
    public string? Heading { get; init; }

    /// <summary>The page of the document it begins on, from 1.</summary>
    public int? Page { get; init; }

    /// <summary>The question that a message answers, its beginning.</summary>
    public string? Asked { get; init; }

    public long Tokens { get; init; }

    /// <summary>From 0 to 1.</summary>
    public double Score { get; init; }

    /// <summary>BM25F, where the lane of words found it.</summary>
    public double? TextScore { get; init; }

    /// <summary>Cosine, where the lane of meaning found it.</summary>
    public double? SemanticScore { get; init; }
}

/// <summary>What a lane did for a question.</summary>
/// <param name="Name">text or semantic.</param>
/// <param name="State">used, building (not all is in it yet), cut (the work it may do was used up), absent or failed.</param>
/// <param name="Candidates">How many passages it named.</param>
/// <param name="Note">In a sentence, where it was not used whole.</param>
/// <param name="TookMs">How long it took.</param>
internal sealed record LaneReport(string Name, string State, int Candidates, string? Note, double TookMs);

/// <summary>The passages, best first, and how they were found.</summary>
internal sealed record RetrievedPassages(
    IReadOnlyList<Passage> Passages,
    IReadOnlyList<LaneReport> Lanes,
    TimeSpan Ranked,
    TimeSpan Read
)
{
    public long Tokens => Passages.Sum(passage => passage.Tokens);
}

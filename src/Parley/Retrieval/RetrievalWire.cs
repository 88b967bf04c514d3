using System.Text;
using System.Text.Json.Serialization;
using Parley.Conversations;
using Parley.Kernel;
using Parley.Kernel.Http;
using static System.Text.Json.Serialization.JsonSourceGenerationMode;

namespace Parley.Retrieval;

/// <summary>Passages for a question.</summary>
/// <param name="Passages">Best first.</param>
/// <param name="Lanes">How they were found.</param>
/// <param name="Mode">As it was asked for.</param>
/// <param name="Tokens">Of all passages, as they are estimated.</param>
internal sealed record RetrieveResult(
    IReadOnlyList<PassageView> Passages,
    IReadOnlyList<LaneReport> Lanes,
    string Mode,
    long Tokens,
    double TookMs
)
{
    public static RetrieveResult Of(RetrievedPassages found, RetrievalMode mode) =>
        new(
            [.. found.Passages.Select(PassageView.Of)],
            found.Lanes,
            RetrievalModes.Name(mode),
            found.Tokens,
            Math.Round((found.Ranked + found.Read).TotalMilliseconds, 3)
        );
}

/// <summary>A passage on the wire.</summary>
internal sealed record PassageView
{
    private static readonly string[] Kinds = ["message", "chunk", "memory"];

    /// <summary>Its number in this answer, from 1: what a citation names.</summary>
    public required int N { get; init; }

    /// <summary>message, chunk (a piece of a document) or memory.</summary>
    public required string Kind { get; init; }

    public string? MessageId { get; init; }

    public string? ConversationId { get; init; }

    public string? DocumentId { get; init; }

    public string? ChunkId { get; init; }

    /// <summary>Of the conversation or document.</summary>
    public string? Title { get; init; }

    /// <summary>The headings it stands under, outermost first.</summary>
    public string? Heading { get; init; }

    /// <summary>The page of the document it begins on, from 1.</summary>
    public int? Page { get; init; }

    public string? Role { get; init; }

    public string? CreatedAt { get; init; }

    /// <summary>Of an answer: the question before it, its telling stretch.</summary>
    public string? Asked { get; init; }

    /// <summary>The stretch, as it is stored.</summary>
    public required string Text { get; init; }

    /// <summary>Where it begins in the whole text, in bytes of UTF-8.</summary>
    public required int Start { get; init; }

    /// <summary>Its length in bytes of UTF-8.</summary>
    public required int Length { get; init; }

    /// <summary>There is more of the text before or behind it.</summary>
    public required bool Cut { get; init; }

    public required long Tokens { get; init; }

    /// <summary>Of both lanes together, 0 to 1.</summary>
    public required double Score { get; init; }

    public required LaneScores Scores { get; init; }

    public static PassageView Of(Passage passage, int index)
    {
        var key = passage.Key;
        return new PassageView
        {
            N = index + 1,
            Kind = Kinds[(int)key.Kind - 1],
            MessageId = key.Kind == TextKind.Message ? Ids.Format(key.Id, IdKind.Message) : null,
            ConversationId = key.Kind == TextKind.Message ? Ids.Format(passage.GroupId, IdKind.Conversation) : null,
            DocumentId = key.Kind == TextKind.Chunk ? Ids.Format(passage.GroupId, IdKind.Document) : null,
            ChunkId = key.Kind == TextKind.Chunk ? Ids.Format(key.Id, IdKind.Chunk) : null,
            Title = passage.Title,
            Heading = passage.Heading,
            Page = passage.Page,
            Role = passage.Role is { } role ? Roles.Name(role) : null,
            CreatedAt = Iso.Micros(passage.CreatedAt),
            Asked = passage.Asked,
            Text = Encoding.UTF8.GetString(passage.Text.Span),
            Start = passage.Start,
            Length = passage.Text.Length,
            Cut = passage.Text.Length < passage.WholeLength,
            Tokens = passage.Tokens,
            Score = Math.Round(passage.Score, 4),
            Scores = new LaneScores(Rounded(passage.TextScore), Rounded(passage.SemanticScore)),
        };
    }

    private static double? Rounded(double? score) => score is { } known ? Math.Round(known, 4) : null;
}

/// <summary>What each lane said; null where it did not name the passage.</summary>
/// <param name="Text">BM25F.</param>
/// <param name="Semantic">Cosine.</param>
internal sealed record LaneScores(double? Text, double? Semantic);

[JsonSourceGenerationOptions(
    GenerationMode = Serialization,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    MaxDepth = HttpOptions.JsonDepth
)]
[JsonSerializable(typeof(RetrieveRequest), GenerationMode = Metadata)]
[JsonSerializable(typeof(RetrieveResult))]
[JsonSerializable(typeof(PassageView), GenerationMode = Metadata | Serialization)]
[JsonSerializable(typeof(RelatedResult))]
internal sealed partial class RetrievalJson : JsonSerializerContext;

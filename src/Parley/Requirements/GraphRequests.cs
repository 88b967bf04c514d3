using System.Text.Json.Serialization.Metadata;
using Parley.Kernel;
using Parley.Kernel.Http;

namespace Parley.Requirements;

/// <summary>A link that a person adds, or confirms where it was found.</summary>
/// <param name="Relation">From the first to the second: the first DEPENDS_ON the second.</param>
/// <param name="Reason">Why; for people.</param>
internal sealed record AddLink(string? FromId, string? ToId, string? Relation, string? Reason) : IRequestBody<AddLink>
{
    private const int LongestReason = 500;

    /// <summary>BELONGS_TO is what the text makes of it.</summary>
    public static readonly string[] Relations = LinkKinds.Relations[..^1];

    public static JsonTypeInfo<AddLink> Json => RequirementsJson.Default.AddLink;

    public void Check(FieldChecks check)
    {
        Checks.Statement(check, "from_id", FromId);
        Checks.Statement(check, "to_id", ToId);
        if (FromId is not null && FromId == ToId)
        {
            check.Add("to_id", "must be another statement");
        }

        if (Relation is null || Array.IndexOf(Relations, Relation) < 0)
        {
            check.Add("relation", $"must be one of {string.Join(", ", Relations)}");
        }

        check.Text("reason", Reason, LongestReason);
    }
}

/// <summary>What changes, to see what it reaches.</summary>
/// <param name="Chunks">Ids of the statements that change.</param>
/// <param name="Depth">Links from one of them, 1 to 6; 3 where it is not said.</param>
internal sealed record ImpactRequest(IReadOnlyList<string>? Chunks, int? Depth) : IRequestBody<ImpactRequest>
{
    public const int MostChunks = 100;

    public static JsonTypeInfo<ImpactRequest> Json => RequirementsJson.Default.ImpactRequest;

    public void Check(FieldChecks check)
    {
        if (Chunks is not { Count: > 0 and <= MostChunks })
        {
            check.Add("chunks", $"must be 1 to {MostChunks} ids of statements");
        }

        for (var i = 0; i < Math.Min(Chunks?.Count ?? 0, MostChunks); i++)
        {
            Checks.Statement(check, $"chunks[{i}]", Chunks![i]);
        }

        Checks.Range(check, "depth", Depth, 1, ImpactFinder.DeepestDepth);
    }
}

/// <summary>What a context is wanted for.</summary>
internal sealed record ContextRequest : IRequestBody<ContextRequest>
{
    public static readonly string[] Formats = ["structured", "narrative"];

    private const int LongestQuery = 1_000;
    private const int MostDocuments = 100;

    /// <summary>The question; authors' ids in it find their statements.</summary>
    public string? Query { get; init; }

    /// <summary>Ids of requirements documents to look in; all without them.</summary>
    public IReadOnlyList<string>? Documents { get; init; }

    /// <summary>Only statements of these types; all without them.</summary>
    public IReadOnlyList<string>? IncludeTypes { get; init; }

    /// <summary>Links from a match to what is packed with it: 0 to 4, 2 where nothing is said.</summary>
    public int? Depth { get; init; }

    /// <summary>Never more than so many: 200 to 32,000, 2,000 where nothing is said.</summary>
    public int? TokenBudget { get; init; }

    /// <summary>structured, where nothing is said: items; narrative: one text.</summary>
    public string? Format { get; init; }

    public static JsonTypeInfo<ContextRequest> Json => RequirementsJson.Default.ContextRequest;

    public void Check(FieldChecks check)
    {
        check.Text("query", Query, LongestQuery, required: true);
        if (Documents is { Count: > MostDocuments })
        {
            check.Add("documents", $"must not be more than {MostDocuments}");
        }

        for (var i = 0; i < Math.Min(Documents?.Count ?? 0, MostDocuments); i++)
        {
            if (!Ids.TryParse(Documents![i], IdKind.Requirements, out _))
            {
                check.Add($"documents[{i}]", "is no id of a requirements document");
            }
        }

        for (var i = 0; i < Math.Min(IncludeTypes?.Count ?? 0, StatementKinds.Types.Length); i++)
        {
            if (Array.IndexOf(StatementKinds.Types, IncludeTypes![i]) < 0)
            {
                check.Add($"include_types[{i}]", $"must be one of {string.Join(", ", StatementKinds.Types)}");
            }
        }

        if (IncludeTypes is { Count: var types } && types > StatementKinds.Types.Length)
        {
            check.Add("include_types", $"must not be more than {StatementKinds.Types.Length}");
        }

        Checks.Range(check, "depth", Depth, 0, ContextPacker.DeepestDepth);
        Checks.Range(check, "token_budget", TokenBudget, ContextPacker.SmallestBudget, ContextPacker.LargestBudget);
        if (Format is not null && Array.IndexOf(Formats, Format) < 0)
        {
            check.Add("format", $"must be one of {string.Join(", ", Formats)}");
        }
    }

    public ContextWish ToWish()
    {
        var documents = new List<long>();
        foreach (var id in Documents ?? [])
        {
            documents.Add(Ids.TryParse(id, IdKind.Requirements, out var known) ? known : 0);
        }

        return new ContextWish(
            Query!,
            documents,
            IncludeTypes ?? [],
            Depth ?? ContextPacker.UsualDepth,
            TokenBudget ?? ContextPacker.UsualBudget,
            Format == Formats[1]
        );
    }
}

internal static class Checks
{
    public static void Statement(FieldChecks check, string field, string? id)
    {
        if (!Ids.TryParse(id, IdKind.Statement, out _))
        {
            check.Add(field, "is no id of a statement");
        }
    }

    public static void Range(FieldChecks check, string field, int? value, int least, int most)
    {
        if (value < least || value > most)
        {
            check.Add(field, $"must be from {least} to {most}");
        }
    }
}

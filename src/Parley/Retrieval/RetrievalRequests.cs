using System.Text.Json.Serialization.Metadata;
using Parley.Conversations;
using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Search;

namespace Parley.Retrieval;

/// <summary>What passages are wanted for.</summary>
internal sealed record RetrieveRequest : IRequestBody<RetrieveRequest>
{
    private const int MostSpaces = 20;
    private const int MostDocuments = 100;

    /// <summary>The question, in the query language of search: filters hold for messages.</summary>
    public string? Query { get; init; }

    /// <summary>Names or ids of spaces to look in; without them everywhere.</summary>
    public IReadOnlyList<string>? Spaces { get; init; }

    /// <summary>Ids of documents to look in; without them in all.</summary>
    public IReadOnlyList<string>? Documents { get; init; }

    /// <summary>Whether messages of one's conversations are looked at, too; true where nothing is said.</summary>
    public bool? IncludeHistory { get; init; }

    /// <summary>Passages at most: 1 to 50, 8 where nothing is said.</summary>
    public int? Limit { get; init; }

    /// <summary>Tokens of all passages together, as they are estimated: 100 to 32,000, 2,000 where nothing is said.</summary>
    public int? TokenBudget { get; init; }

    /// <summary>hybrid, where nothing is said; text, by words alone; or semantic, by meaning alone.</summary>
    public string? Mode { get; init; }

    public static JsonTypeInfo<RetrieveRequest> Json => RetrievalJson.Default.RetrieveRequest;

    public void Check(FieldChecks check)
    {
        check.Text("query", Query, SearchQuery.MaxLength, required: true);
        CheckScope(check, Spaces, Documents, Limit, TokenBudget, Mode, "");
    }

    /// <param name="under">What the fields stand in, with its dot.</param>
    public static void CheckScope(
        FieldChecks check,
        IReadOnlyList<string>? spaces,
        IReadOnlyList<string>? documents,
        int? limit,
        int? tokenBudget,
        string? mode,
        string under
    )
    {
        if (spaces is { Count: > MostSpaces })
        {
            check.Add($"{under}spaces", $"must not be more than {MostSpaces}");
        }

        for (var i = 0; i < Math.Min(spaces?.Count ?? 0, MostSpaces); i++)
        {
            check.Text($"{under}spaces[{i}]", spaces![i], TextLimits.Name, required: true);
        }

        if (documents is { Count: > MostDocuments })
        {
            check.Add($"{under}documents", $"must not be more than {MostDocuments}");
        }

        for (var i = 0; i < Math.Min(documents?.Count ?? 0, MostDocuments); i++)
        {
            if (!Ids.TryParse(documents![i], IdKind.Document, out _))
            {
                check.Add($"{under}documents[{i}]", "is no id of a document");
            }
        }

        Range(check, under + "limit", limit, 1, RetrievalQuestion.MostPassages);
        Range(
            check,
            under + "token_budget",
            tokenBudget,
            RetrievalQuestion.SmallestBudget,
            RetrievalQuestion.LargestBudget
        );
        if (mode is not null && !RetrievalModes.Names.Contains(mode))
        {
            check.Add(under + "mode", $"must be one of {string.Join(", ", RetrievalModes.Names)}");
        }
    }

    public RetrievalQuestion ToQuestion(long ownerId) =>
        new(
            ownerId,
            SearchQuery.Parse(Query!),
            Limit ?? RetrievalQuestion.UsualPassages,
            TokenBudget ?? RetrievalQuestion.UsualBudget
        )
        {
            Mode = Mode is null ? RetrievalMode.Hybrid : (RetrievalMode)Array.IndexOf(RetrievalModes.Names, Mode),
            History = IncludeHistory ?? true,
            Spaces = Spaces ?? [],
            Documents = Documents?.Select(id => Ids.TryParse(id, IdKind.Document, out var known) ? known : 0).ToList(),
        };

    private static void Range(FieldChecks check, string field, int? value, int least, int most)
    {
        if (value < least || value > most)
        {
            check.Add(field, $"must be from {least} to {most}");
        }
    }
}

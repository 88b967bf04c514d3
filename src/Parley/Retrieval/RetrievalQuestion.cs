using Parley.Search;

namespace Parley.Retrieval;

/// <summary>By what passages are found.</summary>
internal enum RetrievalMode
{
    /// <summary>By words and by meaning, together; by words alone where nothing knows meanings.</summary>
    Hybrid,

    /// <summary>By words.</summary>
    Text,

    /// <summary>By meaning.</summary>
    Semantic,
}

internal static class RetrievalModes
{
    public static readonly string[] Names = ["hybrid", "text", "semantic"];

    public static string Name(RetrievalMode mode) => Names[(int)mode];
}

/// <summary>What passages are wanted for; every value is within its limits.</summary>
/// <param name="OwnerId">Whose messages and documents are looked at; another's never are.</param>
/// <param name="Query">The words, and filters that hold for messages.</param>
/// <param name="Limit">Passages at most, 1 to <see cref="MostPassages"/>.</param>
/// <param name="TokenBudget">All passages together hold at most so many tokens, as they are estimated.</param>
internal sealed record RetrievalQuestion(long OwnerId, SearchQuery Query, int Limit, long TokenBudget)
{
    public const int UsualPassages = 8;
    public const int MostPassages = 50;
    public const int UsualBudget = 2_000;
    public const int SmallestBudget = 100;
    public const int LargestBudget = 32_000;

    public RetrievalMode Mode { get; init; }

    /// <summary>Whether messages are looked at, beside documents.</summary>
    public bool History { get; init; } = true;

    /// <summary>Names or ids of spaces: only conversations and documents in these. None: all.</summary>
    public IReadOnlyList<string> Spaces { get; init; } = [];

    /// <summary>Only these documents; <see langword="null"/> for all.</summary>
    public IReadOnlyList<long>? Documents { get; init; }

    /// <summary>What is meant: the words without syntax and filters.</summary>
    public string Meaning =>
        Query.Clauses.Count == 0
            ? Query.Text
            : string.Join(
                ' ',
                Query
                    .Clauses.Where(clause => !clause.Negated)
                    .SelectMany(clause => clause.AnyOf)
                    .Select(atom => atom.Text)
            );

    /// <summary>A conversation whose messages are left out: whoever asks from within it knows them.</summary>
    public long? NotConversation { get; init; }
}

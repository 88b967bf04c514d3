using System.Text.Json.Serialization.Metadata;
using Parley.Kernel.Http;
using Parley.Retrieval;

namespace Parley.Chat;

/// <summary>Where and how much is looked for what an answer should rest on.</summary>
internal sealed record RagRequest : IRequestBody<RagRequest>
{
    /// <inheritdoc cref="RetrieveRequest.Spaces"/>
    public IReadOnlyList<string>? Spaces { get; init; }

    /// <inheritdoc cref="RetrieveRequest.Documents"/>
    public IReadOnlyList<string>? Documents { get; init; }

    /// <inheritdoc cref="RetrieveRequest.IncludeHistory"/>
    public bool? IncludeHistory { get; init; }

    /// <inheritdoc cref="RetrieveRequest.Limit"/>
    public int? Limit { get; init; }

    /// <summary>Tokens of all passages together, as they are estimated; never more than a quarter of the model's window.</summary>
    public int? TokenBudget { get; init; }

    /// <inheritdoc cref="RetrieveRequest.Mode"/>
    public string? Mode { get; init; }

    public static void CheckRag(FieldChecks check, bool? uses, RagRequest? rag)
    {
        if (rag is null)
        {
            return;
        }

        if (uses != true)
        {
            check.Add("rag", "says where use_rag looks: send use_rag too");
        }

        rag.Check(check);
    }

    public static JsonTypeInfo<RagRequest> Json => ChatJson.Default.RagRequest;

    public void Check(FieldChecks check) =>
        RetrieveRequest.CheckScope(check, Spaces, Documents, Limit, TokenBudget, Mode, "rag.");

    public RetrieveRequest With(string question) =>
        new()
        {
            Query = question,
            Spaces = Spaces,
            Documents = Documents,
            IncludeHistory = IncludeHistory,
            Limit = Limit,
            TokenBudget = TokenBudget,
            Mode = Mode,
        };
}

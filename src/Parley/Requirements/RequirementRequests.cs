using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Parley.Conversations;
using Parley.Files;
using Parley.Kernel.Http;
using static System.Text.Json.Serialization.JsonSourceGenerationMode;

namespace Parley.Requirements;

/// <summary>A requirements document to be made.</summary>
/// <param name="Text">Markdown, at most 2 MiB.</param>
/// <param name="Space">Name or id of the space; the default one where it is not said.</param>
internal sealed record CreateRequirements(string? Name, string? Text, string? Space) : IRequestBody<CreateRequirements>
{
    public static JsonTypeInfo<CreateRequirements> Json => RequirementsJson.Default.CreateRequirements;

    public void Check(FieldChecks check)
    {
        check.Name("name", Name, UploadNames.Longest);
        check.Text("text", Text, (int)HttpOptions.MessageBodyBytes, required: true);
        check.Text("space", Space, TextLimits.Name);
    }
}

/// <summary>A document's next version.</summary>
/// <param name="Text">Markdown, at most 2 MiB; the same text again is no new version.</param>
/// <param name="Name">Another name for it.</param>
internal sealed record ReplaceRequirements(string? Text, string? Name) : IRequestBody<ReplaceRequirements>
{
    public static JsonTypeInfo<ReplaceRequirements> Json => RequirementsJson.Default.ReplaceRequirements;

    public void Check(FieldChecks check)
    {
        check.Text("text", Text, (int)HttpOptions.MessageBodyBytes, required: true);
        if (Name is not null)
        {
            check.Name("name", Name, UploadNames.Longest);
        }
    }
}

/// <summary>A person's choice, which wins over the rules and stays; an empty text leaves it to the rules again.</summary>
internal sealed record ChangeStatement(string? Type, string? Priority, string? Status) : IRequestBody<ChangeStatement>
{
    public static JsonTypeInfo<ChangeStatement> Json => RequirementsJson.Default.ChangeStatement;

    public void Check(FieldChecks check)
    {
        OneOf(check, "type", Type, StatementKinds.Types);
        OneOf(check, "priority", Priority, StatementKinds.Priorities);
        OneOf(check, "status", Status, StatementKinds.Statuses);
    }

    private static void OneOf(FieldChecks check, string field, string? value, string[] words)
    {
        if (!string.IsNullOrEmpty(value) && Array.IndexOf(words, value) < 0)
        {
            check.Add(field, $"must be one of {string.Join(", ", words)}");
        }
    }
}

[JsonSourceGenerationOptions(
    GenerationMode = Serialization,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    MaxDepth = HttpOptions.JsonDepth
)]
[JsonSerializable(typeof(CreateRequirements), GenerationMode = Metadata)]
[JsonSerializable(typeof(ReplaceRequirements), GenerationMode = Metadata)]
[JsonSerializable(typeof(ChangeStatement), GenerationMode = Metadata)]
[JsonSerializable(typeof(AddLink), GenerationMode = Metadata)]
[JsonSerializable(typeof(ImpactRequest), GenerationMode = Metadata)]
[JsonSerializable(typeof(ContextRequest), GenerationMode = Metadata)]
[JsonSerializable(typeof(GraphView))]
[JsonSerializable(typeof(GraphNode))]
[JsonSerializable(typeof(GraphPath))]
[JsonSerializable(typeof(LinkView))]
[JsonSerializable(typeof(CoverageView))]
[JsonSerializable(typeof(ImpactView))]
[JsonSerializable(typeof(StatementContext))]
[JsonSerializable(typeof(PackedStatement))]
[JsonSerializable(typeof(PackedContext))]
[JsonSerializable(typeof(Page<TraceRow>))]
[JsonSerializable(typeof(Page<ConflictView>))]
[JsonSerializable(typeof(RequirementsView))]
[JsonSerializable(typeof(StatementView))]
[JsonSerializable(typeof(RequirementsDiff))]
[JsonSerializable(typeof(RequirementsExport))]
[JsonSerializable(typeof(Page<RequirementsView>))]
[JsonSerializable(typeof(Page<RequirementsVersion>))]
[JsonSerializable(typeof(Page<StatementView>))]
internal sealed partial class RequirementsJson : JsonSerializerContext;

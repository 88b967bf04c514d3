using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Parley.Kernel;
using Parley.Kernel.Http;
using static System.Text.Json.Serialization.JsonSourceGenerationMode;

namespace Parley.Chat.Prompts;

/// <summary>A prompt that comes with Parley.</summary>
/// <param name="Variables">Names of what is to be filled in, in order.</param>
internal sealed record PromptTemplate(
    string Id,
    string Title,
    string Category,
    string Content,
    IReadOnlyList<string> Variables
);

internal sealed record PromptTemplateList(IReadOnlyList<PromptTemplate> Items, int Total);

/// <summary>As it lies in the program.</summary>
internal sealed record TemplateEntry(string Id, string Title, string Category, string Content);

/// <summary>A prompt of one's own.</summary>
/// <param name="Command">A word to call it by.</param>
/// <param name="Version">Rises with every change; the ETag.</param>
internal sealed record PromptView(
    string Id,
    string Title,
    string? Command,
    string Category,
    string Content,
    IReadOnlyList<string> Variables,
    string CreatedAt,
    string UpdatedAt,
    long Version
);

/// <summary>A prompt to keep, or what takes the place of one.</summary>
internal sealed record SavePrompt : IRequestBody<SavePrompt>
{
    private const int LongestContent = 100_000;
    private const int LongestCommand = 40;

    public string? Title { get; init; }

    /// <summary>Letters, digits, hyphen and underscore; unique among one's own.</summary>
    public string? Command { get; init; }
    public string? Category { get; init; }

    /// <summary>With variables: {{name}}, or {{name:what stands there when it is not given}}.</summary>
    public string? Content { get; init; }

    public static JsonTypeInfo<SavePrompt> Json => PromptJson.Default.SavePrompt;

    public void Check(FieldChecks check)
    {
        check.Name("title", Title, 200);
        check.Text("content", Content, LongestContent, required: true);
        if (Category is not null)
        {
            check.Name("category", Category, 50);
        }

        if (
            Command is not null
            && (
                Command.Length is 0 or > LongestCommand
                || !Command.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            )
        )
        {
            check.Add("command", $"must have 1 to {LongestCommand} letters, digits, hyphens or underscores");
        }
    }
}

/// <summary>A prompt named in a path.</summary>
internal readonly record struct PromptId(long Value)
{
    public static bool TryParse(string? text, IFormatProvider? _, out PromptId id)
    {
        id = new PromptId(Ids.TryParse(text, IdKind.Prompt, out var value) ? value : 0);
        return true;
    }

    public static string Format(long id) => Ids.Format(id, IdKind.Prompt);
}

[JsonSourceGenerationOptions(
    GenerationMode = Serialization,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    MaxDepth = HttpOptions.JsonDepth
)]
[JsonSerializable(typeof(SavePrompt), GenerationMode = Metadata)]
[JsonSerializable(typeof(List<TemplateEntry>), GenerationMode = Metadata)]
[JsonSerializable(typeof(PromptView))]
[JsonSerializable(typeof(Page<PromptView>))]
[JsonSerializable(typeof(PromptTemplateList))]
internal sealed partial class PromptJson : JsonSerializerContext;

using Parley.Kernel.Http;

namespace Parley.Providers;

/// <summary>One question to a model, in no vendor's words.</summary>
internal sealed record ModelRequest
{
    /// <summary>As the caller names it; the upstream's own name is settled on the way.</summary>
    public required string Model { get; init; }

    /// <summary>Oldest first.</summary>
    public required IReadOnlyList<ModelMessage> Messages { get; init; }

    public IReadOnlyList<ToolDefinition> Tools { get; init; } = [];

    public ModelOptions Options { get; init; } = new();
}

/// <summary>Who speaks in a <see cref="ModelRequest"/>.</summary>
internal enum ModelRole : byte
{
    System = 1,
    User,
    Assistant,
    Tool,
}

internal sealed record ModelMessage(ModelRole Role)
{
    /// <summary>UTF-8; empty where the message is only calls or files.</summary>
    public ReadOnlyMemory<byte> Text { get; init; }

    public IReadOnlyList<ModelImage> Images { get; init; } = [];

    /// <summary>Of an assistant's message.</summary>
    public IReadOnlyList<ToolCall> Calls { get; init; } = [];

    /// <summary>Of a tool's message: the call it answers.</summary>
    public string? CallId { get; init; }

    /// <summary>Of a tool's message: the tool's name, which some wires want instead of the id.</summary>
    public string? ToolName { get; init; }
}

/// <param name="MediaType">image/png, image/jpeg, image/gif or image/webp.</param>
internal sealed record ModelImage(string MediaType, ReadOnlyMemory<byte> Bytes);

/// <param name="Parameters">JSON Schema of the arguments, an object.</param>
internal sealed record ToolDefinition(string Name, string Description, RawJson Parameters);

/// <summary>How to sample; null leaves it to the upstream.</summary>
internal sealed record ModelOptions
{
    public double? Temperature { get; init; }
    public double? TopP { get; init; }
    public int? MaxTokens { get; init; }
    public long? Seed { get; init; }
    public double? PresencePenalty { get; init; }
    public double? FrequencyPenalty { get; init; }
    public IReadOnlyList<string>? Stop { get; init; }

    /// <summary>low, medium, high; or none to ask for no reasoning.</summary>
    public string? ReasoningEffort { get; init; }

    /// <summary>As OpenAI spells <c>response_format</c>; other wires get what they have for it.</summary>
    public RawJson? ResponseFormat { get; init; }

    /// <summary>Whatever else the caller gives, an object; sent to the upstream as it is, where its wire has options of that name.</summary>
    public RawJson? Other { get; init; }
}

namespace Parley.Providers;

/// <summary>What a piece of an answer is.</summary>
internal enum ModelEventKind : byte
{
    /// <summary><see cref="ModelEvent.Text"/> is more of the answer.</summary>
    Text = 1,

    /// <summary><see cref="ModelEvent.Text"/> is more of the reasoning shown apart.</summary>
    Thinking,

    /// <summary><see cref="ModelEvent.Call"/> is one whole call: pieces are joined by the provider.</summary>
    ToolCall,

    /// <summary><see cref="ModelEvent.Usage"/> as the upstream counts; the last one holds.</summary>
    Usage,

    /// <summary>The end, with <see cref="ModelEvent.Finish"/>.</summary>
    Finish,
}

/// <summary>One piece of an answer as it arrives.</summary>
internal readonly record struct ModelEvent(ModelEventKind Kind)
{
    /// <summary>
    /// UTF-8, whole characters only; valid until the next piece is asked for: whoever keeps it copies it.
    /// </summary>
    public ReadOnlyMemory<byte> Text { get; init; }

    public ToolCall? Call { get; init; }

    public ModelUsage? Usage { get; init; }

    /// <summary>stop, length, tool_calls, content_filter, or the upstream's own word.</summary>
    public string? Finish { get; init; }

    /// <summary>On the first piece of an answer: who gives it, which may be a fallback.</summary>
    public ModelRoute? From { get; init; }
}

/// <summary>A model asks for a tool.</summary>
/// <param name="Id">The upstream's id, or one made up where its wire has none.</param>
/// <param name="Arguments">A JSON object, UTF-8, as the model wrote it: it may be broken.</param>
internal sealed record ToolCall(string Id, string Name, ReadOnlyMemory<byte> Arguments)
{
    /// <summary>For wires and servers that give none. No two are the same: clients tie results to calls by it, over all rounds.</summary>
    public static string NewId() => "call_" + Guid.CreateVersion7().ToString("N");
}

/// <summary>Tokens as the upstream counts them; null where it does not say.</summary>
/// <param name="CachedTokens">Of the prompt, those read from the upstream's cache.</param>
/// <param name="ReasoningTokens">Of the completion, those spent on reasoning.</param>
internal sealed record ModelUsage(
    long? PromptTokens,
    long? CompletionTokens,
    long? CachedTokens = null,
    long? ReasoningTokens = null
)
{
    /// <summary>The upstream did not count all of it: what it did not is Parley's own estimate.</summary>
    public bool Estimated { get; init; }

    [System.Text.Json.Serialization.JsonIgnore]
    public long Total => (PromptTokens ?? 0) + (CompletionTokens ?? 0);
}

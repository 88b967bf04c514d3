namespace Parley.Providers;

/// <summary>How upstreams are spoken to.</summary>
internal sealed class ProviderOptions
{
    /// <summary>Until a connection stands.</summary>
    public TimeSpan Connect { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>From the question to the answer's first byte: local models load meanwhile.</summary>
    public TimeSpan FirstByte { get; set; } = TimeSpan.FromSeconds(120);

    /// <summary>Between two pieces of an answer. There is no limit to the whole: a slow model is not a broken one.</summary>
    public TimeSpan Silence { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How often one upstream is asked one question, where asking again is harmless (R4).</summary>
    public int Attempts { get; set; } = 3;

    /// <summary>An upstream that asks for a longer wait is not asked again.</summary>
    public TimeSpan LongestWait { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Failures in a row after which an upstream is left alone for <see cref="CircuitPause"/>.</summary>
    public int CircuitFailures { get; set; } = 5;

    /// <inheritdoc cref="CircuitFailures"/>
    public TimeSpan CircuitPause { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>A list of models older than this is read again, and served meanwhile.</summary>
    public TimeSpan ListAge { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a list of models may take.</summary>
    public TimeSpan ListLimit { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>An Ollama that need not be set up: tried when models are asked for. Empty for none.</summary>
    public string OllamaUrl { get; set; } = "";

    /// <summary>A server of chat completions from the settings. Empty for none.</summary>
    public string OpenAiUrl { get; set; } = "";

    /// <summary>Of <see cref="OpenAiUrl"/>. Empty for none.</summary>
    public string OpenAiKey { get; set; } = "";
}

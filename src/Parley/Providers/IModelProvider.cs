namespace Parley.Providers;

/// <summary>
/// Speaks one vendor's wire. Implementations are thread-safe and hold no state of a request. Every failure is an
/// <see cref="UpstreamException"/> that names the phase; cancellation reaches the upstream by closing the connection.
/// </summary>
internal interface IModelProvider
{
    UpstreamKind Kind { get; }

    /// <summary>What the upstream offers now, in its order.</summary>
    Task<IReadOnlyList<UpstreamModel>> ListAsync(Upstream upstream, CancellationToken ct);

    /// <summary>
    /// Asks once and gives what arrives. The last event is <see cref="ModelEventKind.Finish"/>; a stream that ends
    /// without the wire's own end throws, so that half an answer never looks whole.
    /// </summary>
    IAsyncEnumerable<ModelEvent> StreamAsync(Upstream upstream, ModelRequest request, CancellationToken ct);
}

/// <summary>The wires Parley speaks to upstreams.</summary>
internal enum UpstreamKind : byte
{
    /// <summary>Ollama's own API, JSON lines.</summary>
    Ollama = 1,

    /// <summary>Chat completions as OpenAI defined them, server-sent events.</summary>
    OpenAi = 2,

    /// <summary>Anthropic Messages.</summary>
    Anthropic = 3,

    /// <summary>Gemini generateContent.</summary>
    Gemini = 4,
}

using Parley.Embeddings.Static;
using Parley.Embeddings.Upstream;
using Parley.Kernel;

namespace Parley.Embeddings;

/// <summary>Which embedders there are, and which one new vectors are made with. Thread-safe.</summary>
internal sealed class Embedders(StaticEmbedder table, UpstreamEmbedder upstream, EmbeddingOptions options)
    : IHealthSource
{
    /// <summary>Makes the vectors of what is stored from now on.</summary>
    public IEmbedder Current => options.Model is null ? table : upstream;

    /// <summary>Made such vectors, and can make more; null where that model cannot be had any more.</summary>
    public IEmbedder? Find(string model) =>
        model == table.Model ? table
        : model == options.Model ? upstream
        : null;

    public string Name => "embeddings";

    public string State => options.Model is null ? table.State : upstream.State;

    public string? Warning => options.Model is null ? table.Fault : upstream.Fault;
}

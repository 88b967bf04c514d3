using Parley.Embeddings.Static;
using Parley.Kernel;

namespace Parley.Embeddings;

/// <summary>Which embedders there are, and which one new vectors are made with. Thread-safe.</summary>
internal sealed class Embedders(StaticEmbedder table) : IHealthSource
{
    /// <summary>Makes the vectors of what is stored from now on.</summary>
    public IEmbedder Current => table;

    /// <summary>Made such vectors, and can make more; null where that model cannot be had any more.</summary>
    public IEmbedder? Find(string model) => table.Model == model ? table : null;

    public string Name => "embeddings";

    public string State => table.State;

    public string? Warning => table.Fault;
}

using Parley.Embeddings.Static;
using Parley.Embeddings.Upstream;
using Parley.Kernel;

namespace Parley.Embeddings;

/// <summary>Vectors of texts: by the built-in table of words, or a model of a model server.</summary>
internal static class EmbeddingsRoom
{
    public static IServiceCollection AddEmbeddings(this IServiceCollection services, EmbeddingOptions? options = null)
    {
        services.AddSingleton(options ?? new EmbeddingOptions());
        services.AddSingleton<StaticEmbedder>();
        services.AddLog<StaticEmbedder>();
        services.AddSingleton<UpstreamEmbedder>();
        services.AddLog<UpstreamEmbedder>();
        services.AddSingleton<Embedders>();
        services.AddSingleton<IHealthSource>(s => s.GetRequiredService<Embedders>());
        return services;
    }
}

using Parley.Embeddings.Static;
using Parley.Kernel;

namespace Parley.Embeddings;

/// <summary>Vectors of texts: the built-in table of words.</summary>
internal static class EmbeddingsRoom
{
    public static IServiceCollection AddEmbeddings(this IServiceCollection services, EmbeddingOptions? options = null)
    {
        services.AddSingleton(options ?? new EmbeddingOptions());
        services.AddSingleton<StaticEmbedder>();
        services.AddLog<StaticEmbedder>();
        services.AddSingleton<Embedders>();
        services.AddSingleton<IHealthSource>(s => s.GetRequiredService<Embedders>());
        return services;
    }
}

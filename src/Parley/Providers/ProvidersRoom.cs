using Parley.Kernel;
using Parley.Providers.Anthropic;
using Parley.Providers.Gemini;
using Parley.Providers.Ollama;
using Parley.Providers.OpenAi;

namespace Parley.Providers;

/// <summary>Model servers: which there are, who may use them, and how each is spoken to.</summary>
internal static class ProvidersRoom
{
    public static IServiceCollection AddProviders(this IServiceCollection services, ProviderOptions? options = null)
    {
        services.AddSingleton(new StorePart(2, "Providers"));
        services.AddSingleton(options ?? new ProviderOptions());
        services.AddSingleton<UpstreamHttp>();
        services.AddSingleton<SealedSecrets>();
        services.AddSingleton<UpstreamStore>();
        services.AddSingleton<UpstreamHealths>();
        services.AddSingleton<IModelProvider, OllamaProvider>();
        services.AddSingleton<IModelProvider, OpenAiProvider>();
        services.AddSingleton<IModelProvider, AnthropicProvider>();
        services.AddSingleton<IModelProvider, GeminiProvider>();
        services.AddSingleton<ModelCatalog>();
        services.AddLog<ModelCatalog>();
        services.AddSingleton<ModelRouter>();
        services.AddLog<ModelRouter>();
        services.AddSingleton<ModelEmbeddings>();
        services.AddSingleton<PriceTable>();
        services.AddSingleton<CostBook>();
        services.AddSingleton<UsageLog>();
        services.AddLog<UsageLog>();
        services.AddHostedService(s => s.GetRequiredService<UsageLog>());
        return services;
    }

    public static void MapProviders(this IEndpointRouteBuilder routes)
    {
        routes.MapUpstreamRoutes();
        routes.MapPriceRoutes();
    }
}

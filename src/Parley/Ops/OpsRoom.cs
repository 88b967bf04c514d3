using Parley.Kernel;

namespace Parley.Ops;

/// <summary>What an operator asks: health, metrics, version; and the pages that say what this is.</summary>
internal static class OpsRoom
{
    public static IServiceCollection AddOps(this IServiceCollection services, bool singleUser)
    {
        services.AddSingleton(new ServerFacts(ParleyVersion.Text, singleUser));
        services.AddSingleton<HealthWatch>();
        services.AddSingleton<Doctor>();
        return services;
    }

    public static void MapOps(this IEndpointRouteBuilder routes)
    {
        // Made now and not when somebody first asks: uptime counts from here.
        routes.ServiceProvider.GetRequiredService<HealthWatch>();
        routes.MapHealthRoutes();
        routes.MapPageRoutes();
    }
}

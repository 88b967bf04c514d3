namespace Parley.Ops;

/// <summary>What an operator asks: health, metrics, version; and the pages that say what this is.</summary>
internal static class OpsRoom
{
    public static IServiceCollection AddOps(this IServiceCollection services) => services.AddSingleton<Doctor>();

    public static void MapOps(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/health", () => TypedResults.Text("ok"));
}

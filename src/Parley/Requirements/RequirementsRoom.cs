using Parley.Conversations;
using Parley.Identity;
using Parley.Kernel;

namespace Parley.Requirements;

/// <summary>Requirements documents, cut into typed statements with stable ids, and how these are linked.</summary>
internal static class RequirementsRoom
{
    public static IServiceCollection AddRequirements(this IServiceCollection services)
    {
        services.AddSingleton(new StorePart(5, "Requirements"));
        services.AddSingleton<RequirementUploads>();
        services.AddSingleton<RequirementStore>();
        services.AddSingleton<StatementStore>();
        services.AddSingleton<DocumentTurns>();
        services.AddSingleton<DocumentLinks>();
        services.AddSingleton<GraphStore>();
        services.AddSingleton<TraceStore>();
        services.AddSingleton<ImpactFinder>();
        services.AddSingleton<ContextPacker>();
        services.AddSingleton<KeptStatements>();
        services.AddSingleton<KeptWords>();
        services.AddSingleton<IAccountWitness, RequirementAccounts>();
        services.AddSingleton<ISpaceWitness, RequirementSpaces>();
        return services;
    }

    public static void MapRequirements(this IEndpointRouteBuilder routes)
    {
        routes.MapRequirementRoutes();
        routes.MapStatementRoutes();
        routes.MapGraphRoutes();
        routes.MapTraceRoutes();
    }
}

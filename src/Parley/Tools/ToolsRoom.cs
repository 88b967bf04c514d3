using Parley.Identity;
using Parley.Kernel;
using Parley.Kernel.Outbound;
using Parley.Tools.BuiltIn;
using Parley.Tools.Mcp;
using Parley.Tools.OpenApi;

namespace Parley.Tools;

/// <summary>What models may call: Parley's own tools, and those of servers that admins set up.</summary>
internal static class ToolsRoom
{
    public static IServiceCollection AddTools(this IServiceCollection services, ToolOptions? options = null)
    {
        services.AddSingleton(new StorePart(4, "Tools"));
        services.AddSingleton(options ?? new ToolOptions());
        services.AddSingleton<PublicHttp>();
        services.AddSingleton<ToolHttp>();
        services.AddSingleton<ToolServerStore>();
        services.AddSingleton<McpWire>();
        services.AddSingleton<McpSessions>();
        services.AddHostedService(s => s.GetRequiredService<McpSessions>());
        services.AddSingleton<IToolSource, OpenApiSource>();
        services.AddSingleton<StdioPeers>();
        services.AddLog<StdioPeers>();
        services.AddHostedService(s => s.GetRequiredService<StdioPeers>());
        services.AddSingleton<IToolSource>(s => new McpSource(ToolServerKind.Mcp, s.GetRequiredService<McpSessions>()));
        services.AddSingleton<IToolSource>(s => new McpSource(
            ToolServerKind.Stdio,
            s.GetRequiredService<StdioPeers>()
        ));
        services.AddSingleton<ToolServerHealth>();
        services.AddSingleton<ToolCatalog>();
        services.AddLog<ToolCatalog>();
        services.AddSingleton<ToolConsents>();
        services.AddSingleton<IAccountWitness, AccountTools>();
        services.AddSingleton<ITool, SearchArchiveTool>();
        services.AddSingleton<ITool, OpenConversationTool>();
        services.AddSingleton<ITool, CurrentTimeTool>();
        services.AddSingleton<ITool, FetchUrlTool>();
        services.AddSingleton<ToolBox>();
        services.AddLog<ToolBox>();
        return services;
    }

    public static void MapTools(this IEndpointRouteBuilder routes) => routes.MapToolRoutes();
}

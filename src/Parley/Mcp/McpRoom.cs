using Parley.Identity;
using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Mcp.Tools;

namespace Parley.Mcp;

/// <summary>The archive for agents: an MCP server over the doors of the other rooms.</summary>
internal static class McpRoom
{
    public static IServiceCollection AddMcp(this IServiceCollection services)
    {
        services.AddSingleton<PageReader>();
        services.AddSingleton<IAgentTool, SearchTool>();
        services.AddSingleton<IAgentTool, OpenTool>();
        services.AddSingleton<IAgentTool, ContextTool>();
        services.AddSingleton<IAgentTool, TraceTool>();
        services.AddSingleton<IAgentTool, ImpactTool>();
        services.AddSingleton<IAgentTool, RememberTool>();
        services.AddSingleton<IAgentTool, WriteTool>();
        services.AddSingleton<AgentTools>();
        services.AddSingleton<AgentResources>();
        services.AddSingleton<AgentPrompts>();
        services.AddSingleton<McpServer>();
        services.AddLog<McpServer>();
        return services;
    }

    /// <summary>
    /// One address, one POST a message (streamable HTTP). Every message stands for itself: there are no sessions that
    /// somebody else could take over (S43), and neither GET nor DELETE.
    /// </summary>
    public static void MapMcp(this IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/mcp", McpEndpoint.PostAsync)
            .ForUsers(KeyScopes.Search, reads: true)
            .WithBodyLimit(HttpOptions.MessageBodyBytes)
            .ExcludeFromDescription();
}

using Parley.Chat.Prompts;
using Parley.Chat.Tools;
using Parley.Identity;
using Parley.Kernel;
using Parley.Kernel.Outbound;

namespace Parley.Chat;

/// <summary>Questions to models and their answers.</summary>
internal static class ChatRoom
{
    public static IServiceCollection AddChat(this IServiceCollection services, ChatSettings? settings = null)
    {
        services.AddSingleton(new StorePart(5, "Chat"));
        services.AddSingleton(settings ?? new ChatSettings());
        services.AddSingleton<TokenCounts>();
        services.AddSingleton<ContextBuilder>();
        services.AddSingleton<ModelChoice>();
        services.AddSingleton<PromptStore>();
        services.AddSingleton<PublicHttp>();
        services.AddSingleton<ITool, SearchArchiveTool>();
        services.AddSingleton<ITool, OpenConversationTool>();
        services.AddSingleton<ITool, CurrentTimeTool>();
        services.AddSingleton<ITool, FetchUrlTool>();
        services.AddSingleton<ToolBox>();
        services.AddSingleton<TurnStarts>();
        services.AddSingleton<TurnEnds>();
        services.AddSingleton<TurnRunner>();
        services.AddSingleton<TurnDesk>();
        services.AddSingleton<IAccountWitness, AccountChats>();
        services.AddSingleton<IJobHandler, TitleWriter>();
        services.AddHostedService<TurnKeeper>();
        return services;
    }

    public static void MapChat(this IEndpointRouteBuilder routes)
    {
        routes.MapChatRoutes();
        routes.MapPromptRoutes();
        routes.MapToolRoutes();
    }
}

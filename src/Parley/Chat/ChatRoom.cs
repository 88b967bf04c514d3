using Parley.Chat.Prompts;
using Parley.Conversations;
using Parley.Identity;
using Parley.Kernel;

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
        services.AddSingleton<AsideQuestions>();
        services.AddSingleton<ContextSummaries>();
        services.AddSingleton<TurnSources>();
        services.AddLog<TurnSources>();
        services.AddSingleton<TurnMemories>();
        services.AddSingleton<TurnContexts>();
        services.AddLog<TurnContexts>();
        services.AddSingleton<IWriteParticipant, SummaryRows>();
        services.AddSingleton<ModelChoice>();
        services.AddSingleton<PromptStore>();
        services.AddSingleton<PromptBook>();
        services.AddSingleton<TurnTools>();
        services.AddSingleton<QuestionFiles>();
        services.AddSingleton<TurnStarts>();
        services.AddSingleton<TurnEnds>();
        services.AddLog<TurnEnds>();
        services.AddSingleton<TurnRunner>();
        services.AddLog<TurnRunner>();
        services.AddSingleton<TurnDesk>();
        services.AddSingleton<IAccountWitness, AccountChats>();
        services.AddSingleton<IJobHandler, TitleWriter>();
        services.AddHostedService<TurnKeeper>();
        services.AddLog<TurnKeeper>();
        services.AddSingleton<ExchangeStore>();
        services.AddSingleton<IWriteParticipant, ExchangeRows>();
        return services;
    }

    public static void MapChat(this IEndpointRouteBuilder routes)
    {
        routes.MapChatRoutes();
        routes.MapCompareRoutes();
        routes.MapPromptRoutes();
    }
}

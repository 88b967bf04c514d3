using Parley.Kernel;

namespace Parley.Conversations;

/// <summary>Conversations, messages, spaces, folders, tags: the common model and its store.</summary>
internal static class ConversationsRoom
{
    public static IServiceCollection AddConversations(this IServiceCollection services)
    {
        services.AddSingleton(new StorePart(2, "Conversations"));
        services.AddSingleton<SpaceNames>();
        services.AddSingleton<DocumentWriter>();
        services.AddSingleton<MessageWriter>();
        return services;
    }
}

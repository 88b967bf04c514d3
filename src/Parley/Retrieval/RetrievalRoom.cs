using Parley.Kernel;
using Parley.Search;

namespace Parley.Retrieval;

/// <summary>Passages of messages and documents that a question should be answered from.</summary>
internal static class RetrievalRoom
{
    public static IServiceCollection AddRetrieval(this IServiceCollection services)
    {
        services.AddSingleton<TextLane>();
        services.AddSingleton<SemanticLane>();
        services.AddLog<SemanticLane>();
        services.AddSingleton<INearMessages, NearestMessages>();
        services.AddSingleton<RelatedConversations>();
        services.AddSingleton<Retriever>();
        return services;
    }
}

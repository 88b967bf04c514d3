using Parley.Conversations.ChatDocuments;
using Parley.Files;
using Parley.Identity;
using Parley.Kernel;

namespace Parley.Conversations;

/// <summary>Conversations, messages, spaces, folders, tags: the common model and its store.</summary>
internal static class ConversationsRoom
{
    public static IServiceCollection AddConversations(this IServiceCollection services)
    {
        services.AddFiles();
        services.AddSingleton(new StorePart(2, "Conversations"));
        services.AddSingleton<SpaceNames>();
        services.AddSingleton<IAccountWitness, AccountContents>();
        services.AddSingleton<DocumentWriter>();
        services.AddSingleton<MessageWriter>();
        services.AddSingleton<ITextSource, MessageTexts>();
        services.AddSingleton<OwnMessages>();
        services.AddSingleton<ConversationStore>();
        services.AddSingleton<ConversationEdits>();
        services.AddSingleton<ConversationFork>();
        services.AddSingleton<MessageEdits>();
        services.AddSingleton<ChatDocumentStore>();
        services.AddSingleton<LabelStore>();
        services.AddSingleton<Sharing>();
        services.AddSingleton<ShareLinks>();
        services.AddSingleton<IStorageMeter, StorageMeter>();
        services.AddSingleton<FolderStore>();
        services.AddSingleton<FileStore>();
        services.AddSingleton<IBlobNames, AttachmentBlobs>();
        services.AddSingleton<StatsStore>();
        services.AddSingleton<ExportStore>();
        services.AddSingleton<ExportReturn>();
        services.AddHostedService<BinKeeper>();
        services.AddLog<BinKeeper>();
        services.AddSingleton<AttachmentSweep>();
        services.AddLog<AttachmentSweep>();
        services.AddHostedService(s => s.GetRequiredService<AttachmentSweep>());
        return services;
    }

    public static void MapConversations(this IEndpointRouteBuilder routes)
    {
        routes.MapConversationRoutes();
        routes.MapMessageRoutes();
        routes.MapChatDocumentRoutes();
        routes.MapLabelRoutes();
        routes.MapSharingRoutes();
        routes.MapShareRoutes();
        routes.MapStatsRoutes();
        routes.MapExportRoutes();
        routes.MapAttachmentRoutes();
        routes.MapFileRoutes();
    }
}

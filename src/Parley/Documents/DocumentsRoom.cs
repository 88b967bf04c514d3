using Microsoft.Extensions.DependencyInjection.Extensions;
using Parley.Conversations;
using Parley.Files;
using Parley.Identity;
using Parley.Kernel;
using Parley.Kernel.Outbound;
using Parley.Search;

namespace Parley.Documents;

/// <summary>Documents beside conversations: read, cut into pieces, found.</summary>
internal static class DocumentsRoom
{
    public static IServiceCollection AddDocuments(this IServiceCollection services)
    {
        services.AddFiles();
        services.AddSingleton(new StorePart(4, "Documents"));
        services.TryAddSingleton<PublicHttp>();
        services.AddSingleton<ChunkIndex>();
        services.AddSingleton<DocumentProgress>();
        services.AddSingleton<DocumentReader>();
        services.AddSingleton<FileTexts>();
        services.AddSingleton<VersionWriter>();
        services.AddSingleton<DocumentStore>();
        services.AddSingleton<DocumentIntake>();
        services.AddSingleton<IBlobNames, DocumentBlobs>();
        services.AddSingleton<ITextSource, ChunkTexts>();
        services.AddSingleton<IPassageSource, ChunkPassages>();
        services.AddSingleton<IAccountWitness, DocumentAccounts>();
        services.AddSingleton<ISpaceWitness, DocumentSpaces>();
        services.AddSingleton<IJobHandler, DocumentHandler>();
        services.AddLog<DocumentHandler>();
        return services;
    }

    public static void MapDocuments(this IEndpointRouteBuilder routes) => routes.MapDocumentRoutes();
}

using Parley.Files;
using Parley.Kernel;

namespace Parley.Import;

/// <summary>Exports of other programs into conversations.</summary>
internal static class ImportRoom
{
    public static IServiceCollection AddImport(this IServiceCollection services)
    {
        services.AddSingleton(new StorePart(4, "Import"));
        services.AddSingleton(new ImportOptions());
        services.AddSingleton(s => new BlobStore(s.GetRequiredService<DataFolder>().Path));
        services.AddSingleton<ImportStore>();
        services.AddSingleton<ImportRun>();
        services.AddSingleton<ImportUndo>();
        services.AddSingleton<ImportPreview>();
        services.AddSingleton<ImportUploads>();
        services.AddSingleton<ImportJobs>();
        services.AddSingleton<IJobHandler, ImportHandler>();
        services.AddSingleton<IJobHandler, ImportUndoHandler>();
        return services;
    }
}

using Parley.Files;
using Parley.Identity;
using Parley.Kernel;

namespace Parley.Import;

/// <summary>Exports of other programs into conversations.</summary>
internal static class ImportRoom
{
    public static IServiceCollection AddImport(this IServiceCollection services, ImportOptions? options = null)
    {
        services.AddSingleton(new StorePart(4, "Import"));
        services.AddSingleton(options ?? new ImportOptions());
        services.AddFiles();
        services.AddSingleton<ImportStore>();
        services.AddSingleton<StorageBudgets>();
        services.AddSingleton<ImportRun>();
        services.AddSingleton<ImportUndo>();
        services.AddTransient<ImportPreview>();
        services.AddSingleton<ImportUploads>();
        services.AddSingleton<ImportJobs>();
        services.AddSingleton<IAccountWitness, AccountImports>();
        services.AddSingleton<UploadSweep>();
        services.AddLog<UploadSweep>();
        services.AddHostedService(s => s.GetRequiredService<UploadSweep>());
        services.AddSingleton<IJobHandler, ImportHandler>();
        services.AddLog<ImportHandler>();
        services.AddSingleton<IJobHandler, ImportUndoHandler>();
        return services;
    }
}

using Parley.Kernel;

namespace Parley.Files;

/// <summary>Bytes by content hash, and the files that people keep.</summary>
internal static class FilesRoom
{
    /// <summary>For the composition, and for rooms that need files: the second call adds nothing.</summary>
    public static IServiceCollection AddFiles(this IServiceCollection services, FilesOptions? options = null)
    {
        if (services.Any(s => s.ServiceType == typeof(BlobStore)))
        {
            return services;
        }

        services.AddSingleton(new StorePart(1, "Files"));
        services.AddSingleton(options ?? new FilesOptions());
        services.AddSingleton(s => new BlobStore(s.GetRequiredService<DataFolder>().Path));
        services.AddSingleton<IBlobNames, FileBlobs>();
        services.AddSingleton<NamedBlobs>();
        services.AddSingleton<FileUploads>();
        return services;
    }
}

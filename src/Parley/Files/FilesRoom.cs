using Microsoft.Extensions.DependencyInjection.Extensions;
using Parley.Kernel;

namespace Parley.Files;

/// <summary>Bytes by content hash.</summary>
internal static class FilesRoom
{
    public static IServiceCollection AddFiles(this IServiceCollection services)
    {
        services.TryAddSingleton(s => new BlobStore(s.GetRequiredService<DataFolder>().Path));
        return services;
    }
}

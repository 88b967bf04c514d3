using Parley.Conversations;
using Parley.Kernel;
using Parley.Vectors.Sqlite;

namespace Parley.Vectors;

/// <summary>Vectors of what is stored, and the nearest among them.</summary>
internal static class VectorsRoom
{
    private const int Floor = 3;

    public static IServiceCollection AddVectors(this IServiceCollection services, VectorOptions? options = null)
    {
        services.AddSingleton(new StorePart(Floor, "Vectors"));
        services.AddSingleton(options ?? new VectorOptions());
        services.AddSingleton<VectorSignal>();
        services.AddSingleton<VectorMarks>();
        services.AddSingleton<VectorProgress>();
        services.AddSingleton<CodeCache>();
        services.AddSingleton<IWriteParticipant, MessageMarks>();
        services.AddSingleton<IVectorIndex, SqliteVectorIndex>();
        services.AddSingleton<VectorWorker>();
        services.AddLog<VectorWorker>();
        services.AddSingleton<IHealthSource>(s => s.GetRequiredService<VectorWorker>());
        services.AddHostedService(s => s.GetRequiredService<VectorWorker>());
        return services;
    }
}

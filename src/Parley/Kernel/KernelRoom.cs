namespace Parley.Kernel;

/// <summary>The ground every room stands on: store, ids, clock.</summary>
internal static class KernelRoom
{
    /// <summary>Rooms add their schema and connection hooks to <see cref="StoreSetup"/>; the store opens with the first use.</summary>
    public static IServiceCollection AddKernel(
        this IServiceCollection services,
        string dataDirectory,
        bool readOnly = false
    )
    {
        services.AddLog<JobRunner>();
        services.AddLog<Db>();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<IdSource>();
        services.AddSingleton(new DataFolder(dataDirectory));
        services.AddSingleton<StoreSetup>();
        services.AddSingleton(new StorePart(0, "Kernel"));
        services.AddSingleton<JobQueue>();
        services.AddSingleton<EventBus>();
        services.AddLog<EventBus>();
        services.AddSingleton(s => s.GetRequiredService<StoreSetup>().Open(s.GetServices<StorePart>(), readOnly));
        return services;
    }
}

/// <summary>The one folder that holds everything.</summary>
internal sealed record DataFolder(string Path)
{
    /// <summary>Whom everything belongs to where there are no accounts; the first admin's number where there are.</summary>
    public const long LocalOwner = 1;

    public string Sub(string name) => System.IO.Path.Combine(Path, name);
}

/// <summary>What a room adds to the store: its schema, and what every connection must know. Lowest floor first.</summary>
internal sealed record StorePart(int Floor, string Room, Action<Sqlite.SqliteConnection>? OnOpen = null);

/// <summary>Opens the store from the rooms' parts.</summary>
internal sealed class StoreSetup(DataFolder folder, TimeProvider time, ILogger<Db> log)
{
    public Db Open(IEnumerable<StorePart> parts, bool readOnly)
    {
        var migrations = new DbMigrations();
        var options = new DbOptions
        {
            DataDirectory = folder.Path,
            Migrations = migrations,
            ReadOnly = readOnly,
            Time = time,
            Log = log,
        };
        foreach (var part in parts.OrderBy(p => p.Floor))
        {
            migrations.Add(part.Room);
            if (part.OnOpen is { } hook)
            {
                options.OnOpenConnection.Add(hook);
            }
        }

        return Db.Open(options);
    }
}

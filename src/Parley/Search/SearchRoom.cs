using Parley.Conversations;
using Parley.Kernel;
using Parley.Search.Sqlite;

namespace Parley.Search;

/// <summary>Full-text search over conversations, titles and documents.</summary>
internal static class SearchRoom
{
    private const int Floor = 3;

    public static IServiceCollection AddSearch(this IServiceCollection services)
    {
        var vocabulary = new Vocabulary();
        services.AddSingleton(
            new StorePart(
                Floor,
                "Search",
                connection =>
                {
                    connection.RegisterTokenizer("parley", _ => new IndexTokenizer(vocabulary));
                    connection.RegisterAuxiliary(Ranking.Function, Ranking.Score);
                }
            )
        );
        services.AddSingleton(vocabulary);
        services.AddSingleton<SearchOptions>();
        services.AddSingleton<IndexSignal>();
        services.AddSingleton<SqliteIndexWriter>();
        services.AddSingleton<IWriteParticipant>(s => s.GetRequiredService<SqliteIndexWriter>());
        services.AddSingleton<ITitleIndex, SqliteTitleIndex>();
        services.AddSingleton<IndexKeeper>();
        services.AddSingleton<IndexMerger>();
        services.AddSingleton<ISearchIndex, SqliteSearchIndex>();
        services.AddHostedService<IndexWorker>();
        return services;
    }
}

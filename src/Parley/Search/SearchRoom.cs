using Parley.Conversations;
using Parley.Identity;
using Parley.Kernel;
using Parley.Search.Segments;
using Parley.Search.Sqlite;

namespace Parley.Search;

/// <summary>Full-text search over conversations, titles and documents.</summary>
internal static class SearchRoom
{
    private const int Floor = 3;

    public static IServiceCollection AddSearch(this IServiceCollection services, SearchOptions? options = null)
    {
        services.AddSingleton(new StorePart(Floor, "Search"));
        services.AddSingleton(options ?? new SearchOptions());
        services.AddSingleton<IndexSignal>();
        services.AddSingleton<PagePool>();
        services.AddSingleton<PageCache>();
        services.AddSingleton<SegmentSets>();
        services.AddSingleton<SegmentTable>();
        services.AddSingleton<SegmentIndexWriter>();
        services.AddSingleton<IWriteParticipant>(s => s.GetRequiredService<SegmentIndexWriter>());
        services.AddSingleton<ITitleIndex, SqliteTitleIndex>();
        services.AddSingleton<IndexKeeper>();
        services.AddLog<IndexKeeper>();
        services.AddSingleton<IHealthSource>(s => s.GetRequiredService<IndexKeeper>());
        services.AddSingleton<IndexMerger>();
        services.AddSingleton<ISearchIndex, SqliteSearchIndex>();
        services.AddLog<SqliteSearchIndex>();
        services.AddSingleton<SavedSearches>();
        services.AddSingleton<SubmittedQueries>();
        services.AddLog<SubmittedQueries>();
        services.AddSingleton<IAccountWitness, AccountSearches>();
        services.AddSingleton<SearchSessions>();
        services.AddSingleton<HybridSearch>();
        services.AddSingleton<SearchAnswers>();
        services.AddHostedService<IndexWorker>();
        services.AddLog<IndexWorker>();
        return services;
    }
}

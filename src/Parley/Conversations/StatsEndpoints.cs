using Parley.Identity;
using Parley.Kernel.Http;

namespace Parley.Conversations;

internal static class StatsEndpoints
{
    public static void MapStatsRoutes(this IEndpointRouteBuilder routes)
    {
        routes
            .MapGet("/api/stats", Stats)
            .WithTags("archive")
            .ForUsers(KeyScopes.Stats)
            .Describe("getStats", "The archive in numbers")
            .Returns<ArchiveStats>();
        routes
            .MapGet("/api/providers", Providers)
            .WithTags("archive")
            .ForUsers(KeyScopes.Stats)
            .Describe("listProviders", "Where conversations come from, with counts")
            .Returns<ProviderList>();
    }

    private static async Task<IResult> Stats(HttpContext http, Caller caller, StatsStore store) =>
        new JsonAnswer<ArchiveStats>(
            await http.Timed("db", store.ReadAsync(caller, http.RequestAborted)),
            ConversationsJson.Default.ArchiveStats
        );

    private static async Task<IResult> Providers(HttpContext http, Caller caller, StatsStore store) =>
        new JsonAnswer<ProviderList>(
            await http.Timed("db", store.ProvidersAsync(caller, http.RequestAborted)),
            ConversationsJson.Default.ProviderList
        );
}

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
            .MapGet("/api/stats/months", Months)
            .WithTags("archive")
            .ForUsers(KeyScopes.Stats)
            .Describe("getStatsByMonth", "Messages by month, of each program or model")
            .Takes(
                new QueryParameter("by", "string", "What they are told apart by")
                {
                    Values = ["provider", "model"],
                    Default = "provider",
                }
            )
            .Returns<StatsParts>();
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

    private static async Task<IResult> Months(HttpContext http, Caller caller, StatsStore store)
    {
        var by = new QueryReader(http.Request.Query).OneOf("by", "provider", "model") ?? "provider";
        return new JsonAnswer<StatsParts>(
            await http.Timed("db", store.PartsAsync(caller, by, http.RequestAborted)),
            ConversationsJson.Default.StatsParts
        );
    }

    private static async Task<IResult> Providers(HttpContext http, Caller caller, StatsStore store) =>
        new JsonAnswer<ProviderList>(
            await http.Timed("db", store.ProvidersAsync(caller, http.RequestAborted)),
            ConversationsJson.Default.ProviderList
        );
}

using Microsoft.AspNetCore.Http.HttpResults;
using Parley.Conversations;
using Parley.Identity;
using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Search;

namespace Parley.Ops;

/// <summary>What monitors and clients ask before they trust a server.</summary>
internal static class HealthEndpoints
{
    public static void MapHealthRoutes(this IEndpointRouteBuilder routes)
    {
        routes
            .MapGet("/health", Health)
            .WithTags("system")
            .ForAnyone()
            .Describe("getHealth", "How the server is: store, disk, search, warnings")
            .Returns<HealthReport>();
        routes
            .MapGet("/health/live", Live)
            .WithTags("system")
            .ForAnyone()
            .Describe("getLive", "200 while the process answers")
            .Returns<LiveAnswer>();
        routes
            .MapGet("/health/ready", Ready)
            .WithTags("system")
            .ForAnyone()
            .Describe("getReady", "200 when requests are served, 503 while the server stops")
            .Returns<LiveAnswer>()
            .Returns<LiveAnswer>(StatusCodes.Status503ServiceUnavailable);
        routes
            .MapGet("/metrics", Metrics)
            .WithTags("system")
            .ForAdmins(KeyScopes.Metrics)
            .Describe("getMetrics", "Numbers for Prometheus")
            .ReturnsFile("text/plain");
        routes
            .MapGet("/api/version", Version)
            .WithTags("system")
            .ForAnyone()
            .Describe("getVersion", "Which version this is")
            .Returns<VersionAnswer>();
        routes
            .MapGet("/api/config", Config)
            .WithTags("system")
            .ForAnyone()
            .Describe("getConfig", "What a signed-out page may know")
            .Returns<ConfigAnswer>();
    }

    private static JsonAnswer<HealthReport> Health(HealthWatch watch) =>
        new(watch.Report, OpsJson.Default.HealthReport);

    private static JsonAnswer<LiveAnswer> Live() => new(new LiveAnswer("live"), OpsJson.Default.LiveAnswer);

    private static async Task<IResult> Ready(HttpContext http, Draining draining, Db db)
    {
        if (draining.IsActive)
        {
            return new JsonAnswer<LiveAnswer>(
                new LiveAnswer(HealthReport.Stopping),
                OpsJson.Default.LiveAnswer,
                StatusCodes.Status503ServiceUnavailable
            );
        }

        await db.ReadAsync(session => session.Query("SELECT 1").Step(), http.RequestAborted);
        return new JsonAnswer<LiveAnswer>(new LiveAnswer("ready"), OpsJson.Default.LiveAnswer);
    }

    private static ContentHttpResult Metrics(Db db, HttpMetrics metrics, Draining draining, HealthWatch watch) =>
        TypedResults.Text(
            MetricsPage.Write(db.Health(), metrics, draining.Running, watch.Report),
            "text/plain; version=0.0.4; charset=utf-8"
        );

    private static JsonAnswer<VersionAnswer> Version(ServerFacts facts, HealthWatch watch) =>
        new(new VersionAnswer(facts.Version, watch.Report.Store.SqliteVersion), OpsJson.Default.VersionAnswer);

    private static JsonAnswer<ConfigAnswer> Config(ServerFacts facts, IdentityOptions identity)
    {
        var limits = new ConfigLimits(
            TextLimits.Title,
            TextLimits.MessageText,
            PageRequest.MaxLimit,
            SearchQuery.MaxLength
        );
        var provider = identity.Oidc.Issuer is null || facts.SingleUser ? null : identity.Oidc.Name;
        return new(
            new ConfigAnswer("Parley", facts.Version, facts.SingleUser, provider, limits),
            OpsJson.Default.ConfigAnswer
        );
    }
}

/// <param name="Status">live, ready or draining.</param>
internal sealed record LiveAnswer(string Status);

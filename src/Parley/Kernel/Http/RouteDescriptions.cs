using Parley.Kernel.Problems;

namespace Parley.Kernel.Http;

/// <summary>What the published description says of a route, stated where the route is mapped.</summary>
internal static class RouteDescriptions
{
    private static readonly string[] JsonType = ["application/json"];

    public static RouteHandlerBuilder Describe(this RouteHandlerBuilder route, string summary) =>
        route.WithSummary(summary);

    public static RouteHandlerBuilder Returns<T>(
        this RouteHandlerBuilder route,
        int status = StatusCodes.Status200OK
    ) => route.WithMetadata(new ProducesResponseTypeMetadata(status, typeof(T), JsonType));

    public static RouteHandlerBuilder ReturnsNothing(this RouteHandlerBuilder route) =>
        route.WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status204NoContent));

    /// <summary>A body that is no JSON of a known shape: a file, a page.</summary>
    public static RouteHandlerBuilder ReturnsFile(this RouteHandlerBuilder route, params string[] types) =>
        route.WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(Stream), types));
}

using Microsoft.AspNetCore.Http.Metadata;
using Parley.Kernel.Problems;

namespace Parley.Kernel.Http;

/// <summary>
/// What the published description (<c>/openapi.json</c>) says of a route, stated where the route is mapped. Failures
/// that follow from what a route takes (400, 404, 412, 413, 415, 507) are added by the description itself.
/// </summary>
internal static class RouteDescriptions
{
    private static readonly string[] JsonType = ["application/json"];

    /// <param name="id">Names the operation in generated clients: verb and noun, <c>listTags</c>; no other route has it.</param>
    /// <param name="details">What a caller must know beyond the summary.</param>
    public static RouteHandlerBuilder Describe(
        this RouteHandlerBuilder route,
        string id,
        string summary,
        string? details = null
    )
    {
        route.WithMetadata(new EndpointNameMetadata(id)).WithSummary(summary);
        return details is null ? route : route.WithDescription(details);
    }

    /// <summary>A JSON answer. Stated twice for one status: either of the shapes.</summary>
    public static RouteHandlerBuilder Returns<T>(
        this RouteHandlerBuilder route,
        int status = StatusCodes.Status200OK
    ) => route.WithMetadata(new ProducesResponseTypeMetadata(status, typeof(T), JsonType));

    public static RouteHandlerBuilder ReturnsNothing(this RouteHandlerBuilder route) =>
        route.WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status204NoContent));

    /// <summary>A body that is no JSON of a known shape: a file, a page.</summary>
    public static RouteHandlerBuilder ReturnsFile(this RouteHandlerBuilder route, params string[] types) =>
        route.WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(Stream), types));

    /// <summary>A file of any type, of which a part can be asked for (Range).</summary>
    public static RouteHandlerBuilder ReturnsRanges(this RouteHandlerBuilder route) =>
        route.WithMetadata(
            new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(Stream), []),
            new ProducesResponseTypeMetadata(StatusCodes.Status206PartialContent, typeof(Stream), []),
            new HeaderParameter("Range", "The bytes that are wanted: bytes=0-1023"),
            new FailsWith([ProblemCodes.RangeNotSatisfiable])
        );

    /// <summary>A stream of events of that shape, as server-sent events or as JSON lines.</summary>
    public static RouteHandlerBuilder ReturnsEvents<T>(this RouteHandlerBuilder route, params string[] types) =>
        route.WithMetadata(new EventStream(typeof(T), types));

    /// <summary>Answers carry an ETag.</summary>
    /// <param name="known">The route answers 304 where the caller has that version (If-None-Match).</param>
    public static RouteHandlerBuilder ReturnsETag(this RouteHandlerBuilder route, bool known = false) =>
        route.WithMetadata(new AnswersETag(known));

    /// <summary>Failures of the route's own.</summary>
    public static RouteHandlerBuilder Fails(this RouteHandlerBuilder route, params ProblemCode[] codes) =>
        route.WithMetadata(new FailsWith(codes));

    /// <summary>Parameters that the handler reads by itself.</summary>
    public static RouteHandlerBuilder Takes(this RouteHandlerBuilder route, params object[] parameters) =>
        route.WithMetadata(parameters);

    /// <summary>The parameters as fields of a JSON object; one that repeats is an array.</summary>
    public static RouteHandlerBuilder TakesJson(
        this RouteHandlerBuilder route,
        string name,
        params QueryParameter[] fields
    ) => route.WithMetadata(new JsonFields(name, fields));

    /// <summary>Files: parts of <c>multipart/form-data</c>, or one as the raw body.</summary>
    public static RouteHandlerBuilder TakesFiles(this RouteHandlerBuilder route) =>
        route.WithMetadata(new TakesFiles(null));

    /// <summary>Files, or JSON of that shape in their place.</summary>
    public static RouteHandlerBuilder TakesFiles<T>(this RouteHandlerBuilder route) =>
        route.WithMetadata(new TakesFiles(typeof(T)));
}

/// <summary>Route metadata: a stream of events.</summary>
internal sealed record EventStream(Type Event, IReadOnlyList<string> MediaTypes);

/// <summary>Route metadata: a tab keeps one open for as long as it is there, so these are counted apart from answers.</summary>
/// <param name="IsSocket">It is a WebSocket: a page shows where it is from, and may show its token, in other headers.</param>
internal sealed record StandingStream(bool IsSocket = false);

/// <summary>Route metadata: see <see cref="RouteDescriptions.ReturnsETag"/>.</summary>
internal sealed record AnswersETag(bool Known);

/// <summary>Route metadata: see <see cref="RouteDescriptions.Fails"/>.</summary>
internal sealed record FailsWith(IReadOnlyList<ProblemCode> Codes);

/// <summary>Route metadata: see <see cref="RouteDescriptions.TakesJson"/>.</summary>
/// <param name="Name">Of the schema.</param>
internal sealed record JsonFields(string Name, IReadOnlyList<QueryParameter> Fields);

/// <summary>Route metadata: see <see cref="RouteDescriptions.TakesFiles"/>.</summary>
/// <param name="Json">What may be sent in their place; null: nothing.</param>
internal sealed record TakesFiles(Type? Json);

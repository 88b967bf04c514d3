using Microsoft.Extensions.Primitives;

namespace Parley.Kernel.Http;

/// <summary>
/// Lets pages of listed origins call the API (S24). An origin is answered only where it is on the list, letter by letter,
/// and never with leave to send cookies: those pages show a token.
/// </summary>
internal static class Cors
{
    private static readonly StringValues Methods = "GET, POST, PUT, PATCH, DELETE";
    private static readonly StringValues RequestHeaders =
        "authorization, content-type, idempotency-key, if-match, if-none-match, range";
    private static readonly StringValues ResponseHeaders =
        "etag, location, retry-after, server-timing, content-range, content-disposition";
    private static readonly StringValues Seconds = "600";

    /// <summary>True where the request only asked whether it may be made, and has its answer.</summary>
    public static bool Apply(HttpContext http, IList<string> origins)
    {
        if (origins.Count == 0)
        {
            return false;
        }

        var headers = http.Response.Headers;
        headers.Vary = "Origin";
        var origin = http.Request.Headers.Origin;
        if (origin.Count != 1 || !origins.Contains(origin.ToString()))
        {
            return false;
        }

        headers.AccessControlAllowOrigin = origin;
        headers.AccessControlExposeHeaders = ResponseHeaders;
        headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        if (!HttpMethods.IsOptions(http.Request.Method) || http.Request.Headers.AccessControlRequestMethod.Count == 0)
        {
            return false;
        }

        headers.AccessControlAllowMethods = Methods;
        headers.AccessControlAllowHeaders = RequestHeaders;
        headers.AccessControlMaxAge = Seconds;
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        return true;
    }
}

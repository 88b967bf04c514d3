using Parley.Kernel.Problems;

namespace Parley.Identity;

/// <summary>
/// What a request shows of who sends it (S15): a bearer token or our cookie, never anything in its address.
/// </summary>
/// <param name="Text">Null where there is none.</param>
/// <param name="Ambient">The browser sends it by itself, also for a page of somebody else's.</param>
internal readonly record struct Credential(string? Text, bool Ambient)
{
    public const string AccessCookie = "__Host-parley";
    public const string RefreshCookie = "__Host-parley-refresh";

    /// <summary>Before a token among the protocols that a socket asks for; <c>parley</c> beside it is the one that is chosen.</summary>
    public const string SocketToken = "parley.token.";
    private const string Bearer = "Bearer ";

    public static Credential Of(HttpRequest request)
    {
        var header = request.Headers.Authorization;
        if (header.Count > 0)
        {
            // Two of them would let one part of a chain of servers see another caller than the next.
            var text = header.Count == 1 ? header.ToString() : "";
            return text.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
                ? new Credential(text[Bearer.Length..].Trim(), Ambient: false)
                : new Credential(null, Ambient: false);
        }

        return request.Headers.Cookie.Count > 0 && request.Cookies[AccessCookie] is { Length: > 0 } cookie
            ? new Credential(cookie, Ambient: true)
            : default;
    }

    /// <summary>
    /// For a socket: a page cannot add a header to it, so it may show its token among the protocols. That is said on
    /// purpose, so it comes before the cookie, which the browser adds by itself.
    /// </summary>
    public static Credential OfSocket(HttpRequest request)
    {
        string? shown = null;
        foreach (var protocol in request.Headers.SecWebSocketProtocol.ToString().Split(','))
        {
            if (protocol.Trim() is var name && name.StartsWith(SocketToken, StringComparison.Ordinal))
            {
                shown = shown is null ? name[SocketToken.Length..] : ""; // as with two headers: neither
            }
        }

        return shown is null || request.Headers.Authorization.Count > 0
            ? Of(request)
            : new Credential(shown.Length == 0 ? null : shown, Ambient: false);
    }

    /// <summary>Hands tokens to a browser in a way its scripts cannot read.</summary>
    public static void SetCookies(HttpResponse response, string access, string refresh)
    {
        Append(response, AccessCookie, access, AccessTokens.Life);
        Append(response, RefreshCookie, refresh, Sessions.Sliding);
    }

    public static void ClearCookies(HttpResponse response)
    {
        Append(response, AccessCookie, "", TimeSpan.Zero);
        Append(response, RefreshCookie, "", TimeSpan.Zero);
    }

    private static void Append(HttpResponse response, string name, string value, TimeSpan life) =>
        response.Headers.Append(
            "Set-Cookie",
            $"{name}={value}; Max-Age={(long)life.TotalSeconds}; Path=/; Secure; HttpOnly; SameSite=Lax"
        );
}

/// <summary>
/// Whether a request that changes something came from a page of ours (S15). A browser says where a page is from, and adds
/// the cookie by itself; other clients have no cookie that they did not mean to send.
/// </summary>
internal static class CrossSite
{
    /// <summary>
    /// For a socket (S24): it is opened by GET, and its answers can be read by the page that opened it, so the page must be
    /// one of ours, or of a listed origin that shows a token itself.
    /// </summary>
    public static ProblemResult? RefuseSocket(HttpRequest request, bool ambient, IList<string> origins)
    {
        var origin = request.Headers.Origin;
        var allowed =
            origin.Count == 0
                ? !ambient && request.Headers["Sec-Fetch-Site"].Count == 0
                : origin.Count == 1
                    && (
                        origin.ToString() == $"{request.Scheme}://{request.Host}"
                        || (!ambient && origins.Contains(origin.ToString()))
                    );
        return allowed
            ? null
            : new ProblemResult(ProblemCodes.Forbidden, "the socket is not opened by a page of this server");
    }

    private const string FormTypes = "application/x-www-form-urlencoded text/plain";

    /// <param name="required">The sender must say where it is from: it showed a cookie.</param>
    public static ProblemResult? Refuse(HttpRequest request, bool required, bool takesFiles)
    {
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        {
            return null;
        }

        var site = request.Headers["Sec-Fetch-Site"].ToString();
        var origin = request.Headers.Origin.ToString();
        var own =
            site.Length > 0 ? site is "same-origin" || (site is "none" && !required)
            : origin.Length > 0 ? origin == $"{request.Scheme}://{request.Host}"
            : !required;
        if (!own)
        {
            return new ProblemResult(ProblemCodes.Forbidden, "the request does not come from a page of this server");
        }

        var type = request.ContentType ?? "";
        var simple =
            type.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase)
            || FormTypes.Contains(type.Split(';')[0].Trim(), StringComparison.OrdinalIgnoreCase);
        return required && type.Length > 0 && simple && !takesFiles
            ? new ProblemResult(ProblemCodes.UnsupportedMediaType, "send application/json")
            : null;
    }
}

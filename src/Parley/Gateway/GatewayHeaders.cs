using System.Net.Http;

namespace Parley.Gateway;

/// <summary>Which headers pass, each way. What is not named stays: credentials above all.</summary>
internal static class GatewayHeaders
{
    private static readonly string[] There =
    [
        "Accept",
        "User-Agent",
        "OpenAI-Beta",
        "Idempotency-Key",
        "X-Request-Id",
        "X-Client-Request-Id",
    ];

    /// <summary>Between two hosts and no further (RFC 9110, 7.6.1), or a word about the upstream's own origin.</summary>
    private static readonly HashSet<string> NotBack = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection",
        "Keep-Alive",
        "Proxy-Authenticate",
        "Proxy-Authorization",
        "Proxy-Connection",
        "TE",
        "Trailer",
        "Transfer-Encoding",
        "Upgrade",
        "Set-Cookie",
        "Server",
        "Date",
        "Alt-Svc",
        "Strict-Transport-Security",
        "Content-Security-Policy",
        "X-Content-Type-Options",
        "X-Frame-Options",
        "Referrer-Policy",
        "Cross-Origin-Resource-Policy",
        "WWW-Authenticate",
        "Cache-Control",
        "Vary",
        "Location",
        "Refresh",
        "Link",
    };

    public static void CopyThere(HttpRequest from, HttpRequestMessage to)
    {
        foreach (var name in There)
        {
            if (from.Headers.TryGetValue(name, out var values))
            {
                to.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }
    }

    public static void CopyBack(HttpResponseMessage from, HttpResponse to)
    {
        foreach (var (name, values) in from.Headers.NonValidated)
        {
            if (!NotBack.Contains(name) && !name.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase))
            {
                to.Headers[name] = values.ToString();
            }
        }

        // Among them the length, which goes on as the upstream states it.
        foreach (var (name, values) in from.Content.Headers.NonValidated)
        {
            if (!NotBack.Contains(name))
            {
                to.Headers[name] = values.ToString();
            }
        }

        // Whatever a server sends under our name, no browser runs it.
        to.Headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
        to.Headers.CacheControl = "no-store";
    }
}

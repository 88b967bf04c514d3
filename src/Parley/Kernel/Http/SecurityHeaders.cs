using Microsoft.Extensions.Primitives;

namespace Parley.Kernel.Http;

/// <summary>Headers of every answer (S23).</summary>
internal static class SecurityHeaders
{
    private const string PagePolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; font-src 'self'; connect-src 'self'; frame-src 'self'; manifest-src 'self'; "
        + "form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

    private static readonly StringValues NoSniff = "nosniff";
    private static readonly StringValues NoReferrer = "no-referrer";
    private static readonly StringValues SameOrigin = "same-origin";
    private static readonly StringValues OneYear = "max-age=31536000";
    private static readonly StringValues NoStore = "no-store";
    private static readonly StringValues Page = PagePolicy;
    private static readonly StringValues Sandbox = "sandbox; default-src 'none'";

    /// <summary>Set before anything else; <c>no-store</c> stays unless a handler knows its answer to be public or versioned.</summary>
    public static void Set(HttpContext http)
    {
        var headers = http.Response.Headers;
        if (http.Request.IsHttps)
        {
            headers.StrictTransportSecurity = OneYear;
        }

        headers.XContentTypeOptions = NoSniff;
        headers["Referrer-Policy"] = NoReferrer;
        headers["Cross-Origin-Resource-Policy"] = SameOrigin;
        headers.CacheControl = NoStore;
    }

    /// <summary>For our own HTML pages.</summary>
    public static void SetPage(IHeaderDictionary headers)
    {
        headers["Cross-Origin-Opener-Policy"] = SameOrigin;
        headers.ContentSecurityPolicy = Page;
    }

    /// <summary>For bytes that are somebody's file (S31): nothing in them runs or loads.</summary>
    public static void SetSandbox(IHeaderDictionary headers) => headers.ContentSecurityPolicy = Sandbox;
}

namespace Parley.Kernel.Http;

/// <summary>Spellings that mean the same route.</summary>
internal static class RequestPaths
{
    private const string Versioned = "/api/v1/";
    private const string Conversation = "/c/";
    private const string Document = "/d/";
    private const string Requirements = "/requirements/";
    private static readonly string[] PagePaths =
    [
        "/search",
        "/import",
        "/documents",
        "/requirements",
        "/insight",
        "/settings",
        "/admin",
        "/signin",
    ];

    /// <summary>
    /// <c>/api/v1/…</c> is <c>/api/…</c>; an address inside the page is the page; HEAD is a GET whose body the server
    /// holds back. A trailing slash is the router's to ignore.
    /// </summary>
    public static void Normalise(HttpRequest request)
    {
        if (request.Path.Value is not { } path)
        {
            return;
        }

        if (path.StartsWith(Versioned, StringComparison.OrdinalIgnoreCase))
        {
            request.Path = string.Concat("/api/", path.AsSpan(Versioned.Length));
        }
        else if (
            path.StartsWith(Conversation, StringComparison.Ordinal)
            || path.StartsWith(Document, StringComparison.Ordinal)
            || path.StartsWith(Requirements, StringComparison.Ordinal)
            || Array.IndexOf(PagePaths, path) >= 0
        )
        {
            request.Path = "/";
        }

        if (HttpMethods.IsHead(request.Method))
        {
            request.Method = HttpMethods.Get;
        }
    }
}

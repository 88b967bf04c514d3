namespace Parley.Kernel.Http;

/// <summary>Spellings that mean the same route.</summary>
internal static class RequestPaths
{
    private const string Versioned = "/api/v1/";

    /// <summary>
    /// <c>/api/v1/…</c> is <c>/api/…</c>; HEAD is a GET whose body the server holds back. A trailing slash is the
    /// router's to ignore.
    /// </summary>
    public static void Normalise(HttpRequest request)
    {
        if (request.Path.Value is { } path && path.StartsWith(Versioned, StringComparison.OrdinalIgnoreCase))
        {
            request.Path = string.Concat("/api/", path.AsSpan(Versioned.Length));
        }

        if (HttpMethods.IsHead(request.Method))
        {
            request.Method = HttpMethods.Get;
        }
    }
}

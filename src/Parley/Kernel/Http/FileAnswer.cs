using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace Parley.Kernel.Http;

/// <summary>What each file that comes with the executable says of itself: its tag, how long it may be kept, its encoding.</summary>
internal static class FileAnswer
{
    /// <summary>For the page and what has no hash in its name: asked for anew each time, answered by its tag.</summary>
    public const string Revalidated = "no-cache";

    public static EntityTagHeaderValue Tag(ReadOnlySpan<byte> sha256) =>
        new($"\"{Convert.ToHexStringLower(sha256[..8])}\"");

    public static EntityTagHeaderValue TagOf(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, hash);
        return Tag(hash);
    }

    /// <summary>Writes the head. False: the client has it already (304), and nothing is to follow.</summary>
    public static bool Begin(HttpContext http, EntityTagHeaderValue tag, string mediaType, string cacheControl)
    {
        var headers = http.Response.Headers;
        headers.CacheControl = cacheControl;
        headers.ETag = tag.ToString();
        headers.Vary = HeaderNames.AcceptEncoding;
        if (mediaType.StartsWith("text/html", StringComparison.Ordinal))
        {
            SecurityHeaders.SetPage(headers);
        }

        if (
            EntityTagHeaderValue.TryParseList(http.Request.Headers.IfNoneMatch, out var known)
            && known.Any(k => k.Compare(tag, useStrongComparison: false))
        )
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return false;
        }

        http.Response.ContentType = mediaType;
        return true;
    }

    /// <summary>Whether the client takes that encoding by name (RFC 9110, 12.5.3); one of weight 0 it refuses.</summary>
    public static bool Takes(HttpContext http, string encoding) =>
        StringWithQualityHeaderValue.TryParseList(http.Request.Headers.AcceptEncoding, out var taken)
        && taken.Any(t => t.Value.Equals(encoding, StringComparison.OrdinalIgnoreCase) && t.Quality is null or > 0);
}

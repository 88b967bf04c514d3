using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;
using Parley.Kernel.Http;

namespace Parley.Web;

/// <summary>
/// One file of the page, carried compressed (brotli) and sent as it lies in the executable: nothing of it is copied
/// into memory that stays. Thread-safe.
/// </summary>
/// <param name="open">Its compressed bytes, anew each time.</param>
internal sealed class PageFile(string name, Func<Stream> open) : IResult
{
    private readonly Lazy<EntityTagHeaderValue> tag = new(() =>
    {
        using var content = open();
        return new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 8))}\"");
    });

    private string MediaType =>
        Path.GetExtension(name) switch
        {
            ".html" => "text/html; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            ".css" => "text/css; charset=utf-8",
            ".svg" => "image/svg+xml",
            _ => "application/octet-stream",
        };

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var headers = httpContext.Response.Headers;
        // Names of assets hold a hash of their content; the page itself is asked for anew each time.
        headers.CacheControl = name.StartsWith("assets/", StringComparison.Ordinal)
            ? "public, max-age=31536000, immutable"
            : "no-cache";
        headers.ETag = tag.Value.ToString();
        headers.Vary = "Accept-Encoding";
        if (name.EndsWith(".html", StringComparison.Ordinal))
        {
            SecurityHeaders.SetPage(headers);
        }

        if (
            EntityTagHeaderValue.TryParseList(httpContext.Request.Headers.IfNoneMatch, out var known)
            && known.Any(k => k.Compare(tag.Value, useStrongComparison: false))
        )
        {
            httpContext.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        httpContext.Response.ContentType = MediaType;
        await SendAsync(httpContext);
    }

    private async Task SendAsync(HttpContext http)
    {
        await using var content = open();
        if (http.Request.Headers.AcceptEncoding.ToString().Contains("br", StringComparison.OrdinalIgnoreCase))
        {
            http.Response.Headers.ContentEncoding = "br";
            http.Response.ContentLength = content.Length;
            await content.CopyToAsync(http.Response.Body, http.RequestAborted);
            return;
        }

        await using var plain = new BrotliStream(content, CompressionMode.Decompress);
        await plain.CopyToAsync(http.Response.Body, http.RequestAborted);
    }
}

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
    public const string Worker = "sw.js";

    /// <summary>A worker has a policy of its own: it may read from here, and that is all (S23).</summary>
    private const string WorkerPolicy = "default-src 'none'; connect-src 'self'";

    private readonly Lazy<EntityTagHeaderValue> tag = new(() =>
    {
        using var content = open();
        return FileAnswer.Tag(SHA256.HashData(content));
    });

    private string MediaType =>
        Path.GetExtension(name) switch
        {
            ".html" => "text/html; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            ".css" => "text/css; charset=utf-8",
            ".svg" => "image/svg+xml",
            ".png" => "image/png",
            ".webmanifest" => "application/manifest+json",
            _ => "application/octet-stream",
        };

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        // Names of assets hold a hash of their content.
        var kept = name.StartsWith("assets/", StringComparison.Ordinal)
            ? "public, max-age=31536000, immutable"
            : FileAnswer.Revalidated;
        if (name == Worker)
        {
            httpContext.Response.Headers.ContentSecurityPolicy = WorkerPolicy;
        }

        if (FileAnswer.Begin(httpContext, tag.Value, MediaType, kept))
        {
            await SendAsync(httpContext);
        }
    }

    private async Task SendAsync(HttpContext http)
    {
        await using var content = open();
        if (FileAnswer.Takes(http, "br"))
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

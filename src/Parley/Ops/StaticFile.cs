using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;
using Parley.Kernel.Http;

namespace Parley.Ops;

/// <summary>A file that never changes while the process lives: compressed once, answered with its tag. Thread-safe.</summary>
internal sealed class StaticFile(byte[] content, string mediaType) : IResult
{
    private readonly Lazy<byte[]> brotli = new(() => Compress(content));
    private readonly EntityTagHeaderValue tag = new(
        $"\"{Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 8))}\""
    );

    public ReadOnlyMemory<byte> Content => content;

    /// <summary>A resource of this assembly.</summary>
    public static StaticFile Embedded(string name, string mediaType)
    {
        using var resource = Resource(name);
        return new StaticFile(Read(resource), mediaType);
    }

    /// <summary>A resource that is carried compressed (gzip).</summary>
    public static StaticFile Compressed(string name, string mediaType)
    {
        using var resource = Resource(name + ".gz");
        using var plain = new GZipStream(resource, CompressionMode.Decompress);
        return new StaticFile(Read(plain), mediaType);
    }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.Headers.CacheControl = "no-cache";
        response.Headers.ETag = tag.ToString();
        response.Headers.Vary = "Accept-Encoding";
        if (mediaType.StartsWith("text/html", StringComparison.Ordinal))
        {
            SecurityHeaders.SetPage(response.Headers);
        }

        if (
            EntityTagHeaderValue.TryParseList(httpContext.Request.Headers.IfNoneMatch, out var known)
            && known.Any(k => k.Compare(tag, useStrongComparison: false))
        )
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.ContentType = mediaType;
        var body = content;
        if (httpContext.Request.Headers.AcceptEncoding.ToString().Contains("br", StringComparison.OrdinalIgnoreCase))
        {
            response.Headers.ContentEncoding = "br";
            body = brotli.Value;
        }

        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, httpContext.RequestAborted);
    }

    private static Stream Resource(string name) =>
        typeof(StaticFile).Assembly.GetManifestResourceStream(name)
        ?? throw new InvalidOperationException($"{name} is not embedded");

    private static byte[] Read(Stream from)
    {
        using var copy = new MemoryStream();
        from.CopyTo(copy);
        return copy.ToArray();
    }

    private static byte[] Compress(byte[] content)
    {
        using var compressed = new MemoryStream();
        using (var encoder = new BrotliStream(compressed, CompressionLevel.Optimal))
        {
            encoder.Write(content);
        }

        return compressed.ToArray();
    }
}

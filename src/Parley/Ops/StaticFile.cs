using System.IO.Compression;
using Microsoft.Net.Http.Headers;
using Parley.Kernel.Http;

namespace Parley.Ops;

/// <summary>A file that never changes while the process lives: compressed once, answered with its tag. Thread-safe.</summary>
internal sealed class StaticFile(byte[] content, string mediaType) : IResult
{
    // Gzip: the executable carries no encoder of Brotli (native/Substitutions.xml).
    private readonly Lazy<byte[]> gzip = new(() => Compress(content));
    private readonly EntityTagHeaderValue tag = FileAnswer.TagOf(content);

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
        if (!FileAnswer.Begin(httpContext, tag, mediaType, FileAnswer.Revalidated))
        {
            return;
        }

        var response = httpContext.Response;
        var body = content;
        if (FileAnswer.Takes(httpContext, "gzip"))
        {
            response.Headers.ContentEncoding = "gzip";
            body = gzip.Value;
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
        using (var encoder = new GZipStream(compressed, CompressionLevel.Optimal))
        {
            encoder.Write(content);
        }

        return compressed.ToArray();
    }
}

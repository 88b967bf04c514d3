using System.IO.Compression;
using System.Net;
using Xunit;

namespace Parley.Aot;

public sealed class ExecutableTests
{
    [Fact]
    public async Task Version_prints_the_version()
    {
        var (code, output, error) = await NativeParley.RunAsync("version");
        Assert.Equal((0, ""), (code, error));
        Assert.Matches(@"\d+\.\d+\.\d+", output);
    }

    [Fact]
    public async Task Links_only_libc_and_libm()
    {
        using var ldd = NativeParley.Start("ldd", [NativeParley.Path]);
        var lines = (await ldd.StandardOutput.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var names = lines.Select(l => Path.GetFileName(l.Trim().Split(' ')[0]));
        Assert.DoesNotContain(
            names,
            n =>
                !n.StartsWith("linux-vdso", StringComparison.Ordinal)
                && !n.StartsWith("ld-linux", StringComparison.Ordinal)
                && n is not ("libc.so.6" or "libm.so.6")
        );
    }

    [Fact]
    public void Is_smaller_than_30_MB() => Assert.InRange(new FileInfo(NativeParley.Path).Length, 1, 30_000_000);

    [Fact]
    public async Task Serves_and_is_healthy()
    {
        await using var server = await Server.StartAsync();
        using var answer = await server.Http.GetAsync("/health");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    /// <summary>As a browser asks for them, and as a program does: encoders the native file leaves out must not be met.</summary>
    [Theory]
    [InlineData("/", "gzip, deflate, br, zstd")]
    [InlineData("/", "gzip")]
    [InlineData("/", null)]
    [InlineData("/docs", "gzip, deflate, br, zstd")]
    [InlineData("/docs", null)]
    [InlineData("/docs/problems", "gzip, deflate, br, zstd")]
    [InlineData("/site.css", "gzip, deflate, br, zstd")]
    [InlineData("/openapi.json", "gzip, deflate, br, zstd")]
    [InlineData("/openapi.json", "br;q=1, gzip;q=0")]
    public async Task Serves_its_pages_in_every_encoding(string path, string? encodings)
    {
        await using var server = await Server.StartAsync();
        using var plain = await server.Http.GetAsync(path);
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept-Encoding", encodings);
        using var answer = await server.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await using var sent = await answer.Content.ReadAsStreamAsync();
        await using var content = answer.Content.Headers.ContentEncoding.SingleOrDefault() switch
        {
            "br" => new BrotliStream(sent, CompressionMode.Decompress),
            "gzip" => new GZipStream(sent, CompressionMode.Decompress),
            var encoding => encoding is null ? sent : throw new InvalidDataException(encoding),
        };
        using var copy = new MemoryStream();
        await content.CopyToAsync(copy);
        Assert.Equal(await plain.Content.ReadAsByteArrayAsync(), copy.ToArray());
    }

    [Fact]
    public async Task Stays_small_under_load()
    {
        await using var server = await Server.StartAsync();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 20_000),
            new ParallelOptions { MaxDegreeOfParallelism = 64 },
            async (_, ct) =>
            {
                using var answer = await server.Http.GetAsync("/health", ct);
                answer.EnsureSuccessStatusCode();
            }
        );

        // Without the gen0 cap inside the file (native/Publish.props) this load alone takes it past 100 MB.
        Assert.InRange(NativeParley.Memory(server.ProcessId, "VmHWM"), 1, 60_000_000);
    }
}

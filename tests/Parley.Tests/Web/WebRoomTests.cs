using System.Net;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Parley.Web;

namespace Parley.Tests.Web;

/// <summary>How the page is served: compressed, under its policy, cached by content, and never in the API's place.</summary>
public sealed partial class WebRoomTests : IAsyncLifetime
{
    /// <summary>Bytes of script before anything shows, and of all files, compressed.</summary>
    private const int InitialLimit = 180_000;
    private const int TotalLimit = 400_000;

    private ParleyApp app = null!;

    public async ValueTask InitializeAsync() => app = await ParleyApp.StartAsync(identity: Accounts.Options());

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [GeneratedRegex("(?:src|href)=\"/(assets/[^\"]+)\"")]
    private static partial Regex Assets();

    [Theory]
    [InlineData("/")]
    [InlineData("/search?q=tea")]
    [InlineData("/import")]
    [InlineData("/insight")]
    [InlineData("/requirements")]
    [InlineData("/requirements/018f3502-902a-7e68-8469-b5c8398249f9")]
    [InlineData("/requirements/018f3502-902a-7e68-8469-b5c8398249f9/links?at=018f3502-945c-7e68-84c3-d4d7b6fcab6e")]
    [InlineData("/settings")]
    [InlineData("/admin")]
    [InlineData("/signin")]
    [InlineData("/c/018f3502-902a-7e68-8469-b5c8398249f9")]
    [InlineData("/c/018f3502-902a-7e68-8469-b5c8398249f9/018f3502-945c-7e68-84c3-d4d7b6fcab6e")]
    public async Task S23_every_address_of_the_page_is_the_page_under_its_policy(string path)
    {
        using var answer = await app.Client.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("default-src 'none'; script-src 'self'; style-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("require-trusted-types-for 'script'", policy, StringComparison.Ordinal);
        Assert.Equal("no-cache", answer.Headers.CacheControl?.ToString());
        var html = await answer.Content.ReadAsStringAsync();
        Assert.DoesNotMatch("(?i)<script[^>]*>[^<]", html);
        Assert.DoesNotMatch("(?i)<style|style=|https?://", html);
        Assert.Equal("index.html", NameOf(html));
        using var again = await app.SendAsync("GET", path, null, ("If-None-Match", answer.Headers.ETag!.Tag));
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
    }

    [Fact]
    public async Task S37_previews_run_without_an_origin_load_nothing_and_are_framed_by_the_page_alone()
    {
        using var answer = await app.Client.GetAsync("/preview");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(
            "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; "
                + "base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
            answer.Headers.GetValues("Content-Security-Policy").Single()
        );
        using var page = await app.Client.GetAsync("/");
        var policy = page.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains(" frame-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains(" frame-ancestors 'none';", policy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/nowhere")]
    [InlineData("/api/c/x")]
    [InlineData("/nowhere")]
    [InlineData("/assets/nowhere.js")]
    [InlineData("/assets/..%2findex.html")]
    [InlineData("/searching")]
    public async Task What_is_no_address_of_the_page_is_a_problem(string path) => await app.GetJsonAsync(path, 404);

    [Fact]
    public async Task Every_asset_is_sent_as_it_is_carried_and_kept_for_good()
    {
        var html = await app.Client.GetStringAsync("/");
        Assert.NotEmpty(Assets().Matches(html));
        foreach (var name in PageFiles.Embedded().Names.Where(n => n != "index.html"))
        {
            using var packed = await app.SendAsync("GET", "/" + name, null, ("Accept-Encoding", "gzip, br"));
            Assert.Equal("br", packed.Content.Headers.ContentEncoding.Single());
            // What has no hash in its name is asked for anew.
            var kept = name.StartsWith("assets/", StringComparison.Ordinal)
                ? "public, max-age=31536000, immutable"
                : "no-cache";
            Assert.Equal(kept, packed.Headers.CacheControl!.ToString());
            Assert.Contains(
                packed.Content.Headers.ContentType!.MediaType,
                new[] { "text/javascript", "text/css", "image/svg+xml", "image/png", "application/manifest+json" }
            );
            await using var unpacked = new System.IO.Compression.BrotliStream(
                await packed.Content.ReadAsStreamAsync(),
                System.IO.Compression.CompressionMode.Decompress
            );
            using var whole = new MemoryStream();
            await unpacked.CopyToAsync(whole);
            Assert.Equal(await app.Client.GetByteArrayAsync("/" + name), whole.ToArray());
        }
    }

    [Fact]
    public async Task S23_the_page_can_be_installed_and_its_worker_may_only_read_from_here()
    {
        using var page = await app.Client.GetAsync("/");
        Assert.Contains(
            " manifest-src 'self';",
            page.Headers.GetValues("Content-Security-Policy").Single(),
            StringComparison.Ordinal
        );
        using var worker = await app.Client.GetAsync("/sw.js");
        Assert.Equal(
            "default-src 'none'; connect-src 'self'",
            worker.Headers.GetValues("Content-Security-Policy").Single()
        );
        var script = await worker.Content.ReadAsStringAsync();
        Assert.All(
            PageFiles.Embedded().Names.Where(name => name.StartsWith("assets/", StringComparison.Ordinal)),
            name => Assert.Contains($"\"/{name}\"", script, StringComparison.Ordinal)
        );
        var hash = SHA256.HashData(await page.Content.ReadAsByteArrayAsync());
        Assert.Contains(Convert.ToHexStringLower(hash), script, StringComparison.Ordinal);

        var manifest = await app.GetJsonAsync("/manifest.webmanifest");
        Assert.Equal("standalone", manifest.Text("display"));
        Assert.Equal("/", manifest.Text("start_url"));
        foreach (var icon in manifest.Items("icons"))
        {
            using var drawn = await app.Client.GetAsync(icon.Text("src"));
            Assert.Equal(icon.Text("type"), drawn.Content.Headers.ContentType?.MediaType);
        }

        await app.GetJsonAsync("/icons/nowhere.png", 404);
    }

    [Fact]
    public async Task The_page_stays_small()
    {
        var html = await app.Client.GetStringAsync("/");
        var sizes = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var name in PageFiles.Embedded().Names)
        {
            using var packed = await app.SendAsync("GET", "/" + name, null, ("Accept-Encoding", "br"));
            sizes[name] = (await packed.Content.ReadAsByteArrayAsync()).Length;
        }

        var initial = Assets()
            .Matches(html)
            .Select(m => m.Groups[1].Value)
            .Where(n => n.EndsWith(".js", StringComparison.Ordinal));
        Assert.InRange(initial.Sum(n => sizes[n]), 1, InitialLimit);
        Assert.InRange(sizes.Values.Sum(), 1, TotalLimit);
    }

    /// <summary>Without Node a build has no page, and says so in its place: these tests need the page.</summary>
    private static string NameOf(string html) =>
        html.Contains("<div id=\"root\">", StringComparison.Ordinal) ? "index.html" : "the page is not in this build";
}

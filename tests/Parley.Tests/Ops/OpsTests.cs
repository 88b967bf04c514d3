using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Tests.Ops;

public sealed class OpsTests : IAsyncLifetime
{
    private ParleyApp app = null!;

    public async ValueTask InitializeAsync() => app = await ParleyApp.StartAsync();

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task Health_says_how_the_store_is()
    {
        var health = await app.GetJsonAsync("/health");
        Assert.Contains(health.Text("status"), new[] { "ok", "degraded" });
        Assert.True(health.Flag("single_user"));
        Assert.Equal("3.53.2", health.GetProperty("store").Text("sqlite_version"));
        Assert.True(health.GetProperty("disk").Number("free_bytes") > 0);
        Assert.Equal("live", (await app.GetJsonAsync("/health/live")).Text("status"));
        Assert.Equal("ready", (await app.GetJsonAsync("/health/ready")).Text("status"));
        Assert.Matches(@"^\d+\.\d+\.\d+", (await app.GetJsonAsync("/api/version")).Text("version"));
        Assert.Equal(500, (await app.GetJsonAsync("/api/config")).GetProperty("limits").Number("title_characters"));
    }

    [Fact]
    public async Task Uptime_counts_from_the_start_of_the_server_not_from_the_first_question()
    {
        var clock = new TestClock();
        await using var own = await ParleyApp.StartAsync(s => s.AddSingleton<TimeProvider>(clock));
        clock.Advance(TimeSpan.FromSeconds(90));
        Assert.Equal(90, (await own.GetJsonAsync("/health")).GetProperty("uptime_seconds").GetDouble());
        clock.Advance(TimeSpan.FromSeconds(1.5));
        Assert.Equal(91.5, (await own.GetJsonAsync("/health")).GetProperty("uptime_seconds").GetDouble());
        Assert.Contains(
            "parley_uptime_seconds 91.5\n",
            await own.Client.GetStringAsync("/metrics"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Metrics_are_in_the_Prometheus_format()
    {
        await app.GetJsonAsync("/nowhere", 404);
        var page = await app.Client.GetStringAsync("/metrics");
        Assert.Matches(@"(?m)^parley_http_requests_total\{class=""4xx""\} [1-9]", page);
        Assert.Matches(@"(?m)^parley_http_request_duration_seconds_bucket\{le=""\+Inf""\} [1-9]", page);
        Assert.All(
            page.TrimEnd('\n').Split('\n'),
            line => Assert.Matches(@"^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z]+=""[^""]*""\})? -?[\dE.+-]+)$", line)
        );
    }

    [Theory]
    [InlineData("/docs")]
    [InlineData("/docs/problems")]
    public async Task Pages_load_nothing_foreign_and_run_nothing(string path)
    {
        using var answer = await app.Client.GetAsync(path);
        var html = await answer.Content.ReadAsStringAsync();
        Assert.Equal("text/html", answer.Content.Headers.ContentType!.MediaType);
        Assert.Contains(
            "script-src 'self'",
            answer.Headers.GetValues("Content-Security-Policy").Single(),
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.DoesNotContain("style=", html, StringComparison.Ordinal);
        // Addresses stand in the text of examples; none is loaded or led to.
        Assert.DoesNotMatch(@"(?i)<[^>]*=\s*[""']?\s*(https?:)?//", html);
        Assert.DoesNotMatch(@"(?i)@import|url\(", html);
        Assert.Contains("<html lang=\"en\">", html, StringComparison.Ordinal);
        using var again = await app.SendAsync(
            "GET",
            path,
            null,
            ("If-None-Match", answer.Headers.ETag!.Tag),
            ("Accept-Encoding", "gzip")
        );
        Assert.Equal(304, (int)again.StatusCode);
    }

    [Fact]
    public async Task Every_link_of_the_pages_leads_somewhere()
    {
        foreach (var path in new[] { "/docs", "/docs/problems" })
        {
            var html = await app.Client.GetStringAsync(path);
            foreach (Match link in Regex.Matches(html, "(?:href|action)=\"(/[^\"#]*)\""))
            {
                var target = link.Groups[1].Value;
                using var answer = await app.Client.GetAsync(target == "/api/search" ? target + "?q=x" : target);
                Assert.True(answer.IsSuccessStatusCode, target);
            }
        }
    }

    [Fact]
    public async Task The_page_of_the_API_shows_every_route_and_its_links_lead_into_it()
    {
        var html = await app.Client.GetStringAsync("/docs");
        // SCIM describes itself in its own way, and what speaks as Ollama or OpenAI is described by them.
        foreach (var (method, path) in RouteTableTests.Routes(app.Services, described: true))
        {
            Assert.Contains($"<h3><code>{method} {path}</code></h3>", html, StringComparison.Ordinal);
        }

        var ids = Regex.Matches(html, " id=\"([^\"]+)\"").Select(m => m.Groups[1].Value).ToList();
        Assert.Equal(ids.Distinct(StringComparer.Ordinal).Count(), ids.Count);
        var links = Regex.Matches(html, "href=\"#([^\"]+)\"").Select(m => m.Groups[1].Value).ToHashSet();
        Assert.Empty(links.Except(ids));
        Assert.Contains(
            "curl -X PATCH \"127.0.0.1:7447/api/tags/$ID\" --json '{\"name\":\"hot drinks\"}'",
            System.Net.WebUtility.HtmlDecode(html),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Every_problem_code_has_its_place_on_the_help_page()
    {
        var html = await app.Client.GetStringAsync("/docs/problems");
        Assert.All(ProblemCodes.All, code => Assert.Contains($"id=\"{code.Code}\"", html, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_description_compresses()
    {
        using var answer = await app.SendAsync("GET", "/openapi.json", null, ("Accept-Encoding", "gzip"));
        Assert.Equal(["gzip"], answer.Content.Headers.ContentEncoding);
        var document = JsonDocument.Parse(await app.Client.GetStringAsync("/openapi.json")).RootElement;
        Assert.StartsWith("3.", document.Text("openapi"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_it_stops_health_says_so_and_new_work_is_refused()
    {
        await app.Get<Draining>().DrainAsync();
        Assert.Equal("draining", (await app.GetJsonAsync("/health")).Text("status"));
        Assert.Equal("live", (await app.GetJsonAsync("/health/live")).Text("status"));
        Assert.Equal("draining", (await app.GetJsonAsync("/health/ready", 503)).Text("status"));
        using var answer = await app.Client.GetAsync("/api/conversations");
        await Problems.AssertAsync(answer, 503, "busy");
    }
}

using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Parley.Tests.Ops;

/// <summary>Rules that hold for every route there is, read from the route table itself.</summary>
public sealed class RouteTableTests : IAsyncLifetime
{
    private ParleyApp app = null!;

    public async ValueTask InitializeAsync() => app = await ParleyApp.StartAsync();

    public ValueTask DisposeAsync() => app.DisposeAsync();

    internal static IEnumerable<(string Method, string Path)> Routes(
        IServiceProvider services,
        bool described = false
    ) =>
        from endpoint in services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
        where !described || endpoint.Metadata.GetMetadata<IExcludeFromDescriptionMetadata>() is null
        from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []
        select (method, "/" + endpoint.RoutePattern.RawText!.Trim('/'));

    private static string Fill(string path, string id) =>
        System.Text.RegularExpressions.Regex.Replace(path, @"\{[^}]+\}", id);

    [Fact]
    public async Task No_id_and_no_body_makes_any_route_fail_inside()
    {
        string[] ids =
        [
            "x",
            "%00",
            "%ED%A0%80",
            "00000000-0000-0000-0000-000000000000",
            new string('9', 300),
            "..%2f..%2fetc",
        ];
        string?[] bodies = [null, "", "{}", "null", "[]", "{\"a\":", "\"\\ud800\"", "{\"title\":\"\\u0000\"}", "\0"];
        var seen = 0;
        foreach (var (method, path) in Routes(app.Services))
        {
            foreach (var id in path.Contains('{', StringComparison.Ordinal) ? ids : ["-"])
            {
                foreach (var body in method is "GET" or "DELETE" ? [null] : bodies)
                {
                    await CheckAsync(method, Fill(path, id), body);
                    seen++;
                }
            }
        }

        Assert.True(seen > 200, $"only {seen} requests were made");
    }

    [Fact]
    public async Task Every_error_of_every_route_is_a_problem()
    {
        foreach (var (method, path) in Routes(app.Services))
        {
            using var wrongMethod = await app.SendAsync("PROPFIND", Fill(path, "x"));
            await Problems.AssertAsync(wrongMethod, 405, "method-not-allowed");
            Assert.NotEmpty(wrongMethod.Content.Headers.Allow);
            // What SCIM's routes themselves answer has SCIM's shape: ScimTests.
            var own = path.StartsWith("/scim/", StringComparison.Ordinal);
            if (!own && path.Contains('{', StringComparison.Ordinal) && method == "GET")
            {
                using var unknown = await app.SendAsync(method, Fill(path, "00000000-0000-0000-0000-000000000000"));
                await Problems.AssertAsync(unknown, 404, "not-found");
            }
        }
    }

    [Fact]
    public async Task Hostile_parameters_of_lists_are_answered_in_kind()
    {
        string[] values =
        [
            "%00",
            "%ED%A0%80",
            "-1",
            "99999999999999999999",
            "%F0%9F%98%80",
            "'%3BDROP%20TABLE%20x",
            "%2A",
            "NaN",
            new string('a', 1001),
        ];
        foreach (
            var (method, path) in Routes(app.Services)
                .Where(r => r.Method == "GET" && !r.Path.Contains("events", StringComparison.Ordinal))
        )
        {
            foreach (
                var name in new[]
                {
                    "limit",
                    "cursor",
                    "q",
                    "space",
                    "tag",
                    "before",
                    "page",
                    "offset",
                    "since",
                    "format",
                    "tree",
                    "sort",
                }
            )
            {
                foreach (var value in values)
                {
                    await CheckAsync(method, $"{Fill(path, "x")}?{name}={value}", null);
                }
            }
        }
    }

    private async Task CheckAsync(string method, string path, string? body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        // A stream of events may have no end.
        using var answer = await app.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var status = (int)answer.StatusCode;
        // 501 is what SCIM wants of a route that is not offered (RFC 7644, 3.11).
        if (status >= 500 && status != 501)
        {
            Assert.Fail($"{method} {path} {body}: {status} {await answer.Content.ReadAsStringAsync()}");
        }

        if (status >= 400 && !path.Split('?')[0].Contains("%00", StringComparison.Ordinal)) // the HTTP layer itself refuses that
        {
            var type = answer.Content.Headers.ContentType?.MediaType;
            // Others than problems are what SCIM and JSON-RPC lay down.
            var own =
                (path.StartsWith("/scim/", StringComparison.Ordinal) && type == "application/scim+json")
                || (path.StartsWith("/mcp", StringComparison.Ordinal) && type == "application/json");
            Assert.True(own || type == "application/problem+json", $"{method} {path} {body}: {type}");
        }
    }
}

using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Parley.Identity;

namespace Parley.Tests.Identity;

/// <summary>S16: every route there is, called by everybody there is. The list is the route table's own.</summary>
public sealed partial class AccessMatrixTests : IAsyncLifetime
{
    private const string NobodysId = "00000000-0000-7000-8000-000000000000";

    /// <summary>What the world may call. A route that joins them does so here, under somebody's eyes.</summary>
    private static readonly string[] Public =
    [
        "GET /",
        "GET /api/auth/oidc/callback",
        "GET /api/auth/oidc/start",
        "GET /api/config",
        "GET /api/shared/{token}",
        "GET /api/version",
        "GET /assets/{file}",
        "GET /docs",
        "GET /docs/problems",
        "GET /health",
        "GET /health/live",
        "GET /health/ready",
        "GET /icons/{file}",
        "GET /manifest.webmanifest",
        "GET /openapi.json",
        "GET /preview",
        "GET /s/{token}",
        "GET /setup",
        "GET /setup.js",
        "GET /site.css",
        "GET /sw.js",
        "POST /api/auth/oidc/code",
        "POST /api/auth/passkeys/signin",
        "POST /api/auth/passkeys/signin/options",
        "POST /api/auth/refresh",
        "POST /api/auth/signin",
        "POST /api/auth/signup",
    ];

    private readonly TestClock clock = new();
    private ParleyApp app = null!;
    private Person admin = null!;

    public async ValueTask InitializeAsync() => (app, admin) = await Accounts.StartAsync(clock: clock);

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private sealed record Route(string Method, string Path, AccessPolicy Policy)
    {
        public bool Reads => Policy.Reads || Method == "GET";

        public override string ToString() => $"{Method} {Path}";
    }

    private List<Route> Routes() =>
        [
            .. from endpoint in app
                .Services.GetServices<EndpointDataSource>()
                .SelectMany(s => s.Endpoints)
                .OfType<RouteEndpoint>()
            from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []
            select new Route(
                method,
                "/" + endpoint.RoutePattern.RawText!.Trim('/'),
                endpoint.Metadata.GetMetadata<AccessPolicy>()!
            ),
        ];

    [Fact]
    public void S16_what_anybody_may_call_is_written_down() =>
        Assert.Equal(
            Public,
            Routes()
                .Where(r => r.Policy.Level == AccessLevel.Anyone)
                .Select(r => r.ToString())
                .Distinct()
                .Order(StringComparer.Ordinal)
        );

    [Fact]
    public void S16_a_route_without_a_policy_stops_the_start()
    {
        var open = new DefaultEndpointDataSource(
            new RouteEndpoint(_ => Task.CompletedTask, RoutePatternFactory.Parse("/api/open"), 0, null, "GET /api/open")
        );
        var stopped = Assert.Throws<InvalidOperationException>(() => AccessPolicies.RequireOnEveryRoute([open]));
        Assert.Contains("GET /api/open", stopped.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S16_nobody_disabled_expired_and_made_up_callers_are_refused_everywhere()
    {
        var disabled = await admin.AddAsync("disabled@example.org");
        var disabledKey = await disabled.KeyAsync("all");
        await admin.JsonAsync("PATCH", $"/api/users/{disabled.Id}", """{"disabled":true}""");
        var expired = await admin.AddAsync("expired@example.org");
        clock.Advance(TimeSpan.FromMinutes(16));
        string?[] tokens =
        [
            null,
            "",
            "x",
            "pk_made-up",
            "pl_made-up",
            "..",
            "eyJhbGciOiJub25lIn0.e30.",
            disabled.Token,
            disabledKey.Token,
            expired.Token,
        ];
        foreach (var route in Routes().Where(r => r.Policy.Level != AccessLevel.Anyone))
        {
            foreach (var token in tokens)
            {
                await ExpectAsync(route, token, 401);
            }
        }
    }

    [Fact]
    public async Task S16_who_waits_reaches_the_own_account_only()
    {
        var pending = await admin.AddAsync("pending@example.org", "pending");
        foreach (var route in Routes().Where(r => r.Policy.Level is AccessLevel.User or AccessLevel.Admin))
        {
            await ExpectAsync(route, pending.Token, 403);
        }
    }

    [Fact]
    public async Task S16_only_admins_reach_what_is_for_admins()
    {
        var user = await admin.AddAsync("user@example.org");
        foreach (var route in Routes().Where(r => r.Policy.Level == AccessLevel.Admin))
        {
            await ExpectAsync(route, user.Token, 403);
            await ExpectPassesAsync(route, "ada@example.org");
        }
    }

    [Fact]
    public async Task S16_users_reach_what_is_for_users()
    {
        await admin.AddAsync("user@example.org");
        foreach (var route in Routes().Where(r => r.Policy.Level is AccessLevel.User or AccessLevel.Session))
        {
            await ExpectPassesAsync(route, "user@example.org");
        }
    }

    [Fact]
    public async Task S14_S16_a_key_reaches_the_routes_of_its_scope_and_no_others()
    {
        var routes = Routes().Where(r => r.Policy.Level != AccessLevel.Anyone).ToList();
        foreach (var word in KeyScopes.Words)
        {
            var key = await admin.KeyAsync(word);
            var scopes = KeyScopes.Of(word);
            foreach (var route in routes)
            {
                if (route.Policy.Level == AccessLevel.Session || !scopes.Allow(route.Policy, route.Reads))
                {
                    await ExpectAsync(route, key.Token, 403);
                }
            }
        }

        var shut = await (await admin.AddAsync("p@example.org")).KeyAsync("all");
        foreach (var route in routes.Where(r => r.Policy.Level == AccessLevel.Admin))
        {
            await ExpectAsync(route, shut.Token, 403);
        }
    }

    private async Task ExpectAsync(Route route, string? token, int status)
    {
        using var answer = await SendAsync(route, token);
        Assert.True((int)answer.StatusCode == status, $"{route} with {token}: {(int)answer.StatusCode}, not {status}");
        var shape = route.Path.StartsWith("/scim/", StringComparison.Ordinal) ? "scim" : "problem";
        Assert.Equal($"application/{shape}+json", answer.Content.Headers.ContentType?.MediaType);
    }

    /// <summary>Whatever it answers to an empty request, it is not a refusal of the caller. Each has a session of their own, since some routes end it.</summary>
    private async Task ExpectPassesAsync(Route route, string email)
    {
        var person = await app.SignInAsync(email);
        using var answer = await SendAsync(route, person.Token);
        Assert.True((int)answer.StatusCode is not (401 or 403), $"{route} as {email}: {(int)answer.StatusCode}");
    }

    private Task<HttpResponseMessage> SendAsync(Route route, string? token) =>
        app.SendAsync(
            route.Method,
            Parameter().Replace(route.Path, NobodysId),
            route.Method is "GET" or "DELETE" ? null : "{}",
            token is null ? [] : [("Authorization", "Bearer " + token)]
        );

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();
}

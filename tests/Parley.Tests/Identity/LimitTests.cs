using System.Net;
using Parley.Identity;
using Parley.Identity.Crypto;

namespace Parley.Tests.Identity;

/// <summary>Limits of security.md section 6, S5's time, S12's streams, and S23 to S25 where a proxy or a page is in between.</summary>
public sealed class LimitTests
{
    private static IdentityOptions Limited(int user, int address) =>
        new()
        {
            SingleUser = false,
            SetupCode = Accounts.SetupCode,
            Hash = new Argon2Parameters(64, 1, 1),
            UserRequests = user,
            AddressRequests = address,
        };

    [Fact]
    public async Task A_user_may_ask_so_often_in_a_minute_and_is_told_how_often_still()
    {
        var clock = new TestClock();
        var (app, ada) = await Accounts.StartAsync(Limited(user: 10, address: 0), clock);
        await using var _ = app;
        for (var left = 9; left >= 0; left--)
        {
            using var answer = await ada.SendAsync("GET", "/api/auth/me");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal($"{left}", answer.Headers.GetValues("RateLimit-Remaining").Single());
        }

        using var tooMany = await ada.SendAsync("GET", "/api/auth/me");
        await Problems.AssertAsync(tooMany, 429, "too-many-requests");
        Assert.InRange(tooMany.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 7);
        clock.Advance(TimeSpan.FromSeconds(6));
        await ada.JsonAsync("GET", "/api/auth/me");
        clock.Advance(TimeSpan.FromMinutes(1));
        for (var i = 0; i < 10; i++)
        {
            await ada.JsonAsync("GET", "/api/auth/me");
        }
    }

    [Fact]
    public async Task An_address_that_is_not_signed_in_may_ask_less_often()
    {
        var (app, ada) = await Accounts.StartAsync(Limited(user: 0, address: 5), new TestClock());
        await using var _ = app;
        var statuses = new List<int>();
        for (var i = 0; i < 6; i++)
        {
            using var answer = await app.Client.GetAsync("/api/conversations");
            statuses.Add((int)answer.StatusCode);
        }

        Assert.Equal([401, 401, 401, 401, 429, 429], statuses); // the sign-up was one of the five
        await ada.JsonAsync("GET", "/api/conversations");
    }

    [Fact]
    public async Task S2_more_sign_ins_than_there_are_turns_wait_and_all_come_in()
    {
        var (app, ada) = await Accounts.StartAsync();
        await using var _ = app;
        for (var i = 0; i < 20; i++)
        {
            await ada.JsonAsync(
                "POST",
                "/api/users",
                $$"""{"email":"p{{i}}@example.org","password":"{{Accounts.Password}}"}""",
                201
            );
        }

        var people = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => app.SignInAsync($"p{i}@example.org")));
        Assert.Equal(20, people.DistinctBy(p => p.Id).Count());
    }

    [Fact]
    public async Task S24_only_pages_of_listed_origins_may_read_answers()
    {
        await using var app = await ParleyApp.StartAsync(http: o => o.Origins.Add("https://app.example.org"));
        using var own = await app.SendAsync("GET", "/api/version", null, ("Origin", "https://app.example.org"));
        Assert.Equal("https://app.example.org", own.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.False(own.Headers.Contains("Access-Control-Allow-Credentials"));
        using var preflight = await app.SendAsync(
            "OPTIONS",
            "/api/conversations",
            null,
            ("Origin", "https://app.example.org"),
            ("Access-Control-Request-Method", "POST")
        );
        Assert.Equal(HttpStatusCode.NoContent, preflight.StatusCode);
        Assert.Contains(
            "authorization",
            preflight.Headers.GetValues("Access-Control-Allow-Headers").Single(),
            StringComparison.Ordinal
        );
        using var failed = await app.SendAsync(
            "GET",
            "/api/search?limit=x",
            null,
            ("Origin", "https://app.example.org")
        );
        Assert.Equal("https://app.example.org", failed.Headers.GetValues("Access-Control-Allow-Origin").Single());
        foreach (
            var origin in new[]
            {
                "https://evil.example",
                "null",
                "http://app.example.org",
                "https://app.example.org.evil.example",
            }
        )
        {
            using var other = await app.SendAsync("GET", "/api/version", null, ("Origin", origin));
            Assert.False(other.Headers.Contains("Access-Control-Allow-Origin"), origin);
        }
    }

    [Fact]
    public async Task S24_without_a_list_no_origin_is_answered()
    {
        await using var app = await ParleyApp.StartAsync();
        using var answer = await app.SendAsync("GET", "/api/version", null, ("Origin", "https://app.example.org"));
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Theory]
    [InlineData(false, "203.0.113.9", "127.0.0.1", false)]
    [InlineData(true, "203.0.113.9", "203.0.113.9", true)]
    [InlineData(true, "198.51.100.1, 203.0.113.9, 127.0.0.1", "203.0.113.9", true)]
    [InlineData(true, "203.0.113.9, nonsense", "127.0.0.1", true)]
    public async Task S25_what_a_proxy_says_counts_only_from_a_configured_one(
        bool configured,
        string chain,
        string address,
        bool tls
    )
    {
        await using var app = await ParleyApp.StartAsync(
            identity: Accounts.Options(),
            http: o =>
            {
                if (configured)
                {
                    o.Proxies.Add(IPNetwork.Parse("127.0.0.0/8"));
                }
            }
        );
        var ada = await app.SetUpAsync();
        using var answer = await app.SendAsync(
            "POST",
            "/api/auth/signin",
            $$"""{"email":"ada@example.org","password":"{{Accounts.Password}}"}""",
            ("X-Forwarded-For", chain),
            ("X-Forwarded-Proto", "https"),
            ("X-Forwarded-User", "ada")
        );
        Assert.Equal(tls, answer.Headers.Contains("Strict-Transport-Security"));
        var entry = (await ada.JsonAsync("GET", "/api/audit?action=sign-in&limit=1")).Items()[0];
        Assert.Equal(address, entry.Text("address"));
    }

    [Fact]
    public async Task S15_without_accounts_a_foreign_page_changes_nothing_either()
    {
        await using var app = await ParleyApp.StartAsync();
        const string Make = """{"title":"x"}""";
        await app.SendJsonAsync("POST", "/api/conversations", Make, 201);
        await app.SendJsonAsync("POST", "/api/conversations", Make, 403, ("Origin", "https://evil.example"));
        await app.SendJsonAsync("POST", "/api/conversations", Make, 403, ("Sec-Fetch-Site", "cross-site"));
        await app.SendJsonAsync("POST", "/api/conversations", Make, 201, ("Sec-Fetch-Site", "same-origin"));
    }

    [Fact]
    public async Task S12_an_open_stream_ends_with_the_right_to_it()
    {
        var (app, ada) = await Accounts.StartAsync();
        await using var _ = app;
        var ben = await ada.AddAsync("ben@example.org");
        var streams = app.Get<OpenStreams>();
        var aborted = new CancellationTokenSource();
        var http = new Microsoft.AspNetCore.Http.DefaultHttpContext();
        http.Features.Set<Microsoft.AspNetCore.Http.Features.IHttpRequestLifetimeFeature>(new Lifetime(aborted));
        var caller = new Caller(BenId(ben)) { Role = UserRole.User, Door = CallerDoor.Session };
        using var open = streams.Open(http, caller, new AccessPolicy(AccessLevel.User, KeyScopes.Import), ben.Token);
        Assert.NotNull(open);
        await ada.JsonAsync("PATCH", $"/api/users/{ben.Id}", """{"name":"Benjamin"}""");
        await ada.JsonAsync("PATCH", $"/api/users/{ben.Id}", """{"disabled":true}""");
        var ended = new TaskCompletionSource();
        await using var registration = aborted.Token.Register(ended.SetResult);
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(5));
    }

    private static long BenId(Person ben)
    {
        Assert.True(Parley.Kernel.Ids.TryParse(ben.Id, Parley.Kernel.IdKind.User, out var id));
        return id;
    }

    private sealed class Lifetime(CancellationTokenSource aborted)
        : Microsoft.AspNetCore.Http.Features.IHttpRequestLifetimeFeature
    {
        public CancellationToken RequestAborted { get; set; } = aborted.Token;

        public void Abort() => aborted.Cancel();
    }
}

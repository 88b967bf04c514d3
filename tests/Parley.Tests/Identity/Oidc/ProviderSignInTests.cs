using System.Net;
using System.Text.Json;
using Parley.Identity;

namespace Parley.Tests.Identity.Oidc;

/// <summary>Signing in by a real provider, and who is whose account there.</summary>
public sealed class ProviderSignInTests : IAsyncLifetime
{
    private RealProvider provider = null!;

    public async ValueTask InitializeAsync() => provider = await RealProvider.StartAsync();

    public ValueTask DisposeAsync() => provider.DisposeAsync();

    [Fact]
    public async Task Who_signs_in_by_the_provider_is_signed_in_as_by_password()
    {
        var (app, admin) = await StartAsync(UserRole.User);
        await using var _ = app;
        using var browser = new Browser();
        using var back = await SignInAsync(app, browser, "grace", "?return=/here");
        Assert.Equal("/here", back.Headers.Location!.OriginalString);
        var me = await MeAsync(app, browser);
        // The e-mail is not in this provider's ID tokens: it was asked of userinfo.
        Assert.Equal("grace@example.org", me.Text("email"));
        Assert.Equal("Grace Hopper", me.Text("name"));
        Assert.DoesNotContain(browser.Cookies, c => c.Key.Name == "__Host-parley-oidc");
        using var refresh = await PostAsync(app, browser, "/api/auth/refresh", "{}");
        Assert.Equal(HttpStatusCode.OK, refresh.StatusCode);

        // The same person again is the same account.
        using var other = new Browser();
        (await SignInAsync(app, other, "grace")).Dispose();
        Assert.Equal(me.Text("id"), (await MeAsync(app, other)).Text("id"));
        Assert.Equal(2, (await admin.JsonAsync("GET", "/api/users")).Items().Count);
        var config = await app.GetJsonAsync("/api/config");
        Assert.Equal("Example", config.Text("oidc_name"));
    }

    [Fact]
    public async Task A_code_is_good_once()
    {
        var (app, admin) = await StartAsync(UserRole.User);
        await using var _ = app;
        using var browser = new Browser();
        using var start = await browser.GetAsync(At(app, "/api/auth/oidc/start"));
        var callback = await provider.SignInAsync(browser, Browser.Next(start), "grace");
        var ticket = browser.Cookies.Single(c => c.Key.Name == "__Host-parley-oidc");
        (await browser.GetAsync(callback)).Dispose();
        using var without = await browser.GetAsync(callback);
        Assert.Equal(HttpStatusCode.BadRequest, without.StatusCode);
        browser.Cookies[ticket.Key] = ticket.Value;
        using var replayed = await browser.GetAsync(callback);
        Assert.Equal(HttpStatusCode.Unauthorized, replayed.StatusCode);
        var failed = (await admin.JsonAsync("GET", "/api/audit?action=sign-in&ok=false")).Items();
        Assert.Equal("provider: /token refuses: 400", failed.Single().Text("detail"));
    }

    [Fact]
    public async Task S4_nobody_signs_up_by_the_provider_unless_the_admin_lets_them()
    {
        var (app, _) = await StartAsync(signUp: null);
        await using var __ = app;
        using var browser = new Browser();
        using var closed = await SignInAsync(app, browser, "grace");
        Assert.Equal(HttpStatusCode.Forbidden, closed.StatusCode);
        var (waiting, _) = await StartAsync(UserRole.Pending);
        await using var ___ = waiting;
        (await SignInAsync(waiting, browser, "grace")).Dispose();
        Assert.Equal("pending", (await MeAsync(waiting, browser)).Text("role"));
        using var unverified = await SignInAsync(waiting, new Browser(), "mallory");
        Assert.Equal(HttpStatusCode.Forbidden, unverified.StatusCode);
    }

    [Fact]
    public async Task S3_the_first_admin_is_not_who_is_first_at_the_provider()
    {
        await using var app = await ParleyApp.StartAsync(identity: Options(UserRole.User, o => o));
        using var browser = new Browser();
        using var answer = await SignInAsync(app, browser, "grace");
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.True(await app.Get<Parley.Identity.Accounts>().HasAdminAsync(default) == false);
    }

    [Fact]
    public async Task S9_an_address_alone_joins_no_accounts()
    {
        var (app, admin) = await StartAsync(UserRole.User);
        await using var _ = app;
        var grace = await admin.AddAsync("grace@example.org");
        using var browser = new Browser();
        using var refused = await SignInAsync(app, browser, "grace");
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);

        // Signed in as before, and with the password once more, she says so herself.
        using var wrong = await grace.SendAsync("POST", "/api/auth/oidc/link", """{"current_password":"no"}""");
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        using var begun = await grace.SendAsync(
            "POST",
            "/api/auth/oidc/link",
            $$"""{"current_password":"{{Accounts.Password}}","return":"/done"}"""
        );
        var url = JsonDocument.Parse(await begun.Content.ReadAsStringAsync()).RootElement.Text("url");
        using var other = new Browser();
        Keep(app, other, begun);
        using var joined = await other.GetAsync(await provider.SignInAsync(other, new Uri(url), "grace"));
        Assert.Equal("/done", joined.Headers.Location!.OriginalString);
        Assert.DoesNotContain(other.Cookies, c => c.Key.Name == Credential.AccessCookie);

        (await SignInAsync(app, browser, "grace")).Dispose();
        Assert.Equal(grace.Id, (await MeAsync(app, browser)).Text("id"));
        await grace.JsonAsync(
            "POST",
            "/api/auth/oidc/unlink",
            $$"""{"current_password":"{{Accounts.Password}}"}""",
            204
        );
        using var again = await SignInAsync(app, browser, "grace");
        Assert.Equal(HttpStatusCode.Forbidden, again.StatusCode);
    }

    [Fact]
    public async Task Joining_needs_the_session_it_was_begun_in()
    {
        var (app, admin) = await StartAsync(UserRole.User);
        await using var _ = app;
        var grace = await admin.AddAsync("grace@example.org");
        using var begun = await grace.SendAsync(
            "POST",
            "/api/auth/oidc/link",
            $$"""{"current_password":"{{Accounts.Password}}"}"""
        );
        var url = JsonDocument.Parse(await begun.Content.ReadAsStringAsync()).RootElement.Text("url");
        await grace.JsonAsync("POST", "/api/auth/signout", status: 204);
        using var browser = new Browser();
        Keep(app, browser, begun);
        using var late = await browser.GetAsync(await provider.SignInAsync(browser, new Uri(url), "grace"));
        Assert.Equal(HttpStatusCode.Unauthorized, late.StatusCode);
    }

    [Fact]
    public async Task With_the_setting_a_verified_address_joins_unless_a_second_factor_guards_the_account()
    {
        var (app, admin) = await StartAsync(signUp: null, o => With(o, linkByEmail: true));
        await using var _ = app;
        var grace = await admin.AddAsync("grace@example.org");
        await admin.AddAsync("mallory@example.org");
        using var browser = new Browser();
        (await SignInAsync(app, browser, "grace")).Dispose();
        Assert.Equal(grace.Id, (await MeAsync(app, browser)).Text("id"));
        using var unverified = await SignInAsync(app, new Browser(), "mallory");
        Assert.Equal(HttpStatusCode.Forbidden, unverified.StatusCode);

        var guarded = await admin.AddAsync("edsger@example.org");
        await app.Get<Parley.Kernel.Db>()
            .WriteAsync(tx => tx.Execute("UPDATE users SET second_factor = 1 WHERE email = 'edsger@example.org'"));
        using var refused = await SignInAsync(app, new Browser(), "edsger");
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.NotNull(guarded);
    }

    [Fact]
    public async Task Roles_of_the_provider_make_admins_and_users_and_keep_the_rest_out()
    {
        var (app, admin) = await StartAsync(UserRole.Pending, o => With(o, admins: ["chief"], users: ["staff"]));
        await using var _ = app;
        using var browser = new Browser();
        (await SignInAsync(app, browser, "grace")).Dispose();
        var grace = await MeAsync(app, browser);
        Assert.Equal("admin", grace.Text("role"));
        using var other = new Browser();
        (await SignInAsync(app, other, "edsger")).Dispose();
        var edsger = await MeAsync(app, other);
        Assert.Equal("user", edsger.Text("role"));
        using var refused = await SignInAsync(app, new Browser(), "mallory");
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);

        // Who was made an admin here is none by the provider's word at the next sign-in.
        await admin.JsonAsync("PATCH", $"/api/users/{edsger.Text("id")}", """{"role":"admin"}""");
        (await SignInAsync(app, other, "edsger")).Dispose();
        Assert.Equal("user", (await MeAsync(app, other)).Text("role"));
    }

    [Fact]
    public async Task Groups_follow_the_provider_by_name()
    {
        var (app, admin) = await StartAsync(UserRole.User, o => With(o, groups: "groups"));
        await using var _ = app;
        var cobol = await admin.JsonAsync("POST", "/api/groups", """{"name":"cobol"}""", 201);
        using var browser = new Browser();
        (await SignInAsync(app, browser, "grace")).Dispose();
        var me = (await MeAsync(app, browser)).Text("id");
        var groups = (await admin.JsonAsync("GET", "/api/groups")).Items();
        Assert.Equal(["cobol", "Navy"], groups.Select(g => g.Text("name")));
        Assert.All(groups, g => Assert.Equal(1, g.Number("members")));
        var odd = await admin.JsonAsync("POST", "/api/groups", """{"name":"odd"}""", 201);
        await admin.JsonAsync("PUT", $"/api/groups/{odd.Text("id")}/members/{me}");
        (await SignInAsync(app, browser, "grace")).Dispose();
        groups = (await admin.JsonAsync("GET", "/api/groups")).Items();
        Assert.Equal([1L, 1L, 0L], groups.Select(g => g.Number("members")));
        Assert.NotEmpty(cobol.Text("id"));
    }

    [Fact]
    public async Task Domains_and_disabled_accounts_are_refused()
    {
        var (app, admin) = await StartAsync(UserRole.User, o => With(o, domains: ["other.example"]));
        await using (app)
        {
            using var outside = await SignInAsync(app, new Browser(), "grace");
            Assert.Equal(HttpStatusCode.Forbidden, outside.StatusCode);
        }

        (app, admin) = await StartAsync(UserRole.User, o => With(o, domains: ["example.org"]));
        await using (app)
        {
            using var browser = new Browser();
            (await SignInAsync(app, browser, "grace")).Dispose();
            var id = (await MeAsync(app, browser)).Text("id");
            await admin.JsonAsync("PATCH", $"/api/users/{id}", """{"disabled":true}""");
            using var disabled = await SignInAsync(app, browser, "grace");
            Assert.Equal(HttpStatusCode.Unauthorized, disabled.StatusCode);
        }
    }

    [Fact]
    public async Task Sign_out_ends_the_session_and_names_the_providers_place()
    {
        var (app, _) = await StartAsync(UserRole.User);
        await using var __ = app;
        using var browser = new Browser();
        (await SignInAsync(app, browser, "grace")).Dispose();
        using var answer = await PostAsync(app, browser, "/api/auth/oidc/signout", "");
        var url = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.Text("url");
        Assert.StartsWith(provider.Issuer + "/session/end?client_id=parley&", url, StringComparison.Ordinal);
        using var me = await browser.GetAsync(At(app, "/api/auth/me"));
        Assert.Equal(HttpStatusCode.Unauthorized, me.StatusCode);
        using var end = await browser.GetAsync(new Uri(url));
        Assert.Equal(HttpStatusCode.OK, end.StatusCode);
    }

    [Fact]
    public async Task A_provider_that_is_away_is_502_and_none_is_404()
    {
        var (app, _) = await StartAsync(UserRole.User, o => With(o, issuer: "http://127.0.0.1:9"));
        await using (app)
        {
            using var away = await app.Client.GetAsync("/api/auth/oidc/start");
            Assert.Equal(HttpStatusCode.BadGateway, away.StatusCode);
        }

        await using var single = await ParleyApp.StartAsync();
        using var none = await single.Client.GetAsync("/api/auth/oidc/start");
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }

    private static Uri At(ParleyApp app, string path) => new(app.Client.BaseAddress!, path);

    /// <summary>Takes over the cookies of an answer that a page's script got.</summary>
    private static void Keep(ParleyApp app, Browser browser, HttpResponseMessage answer)
    {
        var pair = answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0].Split('=', 2);
        browser.Cookies[(app.Client.BaseAddress!.Authority, pair[0])] = pair[1];
    }

    private static async Task<HttpResponseMessage> PostAsync(ParleyApp app, Browser browser, string path, string json)
    {
        var content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        content.Headers.Add("Sec-Fetch-Site", "same-origin");
        using (content)
        {
            return await browser.SendAsync(HttpMethod.Post, At(app, path), content);
        }
    }

    private static async Task<JsonElement> MeAsync(ParleyApp app, Browser browser)
    {
        using var me = await browser.GetAsync(At(app, "/api/auth/me"));
        var text = await me.Content.ReadAsStringAsync();
        Assert.True(me.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }

    private async Task<HttpResponseMessage> SignInAsync(ParleyApp app, Browser browser, string name, string query = "")
    {
        using var start = await browser.GetAsync(At(app, "/api/auth/oidc/start" + query));
        return await browser.GetAsync(await provider.SignInAsync(browser, Browser.Next(start), name));
    }

    private Task<(ParleyApp App, Person Admin)> StartAsync(
        UserRole? signUp,
        Func<OidcOptions, OidcOptions>? change = null
    ) => Accounts.StartAsync(Options(signUp, change ?? (o => o)));

    private IdentityOptions Options(UserRole? signUp, Func<OidcOptions, OidcOptions> change) =>
        new()
        {
            SingleUser = false,
            SetupCode = Accounts.SetupCode,
            Hash = Accounts.Options().Hash,
            UserRequests = 0,
            AddressRequests = 0,
            Oidc = change(
                new OidcOptions
                {
                    Issuer = provider.Issuer,
                    ClientId = "parley",
                    ClientSecret = RealProvider.Secret,
                    Name = "Example",
                    SignUpRole = signUp,
                }
            ),
        };

    private static OidcOptions With(
        OidcOptions from,
        bool linkByEmail = false,
        string[]? admins = null,
        string[]? users = null,
        string? groups = null,
        string[]? domains = null,
        string? issuer = null
    ) =>
        new()
        {
            Issuer = issuer ?? from.Issuer,
            ClientId = from.ClientId,
            ClientSecret = from.ClientSecret,
            SignUpRole = from.SignUpRole,
            LinkByEmail = linkByEmail,
            RolesClaim = admins is null ? null : "roles",
            AdminRoles = admins ?? [],
            UserRoles = users ?? [],
            GroupsClaim = groups,
            Domains = domains ?? [],
        };
}

using System.Net;
using System.Text;
using System.Text.Json;
using Parley.Identity;
using Parley.Identity.Oidc;

namespace Parley.Tests.Identity.Oidc;

/// <summary>A second factor of ours, asked for after a real provider's yes where the setting says so.</summary>
public sealed class ProviderCodeTests : IAsyncLifetime
{
    private readonly TestClock clock = new();
    private RealProvider provider = null!;

    public async ValueTask InitializeAsync() => provider = await RealProvider.StartAsync();

    public ValueTask DisposeAsync() => provider.DisposeAsync();

    [Fact]
    public async Task S8_nobody_is_signed_in_by_the_provider_before_the_code_is_shown()
    {
        var (app, admin) = await StartAsync(asks: true);
        await using var _ = app;
        var (grace, secret) = await JoinAsync(app, admin);
        using var browser = new Browser();
        using var back = await SignInAsync(app, browser);
        Assert.Equal("/here#second-factor", back.Headers.Location!.OriginalString);
        using var early = await browser.GetAsync(At(app, "/api/auth/me"));
        Assert.Equal(HttpStatusCode.Unauthorized, early.StatusCode);

        using var elsewhere = await PostAsync(app, browser, "000000", site: "cross-site");
        Assert.Equal(HttpStatusCode.Forbidden, elsewhere.StatusCode);
        using var wrong = await PostAsync(app, browser, "000000");
        await Problems.AssertAsync(wrong, 401, "second-factor");
        using var stranger = new Browser();
        using var nobody = await PostAsync(app, stranger, SecondFactorTests.Code(secret, clock.GetUtcNow()));
        Assert.Equal(HttpStatusCode.Unauthorized, nobody.StatusCode);

        using var right = await PostAsync(app, browser, SecondFactorTests.Code(secret, clock.GetUtcNow()));
        Assert.Equal(HttpStatusCode.OK, right.StatusCode);
        Assert.DoesNotContain(browser.Cookies, c => c.Key.Name == ProviderCodes.Cookie);
        using var me = await browser.GetAsync(At(app, "/api/auth/me"));
        Assert.Equal(grace.Id, JsonDocument.Parse(await me.Content.ReadAsStringAsync()).RootElement.Text("id"));
        var entries = (await admin.JsonAsync("GET", "/api/audit?action=sign-in&limit=5")).Items();
        Assert.Equal("provider and code", entries[0].Text("detail"));
        Assert.Contains(entries, e => !e.Flag("ok") && !e.IsNull("detail") && e.Text("detail") == "second factor");
    }

    [Fact]
    public async Task A_code_is_waited_for_five_minutes_and_not_from_a_disabled_account()
    {
        var (app, admin) = await StartAsync(asks: true);
        await using var _ = app;
        var (grace, secret) = await JoinAsync(app, admin);
        using var browser = new Browser();
        (await SignInAsync(app, browser)).Dispose();
        clock.Advance(TimeSpan.FromMinutes(5));
        using var late = await PostAsync(app, browser, SecondFactorTests.Code(secret, clock.GetUtcNow()));
        Assert.Equal(HttpStatusCode.Unauthorized, late.StatusCode);
        (await SignInAsync(app, browser)).Dispose();
        await admin.JsonAsync("PATCH", $"/api/users/{grace.Id}", """{"disabled":true}""");
        using var disabled = await PostAsync(app, browser, SecondFactorTests.Code(secret, clock.GetUtcNow()));
        Assert.Equal(HttpStatusCode.Unauthorized, disabled.StatusCode);
    }

    [Fact]
    public async Task Without_the_setting_the_second_factor_is_the_providers_matter()
    {
        var (app, admin) = await StartAsync(asks: false);
        await using var _ = app;
        await JoinAsync(app, admin);
        using var browser = new Browser();
        using var back = await SignInAsync(app, browser);
        Assert.Equal("/here", back.Headers.Location!.OriginalString);
        using var me = await browser.GetAsync(At(app, "/api/auth/me"));
        Assert.Equal(HttpStatusCode.OK, me.StatusCode);
    }

    /// <summary>An account that has signed up by the provider, with a second factor since.</summary>
    private async Task<(Person Grace, string Secret)> JoinAsync(ParleyApp app, Person admin)
    {
        using var browser = new Browser();
        (await SignInAsync(app, browser)).Dispose();
        var users = (await admin.JsonAsync("GET", "/api/users")).Items();
        var id = users.Single(u => u.Text("email") == "grace@example.org").Text("id");
        await admin.JsonAsync("PATCH", $"/api/users/{id}", $$"""{"password":"{{Accounts.Password}}"}""");
        var grace = await app.SignInAsync("grace@example.org");
        const string Shown = $$"""{"current_password":"{{Accounts.Password}}"}""";
        var secret = (await grace.JsonAsync("POST", "/api/auth/second-factor", Shown)).Text("secret");
        var code = SecondFactorTests.Code(secret, clock.GetUtcNow());
        await grace.JsonAsync("POST", "/api/auth/second-factor/confirm", $$"""{"code":"{{code}}"}""");
        clock.Advance(TimeSpan.FromSeconds(60));
        return (grace, secret);
    }

    private Task<(ParleyApp App, Person Admin)> StartAsync(bool asks)
    {
        // The provider's tokens are of this very time.
        clock.Advance(TimeProvider.System.GetUtcNow() - clock.GetUtcNow());
        return Accounts.StartAsync(
            new IdentityOptions
            {
                SingleUser = false,
                SetupCode = Accounts.SetupCode,
                Hash = Accounts.Options().Hash,
                UserRequests = 0,
                AddressRequests = 0,
                Oidc = new OidcOptions
                {
                    Issuer = provider.Issuer,
                    ClientId = "parley",
                    ClientSecret = RealProvider.Secret,
                    SignUpRole = UserRole.User,
                    AsksSecondFactor = asks,
                },
            },
            clock
        );
    }

    private static Uri At(ParleyApp app, string path) => new(app.Client.BaseAddress!, path);

    private async Task<HttpResponseMessage> SignInAsync(ParleyApp app, Browser browser)
    {
        using var start = await browser.GetAsync(At(app, "/api/auth/oidc/start?return=/here"));
        return await browser.GetAsync(await provider.SignInAsync(browser, Browser.Next(start), "grace"));
    }

    private static async Task<HttpResponseMessage> PostAsync(
        ParleyApp app,
        Browser browser,
        string code,
        string site = "same-origin"
    )
    {
        using var content = new StringContent($$"""{"code":"{{code}}"}""", Encoding.UTF8, "application/json");
        content.Headers.Add("Sec-Fetch-Site", site);
        return await browser.SendAsync(HttpMethod.Post, At(app, "/api/auth/oidc/code"), content);
    }
}

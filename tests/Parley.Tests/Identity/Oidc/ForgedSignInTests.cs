using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Web;
using Parley.Identity;

namespace Parley.Tests.Identity.Oidc;

/// <summary>The hostile table: answers that must let nobody in, next to those that must.</summary>
public sealed class ForgedSignInTests : IAsyncLifetime
{
    private readonly TestClock clock = new();
    private ForgingProvider provider = null!;
    private ParleyApp app = null!;
    private Person admin = null!;

    public async ValueTask InitializeAsync()
    {
        provider = await ForgingProvider.StartAsync();
        provider.Now = clock.GetUtcNow().ToUnixTimeSeconds();
        await StartAsync(
            new OidcOptions
            {
                Issuer = provider.Issuer,
                ClientId = ForgingProvider.ClientId,
                SignUpRole = UserRole.User,
            }
        );
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await provider.DisposeAsync();
    }

    /// <summary>What is wrong, by the word the audit has for it.</summary>
    public static TheoryData<string, string> Forgeries =>
        new()
        {
            { "none", "algorithm" },
            { "hmac", "algorithm" },
            { "no algorithm", "algorithm" },
            { "critical", "algorithm" },
            { "another key", "signature" },
            { "changed", "signature" },
            { "no signature", "signature" },
            { "curve for rsa", "signature" },
            { "unknown key", "key" },
            { "two parts", "form" },
            { "no json", "form" },
            { "issuer", "issuer" },
            { "audience", "audience" },
            { "no audience", "audience" },
            { "two audiences", "azp" },
            { "another party", "azp" },
            { "expired", "expired" },
            { "no end", "expired" },
            { "future", "issued in the future" },
            { "nonce", "nonce" },
            { "no nonce", "nonce" },
            { "no subject", "subject" },
            { "long subject", "subject" },
            { "unverified", "address not verified" },
            { "unverified by silence", "address not verified" },
            { "verified by a number", "address not verified" },
            { "another's userinfo", "subject of userinfo" },
        };

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task What_the_provider_did_not_say_lets_nobody_in(string forgery, string reason)
    {
        provider.Token = nonce => Forge(forgery, nonce);
        provider.UserInfo = () => new JsonObject { ["sub"] = "somebody else", ["email"] = "eve@example.org" };
        using var browser = new Browser();
        using var answer = await EndAsync(browser, await BeginAsync(browser));
        Assert.True((int)answer.StatusCode is 401 or 403, $"{forgery}: {(int)answer.StatusCode}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.DoesNotContain(browser.Cookies, c => c.Key.Name == Credential.AccessCookie);
        Assert.Equal("provider: " + reason, await LastDetailAsync());
        Assert.Single((await admin.JsonAsync("GET", "/api/users")).Items());
    }

    [Theory]
    [InlineData("RS256", null)]
    [InlineData("PS256", null)]
    [InlineData("ES256", "curve")]
    public async Task Honest_tokens_let_in(string algorithm, string? key)
    {
        provider.Token = nonce => provider.Sign(provider.Claims(nonce), algorithm, key);
        using var browser = new Browser();
        using var answer = await EndAsync(browser, await BeginAsync(browser, "?return=/chats?id=1"));
        Assert.Equal("/chats?id=1", answer.Headers.Location!.OriginalString);
        var me = await MeAsync(browser);
        Assert.Equal("eve@example.org", me.Text("email"));
        Assert.Equal("Eve", me.Text("name"));
        Assert.Equal("user", me.Text("role"));
    }

    [Fact]
    public async Task The_request_has_pkce_state_and_nonce_and_the_code_is_shown_with_the_verifier()
    {
        provider.Token = nonce => provider.Sign(provider.Claims(nonce));
        using var browser = new Browser();
        var sent = HttpUtility.ParseQueryString((await BeginAsync(browser)).Query);
        Assert.Equal("code", sent["response_type"]);
        Assert.Equal("S256", sent["code_challenge_method"]);
        Assert.Equal("openid email profile", sent["scope"]);
        Assert.Equal(new Uri(app.Client.BaseAddress!, "/api/auth/oidc/callback").ToString(), sent["redirect_uri"]);
        Assert.Equal(43, sent["code_challenge"]!.Length);
        Assert.Equal(43, sent["nonce"]!.Length);
        (await EndAsync(browser, new Uri($"{provider.Issuer}?state={sent["state"]}&nonce={sent["nonce"]}"))).Dispose();
        var hash = System.Security.Cryptography.SHA256.HashData(
            System.Text.Encoding.ASCII.GetBytes(provider.Redeemed["code_verifier"])
        );
        Assert.Equal(sent["code_challenge"], System.Buffers.Text.Base64Url.EncodeToString(hash));
        Assert.Equal(sent["redirect_uri"], provider.Redeemed["redirect_uri"]);
    }

    [Fact]
    public async Task Another_browser_a_wrong_state_and_an_old_ticket_end_nothing()
    {
        provider.Token = nonce => provider.Sign(provider.Claims(nonce));
        using var browser = new Browser();
        using var other = new Browser();
        var begun = await BeginAsync(browser);
        using var elsewhere = await EndAsync(other, begun);
        Assert.Equal(HttpStatusCode.BadRequest, elsewhere.StatusCode);
        using var wrong = await EndAsync(browser, new Uri($"{provider.Issuer}?state=made-up&nonce=x"));
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        // The ticket is good once, whatever came of it.
        using var again = await EndAsync(browser, begun);
        Assert.Equal(HttpStatusCode.BadRequest, again.StatusCode);
        begun = await BeginAsync(browser);
        clock.Advance(TimeSpan.FromMinutes(11));
        using var late = await EndAsync(browser, begun);
        Assert.Equal(HttpStatusCode.BadRequest, late.StatusCode);
        Assert.Empty(provider.Redeemed);
    }

    [Fact]
    public async Task A_ticket_that_was_written_over_is_none()
    {
        using var browser = new Browser();
        var begun = await BeginAsync(browser);
        var key = browser.Cookies.Keys.Single();
        browser.Cookies[key] = browser.Cookies[key][..^2] + "AA";
        using var answer = await EndAsync(browser, begun);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task An_answer_of_another_issuer_and_the_providers_no_are_refused()
    {
        using var browser = new Browser();
        using var mixed = await EndAsync(browser, await BeginAsync(browser), "&iss=https://other.example.org");
        Assert.Equal(HttpStatusCode.Unauthorized, mixed.StatusCode);
        Assert.Equal("provider: issuer of the answer", await LastDetailAsync());
        var state = HttpUtility.ParseQueryString((await BeginAsync(browser)).Query)["state"];
        using var no = await browser.GetAsync(
            new Uri(app.Client.BaseAddress!, $"/api/auth/oidc/callback?error=access_denied&state={state}")
        );
        Assert.Equal(HttpStatusCode.Unauthorized, no.StatusCode);
        Assert.Equal("provider: access_denied", await LastDetailAsync());
    }

    [Fact]
    public async Task A_new_key_is_asked_for_and_made_up_ones_at_most_once_a_minute()
    {
        provider.Token = nonce => provider.Sign(provider.Claims(nonce));
        await SignInAsync();
        provider.Rotate("second");
        clock.Advance(TimeSpan.FromMinutes(1));
        provider.Now = clock.GetUtcNow().ToUnixTimeSeconds();
        await SignInAsync();
        Assert.Equal(2, provider.KeyRequests);
        provider.Token = nonce => provider.Sign(provider.Claims(nonce), keyId: "made-up");
        for (var i = 0; i < 3; i++)
        {
            using var browser = new Browser();
            using var refused = await EndAsync(browser, await BeginAsync(browser));
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }

        Assert.Equal(2, provider.KeyRequests);
    }

    [Theory]
    [InlineData("//evil.example.org")]
    [InlineData("https://evil.example.org")]
    [InlineData("/\\evil.example.org")]
    [InlineData("chats")]
    [InlineData("/a%0d%0aSet-Cookie:x")]
    public async Task S26_the_way_back_is_a_path_of_this_server(string path)
    {
        using var answer = await app.Client.GetAsync($"/api/auth/oidc/start?return={path}");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    private async Task StartAsync(OidcOptions oidc)
    {
        var options = new IdentityOptions
        {
            SingleUser = false,
            SetupCode = Accounts.SetupCode,
            Hash = Accounts.Options().Hash,
            UserRequests = 0,
            AddressRequests = 0,
            Oidc = oidc,
        };
        (app, admin) = await Accounts.StartAsync(options, clock);
    }

    private async Task SignInAsync()
    {
        using var browser = new Browser();
        using var answer = await EndAsync(browser, await BeginAsync(browser));
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
    }

    private async Task<Uri> BeginAsync(Browser browser, string query = "")
    {
        using var start = await browser.GetAsync(new Uri(app.Client.BaseAddress!, "/api/auth/oidc/start" + query));
        return Browser.Next(start);
    }

    private async Task<HttpResponseMessage> EndAsync(Browser browser, Uri begun, string more = "")
    {
        var sent = HttpUtility.ParseQueryString(begun.Query);
        provider.Nonce = sent["nonce"]!;
        return await browser.GetAsync(
            new Uri(app.Client.BaseAddress!, $"/api/auth/oidc/callback?code=c&state={sent["state"]}{more}")
        );
    }

    private async Task<JsonElement> MeAsync(Browser browser)
    {
        using var me = await browser.GetAsync(new Uri(app.Client.BaseAddress!, "/api/auth/me"));
        return JsonDocument.Parse(await me.Content.ReadAsStringAsync()).RootElement;
    }

    private async Task<string> LastDetailAsync() =>
        (await (await app.SignInAsync("ada@example.org")).JsonAsync("GET", "/api/audit?action=sign-in&ok=false"))
            .Items()[0]
            .Text("detail");

    private string Forge(string forgery, string nonce)
    {
        var claims = provider.Claims(nonce);
        string Signed(Action<JsonObject> change)
        {
            change(claims);
            return provider.Sign(claims);
        }

        return forgery switch
        {
            "none" => provider.Sign(claims, "none"),
            "hmac" => provider.Sign(claims, "HS256"),
            "no algorithm" => provider.Sign(claims, header: h => h.Remove("alg")),
            "critical" => provider.Sign(claims, header: h => h["crit"] = new JsonArray("exp")),
            "another key" => Another(claims),
            "changed" => Changed(provider.Sign(claims)),
            "no signature" => provider.Sign(claims)[..(provider.Sign(claims).LastIndexOf('.') + 1)],
            "curve for rsa" => provider.Sign(claims, "ES256"),
            "unknown key" => provider.Sign(claims, keyId: "x"),
            "two parts" => "e30.e30",
            "no json" => "e30.AAAA.AAAA",
            "issuer" => Signed(c => c["iss"] = "https://accounts.example.org"),
            "audience" => Signed(c => c["aud"] = "another client"),
            "no audience" => Signed(c => c.Remove("aud")),
            "two audiences" => Signed(c => c["aud"] = new JsonArray(ForgingProvider.ClientId, "another")),
            "another party" => Signed(c => c["azp"] = "another"),
            "expired" => Signed(c => c["exp"] = provider.Now - 31),
            "no end" => Signed(c => c.Remove("exp")),
            "future" => Signed(c => c["iat"] = provider.Now + 31),
            "nonce" => Signed(c => c["nonce"] = "of another sign-in"),
            "no nonce" => Signed(c => c.Remove("nonce")),
            "no subject" => Signed(c => c.Remove("sub")),
            "long subject" => Signed(c => c["sub"] = new string('s', 256)),
            "unverified" => Signed(c => c["email_verified"] = false),
            "unverified by silence" => Signed(c => c.Remove("email_verified")),
            "verified by a number" => Signed(c => c["email_verified"] = 1),
            "another's userinfo" => Signed(c => c.Remove("email")),
            _ => throw new ArgumentOutOfRangeException(nameof(forgery), forgery, "no such forgery"),
        };
    }

    private static string Changed(string token)
    {
        var parts = token.Split('.');
        var claims = System.Text.Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(parts[1]));
        var other = claims.Replace("eve@", "ada@", StringComparison.Ordinal);
        return $"{parts[0]}.{System.Buffers.Text.Base64Url.EncodeToString(System.Text.Encoding.UTF8.GetBytes(other))}.{parts[2]}";
    }

    /// <summary>Signed by a key that is not the provider's, under the name of one that is.</summary>
    private string Another(JsonObject claims)
    {
        using var other = System.Security.Cryptography.RSA.Create(2048);
        var head = provider.Sign(claims).Split('.');
        var signature = other.SignData(
            System.Text.Encoding.ASCII.GetBytes($"{head[0]}.{head[1]}"),
            System.Security.Cryptography.HashAlgorithmName.SHA256,
            System.Security.Cryptography.RSASignaturePadding.Pkcs1
        );
        return $"{head[0]}.{head[1]}.{System.Buffers.Text.Base64Url.EncodeToString(signature)}";
    }
}

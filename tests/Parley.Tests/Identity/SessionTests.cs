using System.Buffers.Text;
using System.Text;
using Parley.Identity;
using Parley.Identity.Crypto;
using Parley.Kernel;

namespace Parley.Tests.Identity;

/// <summary>S10 to S15: tokens, sessions, keys, cookies.</summary>
public sealed class SessionTests : IAsyncLifetime
{
    private readonly TestClock clock = new();
    private ParleyApp app = null!;
    private Person ada = null!;

    public async ValueTask InitializeAsync() => (app, ada) = await Accounts.StartAsync(clock: clock);

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private Task<HttpResponseMessage> AskAsync(string token) =>
        app.SendAsync("GET", "/api/auth/me", null, ("Authorization", "Bearer " + token));

    private async Task<int> StatusAsync(string token)
    {
        using var answer = await AskAsync(token);
        return (int)answer.StatusCode;
    }

    [Fact]
    public async Task S10_a_token_is_good_for_fifteen_minutes_and_some_skew()
    {
        Assert.Equal(200, await StatusAsync(ada.Token));
        clock.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal(200, await StatusAsync(ada.Token));
        clock.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(401, await StatusAsync(ada.Token));
    }

    [Fact]
    public async Task S10_only_the_header_we_write_is_read()
    {
        var key = app.Get<Lazy<SigningKey>>().Value;
        var payload = Base64Url.DecodeFromChars(ada.Token.Split('.')[1]);
        string[] headers =
        [
            $$"""{"alg":"none","typ":"at+jwt","kid":"{{key.Id}}"}""",
            $$"""{"alg":"HS512","typ":"at+jwt","kid":"{{key.Id}}"}""",
            $$"""{"alg":"HS256","typ":"JWT","kid":"{{key.Id}}"}""",
            """{"alg":"HS256","typ":"at+jwt","kid":"another"}""",
            """{"alg":"HS256","typ":"at+jwt"}""",
            $$"""{"alg":"HS256","typ":"at+jwt","kid":"{{key.Id}}","crit":["x"]}""",
            $$"""{"alg":"HS256","typ":"at+jwt","kid":"{{key.Id}}","jku":"https://evil.example/keys"}""",
            $$$"""{"alg":"HS256","typ":"at+jwt","kid":"{{{key.Id}}}","jwk":{"kty":"oct","k":"AA"}}""",
            "[]",
            "null",
            "{",
        ];
        foreach (var header in headers)
        {
            Assert.Equal(401, await StatusAsync(Jws.Sign(Encoding.UTF8.GetBytes(header), payload, key.Secret)));
        }

        var good = $$"""{"alg":"HS256","typ":"at+jwt","kid":"{{key.Id}}"}""";
        Assert.Equal(200, await StatusAsync(Jws.Sign(Encoding.UTF8.GetBytes(good), payload, key.Secret)));
    }

    [Fact]
    public async Task S10_every_claim_is_checked()
    {
        var key = app.Get<Lazy<SigningKey>>().Value;
        var header = Encoding.UTF8.GetBytes($$"""{"alg":"HS256","typ":"at+jwt","kid":"{{key.Id}}"}""");
        var payload = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(ada.Token.Split('.')[1]));
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        foreach (
            var (from, to) in new[]
            {
                ("\"iss\":\"parley\"", "\"iss\":\"other\""),
                ("\"aud\":\"parley\"", "\"aud\":\"other\""),
                ("\"aud\":\"parley\"", "\"aud\":[\"parley\"]"),
                ("\"jti\":\"", "\"jtx\":\""),
                ($"\"nbf\":{now}", $"\"nbf\":{now + 60}"),
                ($"\"nbf\":{now}", $"\"nbf\":\"{now}\""),
                ("\"exp\":", "\"exx\":"),
                ("\"exp\":", "\"exp\":-"),
                ("\"sub\":\"", "\"sub\":\"x"),
                ("\"sid\":\"", "\"sid\":\"x"),
            }
        )
        {
            var changed = payload.Replace(from, to, StringComparison.Ordinal);
            Assert.NotEqual(payload, changed);
            Assert.Equal(401, await StatusAsync(Jws.Sign(header, Encoding.UTF8.GetBytes(changed), key.Secret)));
        }
    }

    [Fact]
    public async Task S11_a_refresh_token_is_good_once_and_its_reuse_ends_the_session()
    {
        var first = await RefreshAsync(ada.Refresh);
        var second = await RefreshAsync(first.Text("refresh_token"));
        Assert.Equal(200, await StatusAsync(second.Text("access_token")));
        await RefreshAsync(ada.Refresh, 401);
        Assert.Equal(401, await StatusAsync(second.Text("access_token")));
        await RefreshAsync(second.Text("refresh_token"), 401);
    }

    [Fact]
    public async Task S11_a_session_ends_thirty_days_after_its_last_use_and_ninety_after_its_first()
    {
        var unused = await app.SignInAsync("ada@example.org");
        var token = ada.Refresh;
        for (var day = 0; day < 87; day += 29)
        {
            clock.Advance(TimeSpan.FromDays(29));
            token = (await RefreshAsync(token)).Text("refresh_token");
        }

        await RefreshAsync(unused.Refresh, 401);
        clock.Advance(TimeSpan.FromDays(4));
        await RefreshAsync(token, 401);
    }

    [Fact]
    public async Task S12_whatever_ends_a_sign_in_ends_it_at_once()
    {
        var ben = await ada.AddAsync("ben@example.org");
        var key = await ben.KeyAsync("all");
        await ben.JsonAsync("GET", "/api/conversations");
        await key.JsonAsync("GET", "/api/conversations");
        await ada.JsonAsync("PATCH", $"/api/users/{ben.Id}", """{"role":"pending"}""");
        await ben.JsonAsync("GET", "/api/conversations", status: 403);
        await key.JsonAsync("GET", "/api/conversations", status: 403);
        await ada.JsonAsync("PATCH", $"/api/users/{ben.Id}", """{"role":"user"}""");
        await ben.JsonAsync("GET", "/api/conversations");
        await ada.JsonAsync("PATCH", $"/api/users/{ben.Id}", """{"disabled":true}""");
        await ben.JsonAsync("GET", "/api/conversations", status: 401);
        await key.JsonAsync("GET", "/api/conversations", status: 401);
        await RefreshAsync(ben.Refresh, 401);
        await ada.JsonAsync("POST", "/api/auth/signout", status: 204);
        await ada.JsonAsync("GET", "/api/conversations", status: 401);
    }

    [Fact]
    public async Task S12_what_another_process_changed_is_seen_within_five_seconds()
    {
        await ada.JsonAsync("GET", "/api/auth/me");
        await app.Get<Db>().WriteAsync(tx => tx.Execute("UPDATE users SET disabled = 1"));
        clock.Advance(TimeSpan.FromSeconds(5));
        await ada.JsonAsync("GET", "/api/auth/me", status: 401);
    }

    [Fact]
    public async Task S13_the_signing_key_is_a_file_of_its_owners_alone_and_survives_a_restart()
    {
        var file = Path.Combine(app.DataFolder, "signing.key");
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }

        await app.RestartAsync();
        Assert.Equal(200, await StatusAsync(ada.Token));
    }

    [Theory]
    [InlineData("short")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAECAwQFBgcICQoLDA0OAAECAwQFBgcICQoLDA0OAAECAwQFBgcICQoLDA0OAAEC")]
    [InlineData("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow")]
    [InlineData("not base 64 at all, and yet as long as a key would have to be")]
    public async Task S13_a_weak_or_known_signing_key_stops_the_start(string key)
    {
        var options = new IdentityOptions { SingleUser = false, SigningKey = key };
        var stopped = await Assert.ThrowsAsync<StorePlaceException>(() => ParleyApp.StartAsync(identity: options));
        Assert.DoesNotContain(key, stopped.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S14_a_key_is_shown_once_limited_by_its_scopes_and_ends()
    {
        var key = await ada.KeyAsync("search", "conversations:read");
        await key.JsonAsync("GET", "/api/conversations");
        await key.JsonAsync("GET", "/api/search?q=tea");
        await key.JsonAsync("POST", "/api/conversations", """{"title":"x"}""", 403);
        await key.JsonAsync("GET", "/api/stats", status: 403);
        await key.JsonAsync("GET", "/api/users", status: 403);
        await key.JsonAsync("GET", "/api/auth/keys", status: 403);
        var shown = await ada.JsonAsync("GET", "/api/auth/keys");
        Assert.DoesNotContain(key.Token, shown.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(key.Token[^4..], shown.Items()[0].Text("hint"));
        clock.Advance(TimeSpan.FromDays(90) + TimeSpan.FromSeconds(1));
        await key.JsonAsync("GET", "/api/conversations", status: 401);
    }

    [Fact]
    public async Task S14_a_revoked_key_is_nothing_and_another_persons_cannot_be_revoked()
    {
        var ben = await ada.AddAsync("ben@example.org");
        var key = await ada.KeyAsync("read");
        var id = (await ada.JsonAsync("GET", "/api/auth/keys")).Items()[0].Text("id");
        await ben.JsonAsync("DELETE", $"/api/auth/keys/{id}", status: 404);
        await key.JsonAsync("GET", "/api/stats");
        await ada.JsonAsync("DELETE", $"/api/auth/keys/{id}", status: 204);
        await key.JsonAsync("GET", "/api/stats", status: 401);
    }

    [Fact]
    public async Task S14_only_admins_make_keys_for_what_admins_do()
    {
        var ben = await ada.AddAsync("ben@example.org");
        await ben.JsonAsync("POST", "/api/auth/keys", """{"name":"k","scopes":["users:read"]}""", 403);
        var key = await ada.KeyAsync("users:read");
        await key.JsonAsync("GET", "/api/users");
        await key.JsonAsync("POST", "/api/users", """{"email":"c@example.org","password":"one two three four"}""", 403);
    }

    [Fact]
    public async Task S15_a_credential_in_the_address_is_no_credential()
    {
        foreach (var name in new[] { "access_token", "token", "api_key", "Authorization" })
        {
            await app.SendJsonAsync("GET", $"/api/auth/me?{name}={ada.Token}", status: 401);
        }

        await app.SendJsonAsync("GET", "/api/auth/me", null, 401, ("Authorization", "Basic " + ada.Token));
        await app.SendJsonAsync("GET", "/api/auth/me", null, 401, ("X-Api-Key", ada.Token));
    }

    [Fact]
    public async Task S15_a_browser_gets_cookies_that_only_a_page_of_ours_can_use_to_change_things()
    {
        using var answer = await app.SendAsync(
            "POST",
            "/api/auth/signin",
            $$"""{"email":"ada@example.org","password":"{{Accounts.Password}}","cookie":true}"""
        );
        var cookies = answer.Headers.GetValues("Set-Cookie").ToList();
        Assert.Equal(2, cookies.Count);
        Assert.All(
            cookies,
            c =>
            {
                Assert.StartsWith("__Host-", c, StringComparison.Ordinal);
                Assert.EndsWith("; Path=/; Secure; HttpOnly; SameSite=Lax", c, StringComparison.Ordinal);
            }
        );
        Assert.DoesNotContain("pr_", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var sent = ("Cookie", string.Join("; ", cookies.Select(c => c.Split(';')[0])));
        await app.SendJsonAsync("GET", "/api/auth/me", null, 200, sent);
        var own = ("Sec-Fetch-Site", "same-origin");
        const string Make = """{"title":"x"}""";
        await app.SendJsonAsync("POST", "/api/conversations", Make, 201, sent, own);
        await app.SendJsonAsync("POST", "/api/conversations", Make, 403, sent);
        await app.SendJsonAsync("POST", "/api/conversations", Make, 403, sent, ("Sec-Fetch-Site", "cross-site"));
        await app.SendJsonAsync("POST", "/api/conversations", Make, 403, sent, ("Sec-Fetch-Site", "same-site"));
        await app.SendJsonAsync("POST", "/api/conversations", Make, 403, sent, ("Origin", "https://evil.example"));
        await app.SendJsonAsync("POST", "/api/conversations", Make, 403, sent, ("Origin", "null"));
        var origin = ("Origin", app.Client.BaseAddress!.GetLeftPart(UriPartial.Authority));
        await app.SendJsonAsync("POST", "/api/conversations", Make, 201, sent, origin);
        await app.SendJsonAsync("POST", "/api/auth/refresh", null, 403, sent);
        await app.SendJsonAsync("POST", "/api/auth/refresh", null, 200, sent, own);
    }

    [Fact]
    public async Task Sessions_are_listed_and_ended_one_by_one_or_all_but_this()
    {
        var second = await app.SignInAsync("ada@example.org");
        var third = await app.SignInAsync("ada@example.org");
        var listed = (await ada.JsonAsync("GET", "/api/auth/sessions")).Items();
        Assert.Equal([true, false, false], listed.Select(s => s.Flag("current")));
        await ada.JsonAsync("DELETE", $"/api/auth/sessions/{listed[1].Text("id")}", status: 204);
        await second.JsonAsync("GET", "/api/auth/me", status: 401);
        await third.JsonAsync("DELETE", "/api/auth/sessions", status: 204);
        await ada.JsonAsync("GET", "/api/auth/me", status: 401);
        Assert.Single((await third.JsonAsync("GET", "/api/auth/sessions")).Items());
    }

    private Task<System.Text.Json.JsonElement> RefreshAsync(string token, int status = 200) =>
        app.SendJsonAsync("POST", "/api/auth/refresh", $$"""{"refresh_token":"{{token}}"}""", status);
}

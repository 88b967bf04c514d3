using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Parley.Identity;

namespace Parley.Tests.Identity.OpenWebUi;

/// <summary>An Open WebUI beside Parley, with one secret: people go on with what they are signed in by.</summary>
public sealed class OpenWebUiTokenTests : IAsyncLifetime
{
    /// <summary>As Open WebUI makes them up: 12 random bytes in base64.</summary>
    private const string Secret = "tWlaMd41Ok0oX3v7";
    private const string Ben = "7b4cbf5a-90d5-4a0e-9f5f-3b1c9a1f2d11";
    private const string Header = """{"alg":"HS256","typ":"JWT"}""";

    /// <summary>libxcrypt's hash of the password of these tests.</summary>
    private const string Hash = "$2b$04$abcdefghijklmnopqrstuu7EJV7kdjBBQxyb0HjTh9KS7.Lah/6CG";

    private readonly TestClock clock = new();
    private ParleyApp app = null!;
    private Person admin = null!;

    private long Now => clock.GetUtcNow().ToUnixTimeSeconds();

    public async ValueTask InitializeAsync() => (app, admin) = await StartAsync(Secret);

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private Task<(ParleyApp App, Person Admin)> StartAsync(string? secret) =>
        Accounts.StartAsync(
            new IdentityOptions
            {
                SingleUser = false,
                SetupCode = Accounts.SetupCode,
                Hash = Accounts.Options().Hash,
                UserRequests = 0,
                AddressRequests = 0,
                OpenWebUiSecret = secret,
            },
            clock
        );

    private static string Sign(string header, string payload, string secret = Secret)
    {
        static string Part(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
        var signed = $"{Part(header)}.{Part(payload)}";
        var tag = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.ASCII.GetBytes(signed));
        return $"{signed}.{Base64Url.EncodeToString(tag)}";
    }

    private string Token(string id = Ben, long? from = null, long life = 3600) =>
        Sign(Header, $$"""{"id":"{{id}}","exp":{{Now + life}},"jti":"{{Guid.NewGuid()}}","iat":{{from ?? Now}}}""");

    private Task<JsonElement> TakeOverAsync(string email, string id, string role = "user", bool join = false) =>
        admin.JsonAsync(
            "POST",
            "/api/open-webui/users",
            $$"""{"users":[{"id":"{{id}}","email":"{{email}}","role":"{{role}}","password_hash":"{{Hash}}"}],"join":{{(
                join ? "true" : "false"
            )}}}"""
        );

    private async Task<int> StatusAsync(string token, string path = "/api/conversations")
    {
        using var answer = await app.SendAsync("GET", path, null, ("Authorization", "Bearer " + token));
        return (int)answer.StatusCode;
    }

    [Fact]
    public async Task Who_is_signed_in_there_is_signed_in_here()
    {
        var made = (await TakeOverAsync("ben@example.org", Ben)).Items()[0];
        Assert.Equal("made", made.Text("outcome"));
        var ben = new Person(app, made.Text("user_id"), Token(), "");
        Assert.Equal("ben@example.org", (await ben.JsonAsync("GET", "/api/auth/me")).Text("email"));
        await ben.JsonAsync("POST", "/api/conversations", """{"title":"tea"}""", 201);
        Assert.Equal(403, await StatusAsync(ben.Token, "/api/users"));
        // The role is the one that our store has now, whatever it was there.
        await admin.JsonAsync("PATCH", $"/api/users/{ben.Id}", """{"role":"pending"}""");
        Assert.Equal(403, await StatusAsync(ben.Token));
        await admin.JsonAsync("PATCH", $"/api/users/{ben.Id}", """{"disabled":true}""");
        Assert.Equal(401, await StatusAsync(ben.Token));
    }

    [Fact]
    public async Task S2_who_was_taken_over_signs_in_with_the_password_they_have_there()
    {
        await TakeOverAsync("ben@example.org", Ben);
        await app.SignInAsync("ben@example.org");
        Assert.Equal("known", (await TakeOverAsync("ben@example.org", Ben)).Items()[0].Text("outcome"));
    }

    [Fact]
    public async Task Tokens_of_any_other_make_are_refused()
    {
        await TakeOverAsync("ben@example.org", Ben);
        var good = $$"""{"id":"{{Ben}}","exp":{{Now + 60}},"iat":{{Now}}}""";
        Assert.Equal(200, await StatusAsync(Sign(Header, good)));
        string[] wrong =
        [
            Sign(Header, good, "another secret, not ours"),
            Sign(Header, good, ""),
            Sign("""{"alg":"none","typ":"JWT"}""", good),
            Sign("""{"alg":"HS512","typ":"JWT"}""", good),
            Sign("""{"alg":"HS256"}""", good),
            Sign("""{"alg":"HS256","typ":"at+jwt"}""", good),
            Sign("""{"alg":"HS256","typ":"JWT","kid":"1"}""", good),
            Sign("""{"alg":"HS256","alg":"none","typ":"JWT"}""", good),
            Sign("[]", good),
            Sign(Header, "[]"),
            Sign(Header, "no json"),
            Sign(Header, $$"""{"exp":{{Now + 60}}}"""),
            Sign(Header, $$"""{"id":7,"exp":{{Now + 60}}}"""),
            Sign(Header, $$"""{"id":"","exp":{{Now + 60}}}"""),
            Sign(Header, $$"""{"id":"' OR 1=1 --","exp":{{Now + 60}}}"""),
            Sign(Header, $$"""{"id":"{{Guid.NewGuid()}}","exp":{{Now + 60}}}"""),
            Sign(Header, $$"""{"id":"{{Ben}}"}"""),
            Sign(Header, $$"""{"id":"{{Ben}}","exp":"{{Now + 60}}"}"""),
            Sign(Header, $$"""{"id":"{{Ben}}","exp":{{Now - 31}}}"""),
            Sign(Header, $$"""{"id":"{{Ben}}","exp":9e99}"""),
            Sign(Header, $$"""{"id":"{{Ben}}","exp":{{Now + (3 * 365 * 86400L)}}}"""),
            Sign(Header, $$"""{"id":"{{Ben}}","exp":{{Now + 60}},"iat":{{Now + 31}}}"""),
            Sign(Header, $$"""{"id":"{{Ben}}","exp":{{Now + 60}},"nbf":{{Now + 31}}}"""),
            Sign(Header, good)[..^1],
            Sign(Header, good) + ".e30",
            Sign(Header, $$"""{"id":"{{Ben}}","exp":{{Now + 60}},"x":"{{new string('x', 2000)}}"}"""),
        ];
        foreach (var token in wrong)
        {
            Assert.True(await StatusAsync(token) == 401, token);
        }
    }

    [Fact]
    public async Task Without_the_setting_no_such_token_is_anything()
    {
        await TakeOverAsync("ben@example.org", Ben);
        var (off, ada) = await StartAsync(null);
        await using var _ = off;
        foreach (var token in new[] { Token(), Sign(Header, $$"""{"id":"{{Ben}}","exp":{{Now + 60}}}""", "") })
        {
            using var answer = await off.SendAsync(
                "GET",
                "/api/conversations",
                null,
                ("Authorization", "Bearer " + token)
            );
            Assert.Equal(401, (int)answer.StatusCode);
        }

        await ada.JsonAsync("POST", "/api/open-webui/token", "{}", 404);
    }

    [Fact]
    public async Task S12_a_token_that_was_signed_out_of_is_good_no_longer()
    {
        await TakeOverAsync("ben@example.org", Ben);
        var (one, other) = (Token(), Token());
        using var signOut = await app.SendAsync("POST", "/api/auth/signout", "{}", ("Authorization", "Bearer " + one));
        Assert.Equal(204, (int)signOut.StatusCode);
        Assert.Equal(401, await StatusAsync(one));
        Assert.Equal(200, await StatusAsync(other));
        var entry = (await admin.JsonAsync("GET", "/api/audit?action=sign-out")).Items()[0];
        Assert.Equal("open-webui", entry.Text("via"));
    }

    [Fact]
    public async Task S8_a_new_password_ends_what_was_made_before_and_a_second_factor_all_of_it()
    {
        var id = (await TakeOverAsync("ben@example.org", Ben)).Items()[0].Text("user_id");
        var (dated, undated) = (Token(), Sign(Header, $$"""{"id":"{{Ben}}","exp":{{Now + 3600}}}"""));
        await admin.JsonAsync("PATCH", $"/api/users/{id}", """{"password":"another horse, another staple"}""");
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(401, await StatusAsync(dated));
        Assert.Equal(401, await StatusAsync(undated));
        var later = Token();
        Assert.Equal(200, await StatusAsync(later));

        var ben = await app.SignInAsync("ben@example.org", "another horse, another staple");
        const string Shown = """{"current_password":"another horse, another staple"}""";
        var secret = (await ben.JsonAsync("POST", "/api/auth/second-factor", Shown)).Text("secret");
        var code = SecondFactorTests.Code(secret, clock.GetUtcNow());
        await ben.JsonAsync("POST", "/api/auth/second-factor/confirm", $$"""{"code":"{{code}}"}""");
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(401, await StatusAsync(Token()));
    }

    [Fact]
    public async Task A_token_made_here_is_one_of_Open_WebUIs_and_ends_with_its_session()
    {
        await TakeOverAsync("ben@example.org", Ben);
        var ben = await app.SignInAsync("ben@example.org");
        var made = await ben.JsonAsync("POST", "/api/open-webui/token", "{}");
        var token = made.Text("token");
        Assert.Equal("Bearer", made.Text("token_type"));
        var parts = token.Split('.').Select(p => Encoding.UTF8.GetString(Base64Url.DecodeFromChars(p))).Take(2);
        Assert.Equal(Sign(parts.First(), parts.Last()), token);
        Assert.Equal(Header, parts.First());
        var claims = JsonDocument.Parse(parts.Last()).RootElement;
        Assert.Equal(
            (Ben, Now, made.Number("expires_at")),
            (claims.Text("id"), claims.Number("iat"), claims.Number("exp"))
        );
        Assert.True(Guid.TryParse(claims.Text("jti"), out _));
        Assert.InRange(claims.Number("exp"), Now + 86400, Now + (28 * 86400));

        var again = new Person(app, ben.Id, token, "");
        Assert.Single((await again.JsonAsync("GET", "/api/auth/sessions")).Items(), s => s.Flag("current"));
        await ben.JsonAsync("POST", "/api/auth/signout", "{}", 204);
        Assert.Equal(401, await StatusAsync(token));
    }

    [Fact]
    public async Task Nobody_gets_a_token_for_an_account_that_Open_WebUI_has_not()
    {
        await admin.JsonAsync("POST", "/api/open-webui/token", "{}", 409);
        var key = await admin.KeyAsync("all");
        await key.JsonAsync("POST", "/api/open-webui/token", "{}", 403);
    }

    [Fact]
    public async Task S9_an_account_of_the_same_address_is_joined_only_where_the_admin_says_so()
    {
        var ben = await admin.AddAsync("ben@example.org");
        var left = (await TakeOverAsync("Ben@Example.org", Ben)).Items()[0];
        Assert.Equal("taken", left.Text("outcome"));
        Assert.True(left.IsNull("user_id"));
        Assert.Equal(401, await StatusAsync(Token()));
        var joined = (await TakeOverAsync("ben@example.org", Ben, role: "admin", join: true)).Items()[0];
        Assert.Equal(("joined", ben.Id), (joined.Text("outcome"), joined.Text("user_id")));
        Assert.Equal(200, await StatusAsync(Token()));
        Assert.Equal("user", (await admin.JsonAsync("GET", $"/api/users/{ben.Id}")).Text("role"));
        await app.SignInAsync("ben@example.org");
        // One account has one id there: the other is not let in to it as well.
        var other = (await TakeOverAsync("ben@example.org", Guid.NewGuid().ToString(), join: true)).Items()[0];
        Assert.Equal("taken", other.Text("outcome"));
    }

    [Theory]
    [InlineData("""{}""", "users")]
    [InlineData("""{"users":[]}""", "users")]
    [InlineData("""{"users":[null]}""", "users[0]")]
    [InlineData("""{"users":[{"id":"a","email":"no address"}]}""", "users[0].email")]
    [InlineData("""{"users":[{"id":"a","email":"a@example.org","role":"owner"}]}""", "users[0].role")]
    [InlineData("""{"users":[{"id":"a","email":"a@example.org","password_hash":"plain"}]}""", "users[0].password_hash")]
    public async Task What_cannot_be_taken_over_is_named(string body, string field)
    {
        using var answer = await admin.SendAsync("POST", "/api/open-webui/users", body);
        var problem = await Problems.AssertAsync(answer, 400, "validation");
        Assert.Contains(field, problem.ToString(), StringComparison.Ordinal);
    }
}

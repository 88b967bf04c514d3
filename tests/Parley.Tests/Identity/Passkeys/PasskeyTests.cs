using System.Net;
using System.Text;
using System.Text.Json;

namespace Parley.Tests.Identity.Passkeys;

/// <summary>Passkeys: added by who is signed in, and then enough by themselves; whatever is not exactly that is refused.</summary>
public sealed class PasskeyTests : IAsyncLifetime
{
    private const string Root = "/api/auth/passkeys";
    private const string Shown = $$"""{"current_password":"{{Accounts.Password}}"}""";
    private readonly TestClock clock = new();
    private ParleyApp app = null!;
    private Person ada = null!;
    private string host = "";

    private string Origin => "http://" + host;

    public async ValueTask InitializeAsync()
    {
        (app, ada) = await Accounts.StartAsync(clock: clock);
        host = $"localhost:{app.Client.BaseAddress!.Port}";
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task<(int Status, JsonElement Body)> CallAsync(string path, string body, Person? who = null)
    {
        (string, string)[] headers = who is null ? [("Host", host)] : [("Host", host), who.Header];
        using var answer = await app.SendAsync("POST", path, body, headers);
        var text = await answer.Content.ReadAsStringAsync();
        return ((int)answer.StatusCode, JsonDocument.Parse(text).RootElement);
    }

    private async Task<JsonElement> AskToAddAsync(Person who)
    {
        var (status, body) = await CallAsync(Root + "/options", Shown, who);
        Assert.Equal(200, status);
        return body.GetProperty("public_key");
    }

    private async Task<JsonElement> AskToSignInAsync() =>
        (await CallAsync(Root + "/signin/options", "{}")).Body.GetProperty("public_key");

    private Task<(int Status, JsonElement Body)> AddAsync(Person who, string credential, string name = "phone") =>
        CallAsync(Root, $$"""{"name":"{{name}}","credential":{{credential}}}""", who);

    private Task<(int Status, JsonElement Body)> SignInAsync(string credential) =>
        CallAsync(Root + "/signin", $$"""{"credential":{{credential}}}""");

    private async Task<SoftAuthenticator> JoinAsync(Person who, bool rsa = false)
    {
        var authenticator = new SoftAuthenticator(rsa);
        var (status, body) = await AddAsync(who, authenticator.Make(await AskToAddAsync(who), Origin));
        Assert.True(status == 201, body.ToString());
        return authenticator;
    }

    private async Task<string> WhyAsync(string action)
    {
        var entry = (await ada.JsonAsync("GET", $"/api/audit?action={action}")).Items()[0];
        Assert.False(entry.Flag("ok"));
        return entry.Text("detail");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_passkey_lets_its_owner_in_by_itself(bool rsa)
    {
        using var phone = await JoinAsync(ada, rsa);
        phone.Counter = 1;
        var (status, tokens) = await SignInAsync(phone.Show(await AskToSignInAsync(), Origin));
        Assert.Equal(200, status);
        Assert.Equal(ada.Id, tokens.GetProperty("user").Text("id"));
        var listed = Assert.Single((await Person.Of(app, tokens).JsonAsync("GET", Root)).Items());
        Assert.Equal(("phone", "localhost"), (listed.Text("name"), listed.Text("host")));
        Assert.False(listed.IsNull("used_at"));
        var entry = (await ada.JsonAsync("GET", "/api/audit?action=sign-in")).Items()[0];
        Assert.Equal((true, "passkey " + listed.Text("id")), (entry.Flag("ok"), entry.Text("detail")));
    }

    [Fact]
    public async Task It_stands_for_both_factors()
    {
        using var phone = await JoinAsync(ada);
        var secret = (await ada.JsonAsync("POST", "/api/auth/second-factor", Shown)).Text("secret");
        var code = SecondFactorTests.Code(secret, clock.GetUtcNow());
        await ada.JsonAsync("POST", "/api/auth/second-factor/confirm", $$"""{"code":"{{code}}"}""");
        Assert.Equal(200, (await SignInAsync(phone.Show(await AskToSignInAsync(), Origin))).Status);
    }

    [Fact]
    public async Task Adding_one_needs_the_password_and_a_host_that_has_a_name()
    {
        var (wrong, _) = await CallAsync(Root + "/options", """{"current_password":"not this one, no"}""", ada);
        Assert.Equal(400, wrong);
        await ada.JsonAsync("POST", Root + "/options", Shown, 409); // by 127.0.0.1
        await ada.JsonAsync("POST", Root + "/signin/options", "{}", 409);
        var key = await ada.KeyAsync("all");
        await key.JsonAsync("POST", Root + "/options", Shown, 403);
        var options = await AskToAddAsync(ada);
        Assert.Equal("localhost", options.GetProperty("rp").Text("id"));
        Assert.Equal("required", options.GetProperty("authenticatorSelection").Text("userVerification"));
        Assert.Equal([-7, -257], options.Items("pubKeyCredParams").Select(p => p.Number("alg")));
    }

    [Fact]
    public async Task They_are_named_listed_told_apart_and_removed()
    {
        var ben = await ada.AddAsync("ben@example.org");
        using var phone = await JoinAsync(ada);
        using var ring = await JoinAsync(ada);
        Assert.Equal(2, (await AskToAddAsync(ada)).Items("excludeCredentials").Count);
        var all = (await ada.JsonAsync("GET", Root)).Items();
        var first = (await ada.JsonAsync("GET", Root + "?limit=1")).Text("next_cursor");
        Assert.Equal(
            all[1].Text("id"),
            (await ada.JsonAsync("GET", $"{Root}?limit=1&cursor={first}")).Items()[0].Text("id")
        );
        var at = $"{Root}/{all[0].Text("id")}";
        await ben.JsonAsync("PATCH", at, """{"name":"mine"}""", 404);
        await ben.JsonAsync("DELETE", at, status: 404);
        Assert.Equal("old phone", (await ada.JsonAsync("PATCH", at, """{"name":" old phone "}""")).Text("name"));
        await ada.JsonAsync("DELETE", at, status: 204);
        Assert.Single((await ada.JsonAsync("GET", Root)).Items());
        Assert.Equal(401, (await SignInAsync(phone.Show(await AskToSignInAsync(), Origin))).Status);
        Assert.Equal(200, (await SignInAsync(ring.Show(await AskToSignInAsync(), Origin))).Status);
    }

    [Fact]
    public async Task An_account_that_is_disabled_or_gone_is_not_come_into_by_one()
    {
        var ben = await ada.AddAsync("ben@example.org");
        using var phone = await JoinAsync(ben);
        await ada.JsonAsync("PATCH", $"/api/users/{ben.Id}", """{"disabled":true}""");
        Assert.Equal(401, (await SignInAsync(phone.Show(await AskToSignInAsync(), Origin))).Status);
        Assert.Equal("passkey: the account is disabled", await WhyAsync("sign-in"));
        await ada.JsonAsync("DELETE", $"/api/users/{ben.Id}", status: 204);
        Assert.Equal(401, (await SignInAsync(phone.Show(await AskToSignInAsync(), Origin))).Status);
        Assert.Equal("passkey: it is not known", await WhyAsync("sign-in"));
    }

    public static TheoryData<string, string> HostileSignIns() =>
        new()
        {
            { "origin", "the origin is another one" },
            { "frame", "the origin is another one" },
            { "type", "the client data is of another ceremony" },
            { "host", "it is of another host name" },
            { "not present", "the person was not verified" },
            { "not verified", "the person was not verified" },
            { "flags", "the authenticator's data has flags that make no sense" },
            { "truncated", "the authenticator's data ends early" },
            { "longer", "the authenticator's data has something behind it" },
            { "extensions", "the CBOR ends early" },
            { "signature", "the signature is not its own" },
            { "no signature", "the signature is not its own" },
            { "another key", "the signature is not its own" },
            { "another account", "it is another account's" },
            { "no account", "userHandle is no base64url of 1 to 32768 bytes" },
            { "unknown", "it is not known" },
            { "challenge of ours", "the challenge is not one that was set for this" },
            { "challenge made up", "the challenge is not one that was set for this" },
            { "too late", "the challenge is too old" },
        };

    [Theory]
    [MemberData(nameof(HostileSignIns))]
    public async Task A_passkey_that_is_shown_wrongly_lets_nobody_in(string what, string why)
    {
        var ben = await ada.AddAsync("ben@example.org");
        using var phone = await JoinAsync(ada);
        using var other = await JoinAsync(ben);
        var options = await AskToSignInAsync();
        switch (what)
        {
            case "origin":
                phone.Origin = "http://localhost.example.org";
                break;
            case "frame":
                phone.CrossOrigin = true;
                break;
            case "type":
                phone.Type = "webauthn.create";
                break;
            case "host":
                phone.Host = "example.org";
                break;
            case "not present":
                phone.Flags = 0b0000_0100;
                break;
            case "not verified":
                phone.Flags = 0b0000_0001;
                break;
            case "flags":
                phone.Flags = 0b0001_0101;
                break;
            case "truncated":
                phone.Change = data => data[..36];
                break;
            case "longer":
                phone.Change = data => [.. data, 0];
                break;
            case "extensions":
                phone.Flags = 0b1000_0101;
                break;
            case "signature":
                phone.ChangeSignature = signature => [.. signature[..^1], (byte)(signature[^1] ^ 1)];
                break;
            case "no signature":
                phone.ChangeSignature = _ => [0];
                break;
            case "another key":
                other.Id = phone.Id;
                other.UserHandle = phone.UserHandle;
                break;
            case "another account":
                phone.UserHandle = other.UserHandle;
                break;
            case "no account":
                phone.UserHandle = [];
                break;
            case "unknown":
                phone.Id = new byte[32];
                break;
            case "challenge of ours":
                options = await AskToAddAsync(ada);
                break;
            case "challenge made up":
                options = JsonDocument.Parse($$"""{"challenge":"{{new string('A', 75)}}"}""").RootElement;
                break;
            default:
                clock.Advance(TimeSpan.FromMinutes(5));
                break;
        }

        var shown = (what == "another key" ? other : phone).Show(options, Origin);
        var (status, problem) = await SignInAsync(shown);
        Assert.Equal((401, "that passkey lets nobody in here"), (status, problem.Text("detail")));
        ada = await app.SignInAsync("ada@example.org");
        var entries = (await ada.JsonAsync("GET", "/api/audit?action=sign-in")).Items();
        Assert.Equal("passkey: " + why, entries.First(e => !e.Flag("ok")).Text("detail"));
    }

    [Fact]
    public async Task A_challenge_is_good_once()
    {
        using var phone = await JoinAsync(ada);
        var options = await AskToSignInAsync();
        var shown = phone.Show(options, Origin);
        var both = await Task.WhenAll(SignInAsync(shown), SignInAsync(shown));
        Assert.Equal([200, 401], both.Select(b => b.Status).Order());
        Assert.Equal("passkey: the challenge was answered before", await WhyAsync("sign-in"));
        Assert.Equal(401, (await SignInAsync(phone.Show(options, Origin))).Status);
    }

    [Fact]
    public async Task A_counter_that_goes_back_is_refused_and_written_down()
    {
        using var phone = await JoinAsync(ada);
        foreach (var (counter, status) in new[] { (5u, 200), (5u, 401), (4u, 401), (0u, 401), (6u, 200) })
        {
            phone.Counter = counter;
            Assert.Equal(status, (await SignInAsync(phone.Show(await AskToSignInAsync(), Origin))).Status);
            if (status == 401)
            {
                Assert.Equal("passkey: its counter went back: there may be a copy of it", await WhyAsync("sign-in"));
            }
        }
    }

    public static TheoryData<string, string> HostileAdditions() =>
        new()
        {
            { "truncated", "the CBOR ends early" },
            { "longer", "the attestation has something behind it" },
            { "huge", "the CBOR ends early" },
            { "format missing", "the attestation is not whole" },
            { "id", "the credential is not the one that was made" },
            { "host", "it is of another host name" },
            { "not verified", "the person was not verified" },
            { "curve", "the key is none" },
            { "algorithm", "the key is of another kind than ES256 and RS256" },
            { "id length", "the credential's id has a length that cannot be" },
            { "another's challenge", "the challenge is not one that was set for this" },
            { "sign-in's challenge", "the challenge is not one that was set for this" },
        };

    [Theory]
    [MemberData(nameof(HostileAdditions))]
    public async Task A_passkey_that_is_made_wrongly_is_not_added(string what, string why)
    {
        var ben = await ada.AddAsync("ben@example.org");
        using var phone = new SoftAuthenticator();
        var options = await AskToAddAsync(ada);
        phone.Change = attestation =>
        {
            var keyAt = attestation.AsSpan().IndexOf(new byte[] { 0xA5, 0x01, 0x02, 0x03, 0x26 });
            switch (what)
            {
                case "truncated":
                    return attestation[..^1];
                case "longer":
                    return [.. attestation, 0];
                case "huge":
                    return [.. attestation[..28], 0x5B, 0x7F, .. new byte[7], .. attestation[30..]];
                case "format missing":
                    return [0xA0];
                case "curve":
                    attestation[keyAt + 12] ^= 1;
                    return attestation;
                case "algorithm":
                    attestation[keyAt + 4] = 0x27; // EdDSA
                    return attestation;
                case "id length":
                    attestation[keyAt - 34] = 0xFF;
                    return attestation;
                default:
                    return attestation;
            }
        };
        phone.Host = what == "host" ? "example.org" : phone.Host;
        phone.Flags = what == "not verified" ? (byte)1 : phone.Flags;
        if (what == "another's challenge")
        {
            options = await AskToAddAsync(ben);
        }
        else if (what == "sign-in's challenge")
        {
            var signIn = (await AskToSignInAsync()).Text("challenge");
            options = JsonDocument
                .Parse(
                    $$$"""{"challenge":"{{{signIn}}}","user":{"id":"{{{options.GetProperty("user").Text("id")}}}"}}"""
                )
                .RootElement;
        }

        var made = phone.Make(options, Origin);
        if (what == "id")
        {
            made = made.Replace("\"id\":\"", "\"id\":\"AAAA", StringComparison.Ordinal);
        }

        var (status, problem) = await AddAsync(ada, made);
        Assert.Equal((400, "credential cannot be added: " + why), (status, problem.Text("detail")));
        Assert.Empty((await ada.JsonAsync("GET", Root)).Items());
        Assert.Equal(why, await WhyAsync("passkey"));
    }

    [Fact]
    public async Task Nobody_adds_what_somebody_has_nor_more_than_twenty()
    {
        var ben = await ada.AddAsync("ben@example.org");
        using var phone = await JoinAsync(ada);
        var (again, problem) = await AddAsync(ben, phone.Make(await AskToAddAsync(ben), Origin));
        Assert.Equal((409, "this passkey is in use already"), (again, problem.Text("detail")));
        for (var i = 1; i < 20; i++)
        {
            phone.Id = Encoding.ASCII.GetBytes($"credential {i}");
            Assert.Equal(201, (await AddAsync(ada, phone.Make(await AskToAddAsync(ada), Origin))).Status);
        }

        phone.Id = "one more"u8.ToArray();
        Assert.Equal(409, (await AddAsync(ada, phone.Make(await AskToAddAsync(ada), Origin))).Status);
    }

    [Theory]
    [InlineData("""{"credential":{}}""", 401)]
    [InlineData("""{"credential":{"type":"public-key","id":"AA","response":null}}""", 401)]
    [InlineData("""{"credential":{"type":"public-key","id":"A=","response":{}}}""", 401)]
    [InlineData("""{"credential":{"type":"public-key","id":"AA","response":{"clientDataJSON":"AAAA"}}}""", 401)]
    [InlineData("""{"credential":[]}""", 400)]
    [InlineData("""{"credential":"x"}""", 400)]
    [InlineData("""{}""", 400)]
    public async Task What_is_no_credential_is_refused(string body, int status) =>
        Assert.Equal(status, (await CallAsync(Root + "/signin", body)).Status);

    [Fact]
    public async Task S7_tries_with_one_passkey_have_to_wait()
    {
        using var phone = await JoinAsync(ada);
        phone.ChangeSignature = _ => [0];
        var statuses = new List<int>();
        for (var i = 0; i < 7; i++)
        {
            statuses.Add((await SignInAsync(phone.Show(await AskToSignInAsync(), Origin))).Status);
        }

        Assert.Equal([401, 401, 401, 401, 401, 429, 429], statuses);
        Assert.Equal(HttpStatusCode.OK, (await app.SendAsync("GET", "/api/version")).StatusCode);
    }
}

using System.Globalization;
using System.Net;
using Parley.Identity.Crypto;

namespace Parley.Tests.Identity;

/// <summary>S8: a second factor at sign-in.</summary>
public sealed class SecondFactorTests : IAsyncLifetime
{
    private readonly TestClock clock = new();
    private ParleyApp app = null!;
    private Person ada = null!;

    public async ValueTask InitializeAsync() => (app, ada) = await Accounts.StartAsync(clock: clock);

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private string CodeOf(string secret) => Code(secret, clock.GetUtcNow());

    /// <summary>What an authenticator app shows.</summary>
    internal static string Code(string secret, DateTimeOffset now)
    {
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        var bits = string.Concat(secret.Select(c => Convert.ToString(Alphabet.IndexOf(c), 2).PadLeft(5, '0')));
        var bytes = Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(i * 8, 8), 2));
        return OneTimeCode.Code([.. bytes], OneTimeCode.Step(now)).ToString("D6", CultureInfo.InvariantCulture);
    }

    private async Task<(string Secret, List<string> Codes)> TurnOnAsync()
    {
        var password = $$"""{"current_password":"{{Accounts.Password}}"}""";
        var begun = await ada.JsonAsync("POST", "/api/auth/second-factor", password);
        var secret = begun.Text("secret");
        Assert.StartsWith(
            "otpauth://totp/Parley:ada%40example.org?secret=" + secret,
            begun.Text("uri"),
            StringComparison.Ordinal
        );
        await app.SignInAsync("ada@example.org"); // nothing is asked for until a code was shown
        var confirmed = await ada.JsonAsync(
            "POST",
            "/api/auth/second-factor/confirm",
            $$"""{"code":"{{CodeOf(secret)}}"}"""
        );
        clock.Advance(TimeSpan.FromSeconds(30));
        return (secret, [.. confirmed.Items("recovery_codes").Select(c => c.GetString()!)]);
    }

    private Task<HttpResponseMessage> TryAsync(string? code) =>
        app.SendAsync(
            "POST",
            "/api/auth/signin",
            $$"""{"email":"ada@example.org","password":"{{Accounts.Password}}","code":{{code?.Quoted() ?? "null"}}}"""
        );

    [Fact]
    public async Task S8_the_password_alone_lets_nobody_in_any_more()
    {
        var (secret, _) = await TurnOnAsync();
        foreach (var code in new[] { null, "", "000000", "12345", "1234567", "abcdef" })
        {
            using var refused = await TryAsync(code);
            if (refused.StatusCode == HttpStatusCode.TooManyRequests)
            {
                break; // wrong codes count as failed sign-ins do
            }

            await Problems.AssertAsync(refused, 401, "second-factor");
        }

        clock.Advance(TimeSpan.FromMinutes(15));
        using var right = await TryAsync(CodeOf(secret));
        Assert.Equal(HttpStatusCode.OK, right.StatusCode);
        var me = await ada.JsonAsync("GET", "/api/auth/me", status: 401);
        Assert.Equal("unauthenticated", me.Text("code"));
    }

    [Fact]
    public async Task S8_a_code_is_good_once()
    {
        var (secret, _) = await TurnOnAsync();
        using var first = await TryAsync(CodeOf(secret));
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        using var again = await TryAsync(CodeOf(secret));
        await Problems.AssertAsync(again, 401, "second-factor");
        clock.Advance(TimeSpan.FromSeconds(30));
        using var next = await TryAsync(CodeOf(secret));
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    [Fact]
    public async Task S8_ten_recovery_codes_are_good_once_each_and_stored_hashed()
    {
        var (_, codes) = await TurnOnAsync();
        Assert.Equal(10, codes.Distinct().Count());
        using var first = await TryAsync(codes[3].ToUpperInvariant());
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        using var again = await TryAsync(codes[3]);
        await Problems.AssertAsync(again, 401, "second-factor");
        using var other = await TryAsync(codes[4]);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        foreach (var file in Directory.EnumerateFiles(app.DataFolder, "*.db*"))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var bytes = new byte[stream.Length];
            await stream.ReadExactlyAsync(bytes);
            Assert.Equal(-1, bytes.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(codes[5])));
        }
    }

    [Fact]
    public async Task S8_turning_it_on_and_off_needs_the_password_and_ends_other_sessions()
    {
        const string Wrong = """{"current_password":"not the password"}""";
        await ada.JsonAsync("POST", "/api/auth/second-factor", Wrong, 400);
        var elsewhere = await app.SignInAsync("ada@example.org");
        await TurnOnAsync();
        await elsewhere.JsonAsync("GET", "/api/auth/me", status: 401);
        Assert.True((await ada.JsonAsync("GET", "/api/auth/me")).Flag("second_factor"));
        var password = $$"""{"current_password":"{{Accounts.Password}}"}""";
        await ada.JsonAsync("POST", "/api/auth/second-factor", password, 409);
        await ada.JsonAsync("POST", "/api/auth/second-factor/remove", Wrong, 400);
        await ada.JsonAsync("POST", "/api/auth/second-factor/remove", password, 204);
        await app.SignInAsync("ada@example.org");
    }

    [Fact]
    public async Task S8_an_admin_takes_it_from_who_has_lost_everything()
    {
        await TurnOnAsync();
        await ada.JsonAsync("PATCH", $"/api/users/{ada.Id}", """{"second_factor":true}""", 400);
        await ada.JsonAsync("PATCH", $"/api/users/{ada.Id}", """{"second_factor":false}""");
        await app.SignInAsync("ada@example.org");
    }
}

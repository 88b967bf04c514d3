using System.Text.Json;
using Parley.Identity;

namespace Parley.Tests.Identity.Oidc;

/// <summary>The same in a real browser, whose rules on cookies and redirects no client of ours can vouch for.</summary>
public sealed class BrowserSignInTests
{
    [Fact]
    public async Task Somebody_signs_in_by_the_provider_and_out_again_in_chromium()
    {
        await using var provider = await RealProvider.StartAsync();
        var (app, _) = await Accounts.StartAsync(
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
                },
            }
        );
        await using var __ = app;
        var parley = app.Client.BaseAddress!.ToString().TrimEnd('/');
        var said = await NodeTools.RunAsync("sign-in.mjs", "", parley, "grace");
        var seen = JsonDocument.Parse(said).RootElement;
        Assert.Equal("grace@example.org", seen.GetProperty("me").GetProperty("body").Text("email"));
        var cookies = seen.Items("cookies");
        Assert.Equal(
            [Credential.AccessCookie, Credential.RefreshCookie],
            cookies.Select(c => c.Text("name")).Order(StringComparer.Ordinal)
        );
        Assert.All(cookies, c => Assert.True(c.Flag("httpOnly") && c.Flag("secure") && c.Text("sameSite") == "Lax"));
        Assert.Equal("", seen.Text("visible"));
        Assert.Equal(200, seen.Number("renewed"));
        Assert.Equal(200, seen.Number("out"));
        Assert.Equal(401, seen.Number("after"));
        Assert.Empty(seen.Items("violations"));
    }
}

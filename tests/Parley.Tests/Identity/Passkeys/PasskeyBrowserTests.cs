using System.Text.Json;

namespace Parley.Tests.Identity.Passkeys;

/// <summary>The same in a real browser with an authenticator of its own: what it writes is not ours.</summary>
public sealed class PasskeyBrowserTests
{
    [Fact]
    public async Task Somebody_adds_a_passkey_and_signs_in_with_it_in_chromium()
    {
        var (app, ada) = await Accounts.StartAsync();
        await using var _ = app;
        var at = $"http://localhost:{app.Client.BaseAddress!.Port}";
        var said = await NodeTools.RunAsync("passkey.mjs", "", at, "ada@example.org", Accounts.Password);
        var seen = JsonDocument.Parse(said).RootElement;
        Assert.Equal(201, seen.Number("added"));
        Assert.Equal("this laptop", seen.GetProperty("passkey").Text("name"));
        Assert.Equal("localhost", seen.GetProperty("passkey").Text("host"));
        Assert.Equal(401, seen.Number("signedOut"));
        Assert.Equal(200, seen.Number("signedIn"));
        Assert.Equal(ada.Id, seen.GetProperty("me").Text("id"));
        Assert.Equal(200, seen.Number("again"));
        Assert.Equal(401, seen.Number("unverified"));
        Assert.Equal(401, seen.Number("rewound"));
        Assert.Equal(204, seen.Number("removed"));
        Assert.Equal(401, seen.Number("gone"));
        var entries = (await ada.JsonAsync("GET", "/api/audit?action=sign-in")).Items();
        Assert.Contains(
            "passkey: its counter went back: there may be a copy of it",
            entries.Where(e => !e.Flag("ok")).Select(e => e.Text("detail"))
        );
    }
}

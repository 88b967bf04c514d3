namespace Parley.Tests.Web;

/// <summary>What is one's own, and an admin's, in a real browser: tests/node/page-{settings,admin}.mjs.</summary>
public sealed class PageSettingsTests
{
    [Fact]
    public async Task Name_sessions_keys_passkeys_second_factor_and_prompts_are_set_by_their_owner()
    {
        var (app, _) = await Accounts.StartAsync();
        await using var _1 = app;
        using var page = PageJourney.Start("page-settings.mjs", app, "ada@example.org", Accounts.Password);

        var seen = await page.EndAsync();
        Assert.Equal(401, seen.Number("ended"));
        Assert.Equal(200, seen.Number("found"));
        Assert.Equal(403, seen.Number("kept"));
        Assert.Equal(401, seen.Number("revoked"));
        Assert.InRange(seen.Number("codes"), 5, 20);
        Assert.True(seen.Number("sideways") <= 0);
        Assert.Empty(seen.Items("small").Select(one => one.GetString()));
    }

    [Fact]
    public async Task Health_model_servers_accounts_and_audit_are_an_admins()
    {
        var (app, _) = await Accounts.StartAsync();
        await using var _1 = app;
        await using var model = await FakeUpstream.StartAsync(Parley.Providers.UpstreamKind.OpenAi);
        using var page = PageJourney.Start(
            "page-admin.mjs",
            app,
            "ada@example.org",
            Accounts.Password,
            model.BaseUrl.ToString()
        );

        var seen = await page.EndAsync();
        Assert.StartsWith("of ada", seen.Text("of"), StringComparison.Ordinal);
        Assert.Equal("local/", seen.Text("prefix"));
        Assert.True(seen.Number("sideways") <= 0);
    }
}

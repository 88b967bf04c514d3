namespace Parley.Tests.Web;

/// <summary>What is one's own, at the page, in a real browser: tests/node/page-settings.mjs.</summary>
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
}

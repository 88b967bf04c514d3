using Parley.Providers;

namespace Parley.Tests.Web;

/// <summary>The page while its server is stopped, in a real browser: tests/node/page-offline.mjs.</summary>
public sealed class PageOfflineTests
{
    [Fact]
    public async Task What_is_kept_is_read_and_searched_offline_what_is_written_is_sent_once_and_signing_out_leaves_nothing()
    {
        var (app, ada) = await Accounts.StartAsync();
        await using var _ = app;
        await using var model = await FakeUpstream.StartAsync(UpstreamKind.OpenAi);
        await model.AddToAsync(app);
        var read = await MakeAsync(ada, "Steeping", "How long for needle tea?", "A minute, in a warm pot.");
        await MakeAsync(ada, "Pots", "Which pot?", "One of iron keeps the warmth.");

        using var page = PageJourney.Start("page-offline.mjs", app, "ada@example.org", Accounts.Password, read);
        await page.AtAsync("kept");
        await app.StopAsync();
        await page.GoOnAsync();
        await page.AtAsync("written");
        await app.ReopenAsync();
        await page.GoOnAsync();
        await page.AtAsync("stop again");
        await app.StopAsync();
        await page.GoOnAsync();
        await page.AtAsync("start again");
        await app.ReopenAsync();
        await page.GoOnAsync();
        await page.AtAsync("stop a third time");
        await app.StopAsync();
        await page.GoOnAsync();
        await page.AtAsync("start a third time");
        await app.ReopenAsync();
        await page.GoOnAsync();

        var seen = await page.EndAsync();
        Assert.False(seen.Flag("byDefault"));
        Assert.Equal("", seen.Text("before"));
        Assert.Equal("Offline: 2 conversations kept on this device.", seen.Text("banner"));
        Assert.Equal(2, seen.Number("listed"));
        Assert.Contains("in a warm pot", seen.Text("read"), StringComparison.Ordinal);
        Assert.Equal(["warm", "pot"], seen.Items("marked").Select(one => one.GetString()));
        Assert.Contains("On this device", seen.Text("note"), StringComparison.Ordinal);
        Assert.Equal("Steeping", seen.Text("palette"));
        Assert.Equal(["First offline?", "Second offline?"], seen.Items("waiting").Select(one => one.GetString()));
        Assert.Equal("Third offline?", seen.Text("takenBack"));
        // Each once, the second behind the answer to the first.
        Assert.Equal(
            ["How long for needle tea?", "First offline?", "Second offline?"],
            seen.Items("asked").Select(one => one.GetString())
        );
        Assert.Equal(1, seen.Number("begun"));
        Assert.Equal("Not sent: Model_name there is no such model.", seen.Text("refused"));
        Assert.Equal("Nobody keeps this?", seen.Text("back"));
        Assert.Equal("ada@,true", seen.Text("behind"));
        Assert.Equal(1, seen.Number("once"));
        Assert.True(seen.Flag("lay"));
        Assert.Empty(seen.Items("left").Select(one => one.GetString()));
        Assert.Empty(seen.Items("cached").Select(one => one.GetString()));
        Assert.True(seen.Number("sideways") <= 0);
    }

    private static async Task<string> MakeAsync(Person who, string title, string question, string answer)
    {
        var made = await who.JsonAsync("POST", "/api/conversations", $$"""{"title":{{title.Quoted()}}}""", 201);
        foreach (var (role, text) in new[] { ("user", question), ("assistant", answer) })
        {
            await who.JsonAsync(
                "POST",
                $"/api/conversations/{made.Text("id")}/messages",
                $$"""{"role":"{{role}}","content":{{text.Quoted()}}}""",
                201
            );
        }

        return made.Text("id");
    }
}

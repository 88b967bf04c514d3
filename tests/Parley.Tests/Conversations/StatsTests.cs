using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Parley.Conversations;
using Parley.Ops;

namespace Parley.Tests.Conversations;

public sealed class StatsTests : IAsyncLifetime
{
    private readonly TestClock clock = new();
    private ParleyApp app = null!;

    public async ValueTask InitializeAsync() =>
        app = await ParleyApp.StartAsync(s => s.AddSingleton<TimeProvider>(clock));

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task Totals_follow_every_change_and_the_doctor_agrees()
    {
        var (one, messages) = await app.MakeConversationAsync("one", "a b c", "d e", "f");
        var (two, _) = await app.MakeConversationAsync("two", "g");
        await app.PatchJsonAsync($"/api/conversations/{one}/messages/{messages[1]}", """{"content":"d e f g"}""");
        await app.PatchJsonAsync(
            $"/api/conversations/{one}/messages/{messages[0]}",
            """{"content":"a b","in_place":true}"""
        );
        var stats = await app.GetJsonAsync("/api/stats");
        Assert.Equal((2, 5), (stats.Number("conversations"), stats.Number("messages")));
        Assert.Equal(2 + 2 + 1 + 4 + 1, stats.Number("words"));
        Assert.Equal(one, stats.Items("longest")[0].Text("id"));
        Assert.Equal("parley", (await app.GetJsonAsync("/api/providers")).Items()[0].Text("provider"));
        Assert.Matches(@"^\d{4}-\d{2}$", stats.Items("months")[0].Text("month"));

        await app.SendJsonAsync("DELETE", "/api/conversations/" + one, null, 204);
        await app.SendJsonAsync("POST", $"/api/conversations/{two}/archive");
        await SoundAsync();
        stats = await app.GetJsonAsync("/api/stats");
        Assert.Equal(
            (1, 1, 1, 1),
            (stats.Number("conversations"), stats.Number("messages"), stats.Number("in_bin"), stats.Number("archived"))
        );

        await app.SendJsonAsync("DELETE", $"/api/conversations/{one}?permanent=1", null, 204);
        await app.PostJsonAsync($"/api/conversations/{two}/fork", """{"tree":true}""");
        await app.SendJsonAsync("DELETE", "/api/conversations/" + two, null, 204);
        await SoundAsync();
        await app.SendJsonAsync("POST", $"/api/conversations/{two}/restore");
        await SoundAsync();
        stats = await app.GetJsonAsync("/api/stats");
        Assert.Equal(
            (2, 2, 0, 1),
            (stats.Number("conversations"), stats.Number("messages"), stats.Number("in_bin"), stats.Number("archived"))
        );
    }

    [Fact]
    public async Task Messages_by_month_are_told_apart_by_program_and_by_model_and_what_is_rare_is_one()
    {
        for (var i = 0; i < 10; i++)
        {
            var (id, _) = await app.MakeConversationAsync($"c{i}");
            for (var n = 0; n <= i; n++)
            {
                await app.PostJsonAsync(
                    $"/api/conversations/{id}/messages",
                    $$"""{"role":"assistant","content":"a","model":"m{{i}}"}"""
                );
            }
        }

        var programs = await app.GetJsonAsync("/api/stats/months");
        Assert.Equal("provider", programs.Text("by"));
        var only = programs.Items().Single();
        Assert.Equal(("parley", false, 55L), (only.Text("name"), only.Flag("rest"), only.Number("messages")));
        Assert.Equal(55, only.Items("months").Sum(m => m.Number("messages")));
        var models = (await app.GetJsonAsync("/api/stats/months?by=model")).Items();
        Assert.Equal(
            ["m9 10", "m8 9", "m7 8", "m6 7", "m5 6", "m4 5", "m3 4", "m2 3", " 3"],
            models.Select(m => $"{(m.IsNull("name") ? "" : m.Text("name"))} {m.Number("messages")}")
        );
        Assert.Equal(9, models.TakeWhile(m => !m.Flag("rest")).Count() + 1);
        Assert.Matches(@"^\d{4}-\d{2}$", models[^1].Items("months").Single().Text("month"));
        var wrong = await app.GetJsonAsync("/api/stats/months?by=weather", 400);
        Assert.Equal("by", wrong.Items("errors")[0].Text("field"));
    }

    [Fact]
    public async Task The_bin_is_emptied_after_30_days()
    {
        var (old, _) = await app.MakeConversationAsync("old", "text");
        await app.SendJsonAsync("DELETE", "/api/conversations/" + old, null, 204);
        var keeper = app.Services.GetServices<IHostedService>().OfType<BinKeeper>().Single();
        clock.Advance(TimeSpan.FromDays(29));
        Assert.Equal(0, await keeper.PurgeAsync(TestContext.Current.CancellationToken));
        clock.Advance(TimeSpan.FromDays(2));
        await keeper.PurgeAsync(TestContext.Current.CancellationToken); // its own timer may have been first
        await app.GetJsonAsync("/api/conversations/" + old, 404);
        await SoundAsync();
    }

    [Fact]
    public async Task A_message_is_found_by_search_until_it_is_gone()
    {
        var (id, messages) = await app.MakeConversationAsync("pelican", "zanzibar quest", "answer");
        async Task<int> Hits(string q) => (await app.GetJsonAsync("/api/search?q=" + q)).Items().Count;
        Assert.Equal(1, await Hits("zanzibar"));
        await app.PatchJsonAsync(
            $"/api/conversations/{id}/messages/{messages[0]}",
            """{"content":"madagascar quest","in_place":true}"""
        );
        Assert.Equal((0, 1), (await Hits("zanzibar"), await Hits("madagascar")));
        Assert.Equal(id, (await app.GetJsonAsync("/api/conversations?q=pelic")).Items().Single().Text("id"));
        await app.PatchJsonAsync("/api/conversations/" + id, """{"title":"heron"}""");
        Assert.Empty((await app.GetJsonAsync("/api/conversations?q=pelican")).Items());
        await app.SendJsonAsync("DELETE", "/api/conversations/" + id, null, 204);
        Assert.Equal(0, await Hits("madagascar"));
        await app.SendJsonAsync("POST", $"/api/conversations/{id}/restore");
        Assert.Equal(1, await Hits("madagascar"));
        await app.SendJsonAsync("DELETE", $"/api/conversations/{id}/messages/{messages[0]}", null, 204);
        Assert.Equal(0, await Hits("madagascar"));
    }

    private async Task SoundAsync()
    {
        await foreach (var finding in app.Get<Doctor>().ExamineAsync(TestContext.Current.CancellationToken))
        {
            Assert.True(finding.Sound, $"{finding.Check}: {finding.Detail}");
        }
    }
}

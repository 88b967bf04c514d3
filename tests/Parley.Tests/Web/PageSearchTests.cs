using Parley.Conversations;
using Parley.Kernel;
using Parley.Tests.Chat;
using Parley.Tests.Search;
using Parley.Vectors;

namespace Parley.Tests.Web;

/// <summary>Finding at the page, in a real browser: tests/node/page-search.mjs.</summary>
public sealed class PageSearchTests
{
    [Fact]
    public async Task Matches_are_narrowed_by_date_and_searches_are_saved()
    {
        await using var app = await ChatHost.AppAsync();
        await SearchStore.AddAsync(
            app.Get<Db>(),
            app.Get<MessageWriter>(),
            [.. new[] { 0, 40, 40, 800 }.Select(day => Drafts.New(day: day).User("green tea"))]
        );
        using var page = PageJourney.Start("page-search.mjs", app);

        var seen = await page.EndAsync();
        Assert.Equal(27, seen.Number("bars"));
        Assert.Contains("2 matches", seen.Text("month"), StringComparison.Ordinal);
        Assert.True(seen.Number("sideways") <= 0);
    }

    [Fact]
    public async Task What_is_near_in_meaning_stands_beside_what_matches_and_says_so()
    {
        await using var app = await ChatHost.AppAsync();
        await SearchStore.AddAsync(
            app.Get<Db>(),
            app.Get<MessageWriter>(),
            Drafts.New("Tyres").User("My automobile needs new tyres before winter driving."),
            Drafts.New("Wheels").User("A vehicle on the road has wheels."),
            Drafts.New("Bread").User("Knead the dough and let the bread rise in the oven.")
        );
        await app.Get<VectorWorker>().DrainAsync(TestContext.Current.CancellationToken);
        using var page = PageJourney.Start("page-meaning.mjs", app);

        var seen = await page.EndAsync();
        Assert.Contains("Wheels", seen.Text("first"), StringComparison.Ordinal);
        Assert.DoesNotContain("near in meaning", seen.Text("first"), StringComparison.Ordinal);
        Assert.Contains("Tyres", seen.Text("second"), StringComparison.Ordinal);
        Assert.Contains("near in meaning", seen.Text("second"), StringComparison.Ordinal);
        Assert.Equal(0, seen.Number("choices"));
        Assert.True(seen.Number("sideways") <= 0);
    }

    [Fact]
    public async Task The_archive_is_looked_over_and_every_mark_leads_to_what_is_behind_it()
    {
        await using var app = await ChatHost.AppAsync();
        using var page = PageJourney.Start("page-insight.mjs", app);
        await page.AtAsync("fill");
        await SearchStore.AddAsync(
            app.Get<Db>(),
            app.Get<MessageWriter>(),
            Drafts.New(day: 3).User("green tea").Assistant("two minutes", "leaf-1"),
            Drafts.New(day: 33).User("white tea").Assistant("three minutes", "leaf-2"),
            Drafts.New(provider: "chatgpt", day: 40).User("black tea").Assistant("four minutes", "leaf-1"),
            Drafts.New(provider: "chatgpt", day: 140).User("tea")
        );
        await page.GoOnAsync();

        var seen = await page.EndAsync();
        Assert.Contains("Messages7", seen.Text("totals"), StringComparison.Ordinal);
        Assert.Equal("ClaudeChatGPT", seen.Text("legend"));
        Assert.Equal(1, seen.Number("stops"));
        Assert.Equal("February 2025, ChatGPT: 2 messages", seen.Text("mark"));
        Assert.Equal("provider:chatgpt after:2025-02 before:2025-03", seen.Text("query"));
        Assert.StartsWith("2 matches", seen.Text("found"), StringComparison.Ordinal);
        Assert.Contains("leaf-1", seen.Text("table"), StringComparison.Ordinal);
        Assert.True(seen.Number("sideways") <= 0);
    }

    [Fact]
    public async Task All_branches_of_ten_thousand_messages_are_on_a_map_and_gone_to()
    {
        await using var app = await ChatHost.AppAsync();
        var draft = Drafts.New("Branched");
        draft.Linear = false;
        for (var i = 0; i < 5_000; i++)
        {
            var parent = i == 0 ? null : draft.Messages[^1].ProviderId;
            if (i > 0)
            {
                draft.Assistant($"aside {i - 1}.");
                draft.Messages[^1].Parent = parent;
            }

            _ = i % 2 == 0 ? draft.User($"message {i}.") : draft.Assistant($"message {i}.");
            draft.Messages[^1].Parent = parent;
        }

        draft.ActiveLeaf = draft.Messages[^1].ProviderId;
        var id = (await SearchStore.AddAsync(app.Get<Db>(), app.Get<MessageWriter>(), draft)).Single();
        using var page = PageJourney.Start("page-map.mjs", app, ConversationId.Format(id));

        var seen = await page.EndAsync();
        Assert.Equal("9,999 messages in 5,000 branches", seen.Text("told"));
        Assert.InRange(seen.Number("rows"), 5, 60);
        Assert.Contains("aside 0.", seen.Text("aside"), StringComparison.Ordinal);
        Assert.Equal("1", seen.Text("stands"));
        Assert.True(seen.Number("sideways") <= 0);
    }
}

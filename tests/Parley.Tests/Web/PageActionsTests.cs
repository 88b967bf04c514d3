using Parley.Tests.Chat;
using Parley.Tests.Tools;

namespace Parley.Tests.Web;

/// <summary>What people do with conversations at the page, in a real browser: tests/node/page-*.mjs.</summary>
public sealed class PageActionsTests
{
    [Fact]
    public async Task Questions_are_edited_answers_made_again_continued_marked_and_copied_by_keyboard()
    {
        await using var host = await ChatHost.StartAsync();
        host.Upstream.Answer("Eighty degrees.")
            .Answer("Seventy degrees.")
            .Answer("Two minutes.")
            .Answer("One minute.")
            .Answer("Ninety seconds.")
            .Answer(FakeScript.Refuse(400))
            .Answer("Boiling.");
        using var page = PageJourney.Start("page-actions.mjs", host.App);
        await page.AtAsync("stop");
        host.Upstream.Answer("It is so far ", "never said");
        host.Upstream.Hold();
        host.Upstream.Release(1);
        await page.GoOnAsync();
        await page.AtAsync("stopped");
        host.Upstream.Release();
        host.Upstream.Answer("and goes on ", "to its end.");
        host.Upstream.Hold();
        host.Upstream.Release(1);
        await page.GoOnAsync();
        await page.AtAsync("going");
        host.Upstream.Release();
        await page.GoOnAsync();

        var seen = await page.EndAsync();
        Assert.Equal("How hot for white tea?", seen.Text("draft"));
        Assert.Equal("2/2", seen.Text("firstVersions"));
        Assert.Equal("2/2", seen.Text("laterVersions"));
        Assert.Equal(4, seen.Number("messages"));
        Assert.Equal("2/2", seen.Text("answers"));
        Assert.Equal("It is so far and goes on to its end.", seen.Text("whole").Trim());
        Assert.Equal("true", seen.Text("favourite"));
        Assert.Equal("It is so far and goes on to its end.", seen.Text("copied"));
        Assert.Equal(2, seen.Number("forked"));
        Assert.True(seen.Number("sideways") <= 0);
        var edited = host.Upstream.Requests[3];
        Assert.Equal(
            ["user: How hot for white tea?", "assistant: Seventy degrees.", "user: And how long, at most?"],
            ChatHost.Told(edited).Where(t => !t.StartsWith("system", StringComparison.Ordinal))
        );
    }

    [Fact]
    public async Task A_tool_that_asks_is_allowed_once_or_for_good_or_refused()
    {
        const string echo =
            """{"name":"echo","description":"Says it again","inputSchema":{"type":"object","properties":{"text":{"type":"string"}}},"annotations":{"readOnlyHint":true}}""";
        var calls = 0;
        var mcp = new FakeMcp
        {
            Pages = [echo],
            Call = (_, _) => Task.FromResult(FakeMcp.Text($"hi {Interlocked.Increment(ref calls)}")),
        };
        await using var app = await FakeToolServer.AppAsync();
        await using var model = await FakeUpstream.StartAsync(Parley.Providers.UpstreamKind.OpenAi);
        await model.AddToAsync(app);
        await using var server = await FakeToolServer.StartAsync(mcp.AnswerAsync);
        await server.AddToAsync(app, "mcp", "/mcp", ""","trusts_hints":true""");

        Calls(model, "first");
        using var page = PageJourney.Start("page-consent.mjs", app);
        foreach (var (place, answer) in new[] { ("refuse", "second"), ("always", "third"), ("unasked", "fourth") })
        {
            await page.AtAsync(place);
            Calls(model, answer);
            await page.GoOnAsync();
        }

        var seen = await page.EndAsync();
        Assert.Contains("mcp_echo of mcp", seen.Text("asks"), StringComparison.Ordinal);
        Assert.Contains("say this", seen.Text("input"), StringComparison.Ordinal);
        Assert.Equal(1, seen.Number("listed"));
        Assert.Equal("TEXTAREA", seen.Text("focus"));
        Assert.Equal(0, seen.Number("unasked"));
        Assert.Equal(3, calls);
    }

    [Fact]
    public async Task What_is_done_elsewhere_is_seen_as_it_happens_and_after_being_away()
    {
        await using var host = await ChatHost.StartAsync();
        using var page = PageJourney.Start("page-live.mjs", host.App);
        await page.AtAsync("ask");
        host.Upstream.Answer("the beginning ", "and the end");
        host.Upstream.Hold();
        host.Upstream.Release(1);
        await page.GoOnAsync();
        await page.AtAsync("begun");
        host.Upstream.Release();
        await page.GoOnAsync();

        var seen = await page.EndAsync();
        Assert.Equal("", seen.Text("first"));
        Assert.NotEqual("", seen.Text("last"));
        Assert.True(seen.GetProperty("shift").GetDouble() < 0.1, "what is read moved by itself");
    }

    [Fact]
    public async Task Letters_typed_ahead_focus_long_lists_and_streams_are_kept()
    {
        await using var host = await ChatHost.StartAsync();
        using var page = PageJourney.Start("page-keep.mjs", host.App);
        await page.AtAsync("ask");
        host.Upstream.Answer("the beginning ", "and the end");
        host.Upstream.Hold();
        host.Upstream.Release(1);
        await page.GoOnAsync();
        await page.AtAsync("begun");
        host.Upstream.Release();
        await page.GoOnAsync();

        var seen = await page.EndAsync();
        Assert.Equal("n?eedle", seen.Text("typed"));
        Assert.InRange(seen.Number("grew"), 30, 70);
        Assert.InRange(seen.Number("moved"), 0, 70);
    }

    [Fact]
    public async Task Archive_bin_folders_and_tags_are_shown_and_what_was_put_away_comes_back()
    {
        await using var app = await ChatHost.AppAsync();
        using var page = PageJourney.Start("page-places.mjs", app);

        var seen = await page.EndAsync();
        Assert.Equal([200, 200, 200, 404, 404], seen.Items("left").Select(status => status.GetInt32()));
        Assert.Equal("Black tea", seen.Text("folder"));
        Assert.True(seen.Number("sideways") <= 0);
    }

    [Fact]
    public async Task Prompts_are_called_by_a_slash_and_questions_wait_for_the_answer_that_is_written()
    {
        await using var host = await ChatHost.StartAsync();
        using var page = PageJourney.Start("page-compose.mjs", host.App);
        await page.AtAsync("ask");
        host.Upstream.Answer("the beginning ", "and the end").Answer("Two minutes.").Answer("Soft water.");
        host.Upstream.Hold();
        host.Upstream.Release(1);
        await page.GoOnAsync();
        await page.AtAsync("queued");
        host.Upstream.Release();
        await page.GoOnAsync();

        var seen = await page.EndAsync();
        Assert.True(seen.Number("sideways") <= 0);
        Assert.Equal(
            [
                "user: How hot for green tea, in degrees?",
                "assistant: the beginning and the end",
                "user: And how long?",
                "assistant: Two minutes.",
                "user: And which water?",
            ],
            ChatHost.Told(host.Upstream.Requests[^1])
        );
    }

    [Fact]
    public async Task What_is_found_in_a_conversation_is_walked_through_also_where_it_is_not_loaded()
    {
        await using var app = await ChatHost.AppAsync();
        await app.MakeConversationAsync(
            "Long",
            [.. Enumerable.Range(0, 300).Select(i => $"number {i} {(i is 5 or 150 or 290 ? "needle" : "straw")}")]
        );
        using var page = PageJourney.Start("page-find.mjs", app);

        var seen = await page.EndAsync();
        Assert.True(seen.Flag("focus"));
        Assert.False(seen.Flag("taken"));
        Assert.True(seen.Number("sideways") <= 0);
    }

    [Fact]
    public async Task A_message_is_pinned_and_an_answer_says_what_its_model_was_told()
    {
        await using var host = await ChatHost.StartAsync(s => s.ContextTokens = 4_096);
        await host.App.MakeConversationAsync(
            "Long",
            [.. Enumerable.Range(0, 100).Select(i => $"message {i}. " + new string('x', 100))]
        );
        host.Upstream.Answer("They counted.").Answer("So they did.");
        using var page = PageJourney.Start("page-context.mjs", host.App);

        var seen = await page.EndAsync();
        Assert.Contains("messages were told as a summary", seen.Text("told"), StringComparison.Ordinal);
        Assert.Equal(seen.Text("told"), seen.Text("toldAgain"));
        Assert.True(seen.Number("sideways") <= 0);
        Assert.Contains(
            ChatHost.Told(host.Upstream.Requests[^1]),
            told => told.StartsWith("user: message 0.", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Conversations_are_gone_to_named_filed_exported_and_shared_by_keyboard()
    {
        await using var host = await ChatHost.StartAsync();
        using var page = PageJourney.Start("page-organise.mjs", host.App);

        var seen = await page.EndAsync();
        Assert.Equal("messages", seen.Text("back"));
        Assert.InRange(seen.Number("keys"), 30, 100);
        Assert.Equal("g?hn", seen.Text("typed"));
        Assert.Equal("/search", seen.Text("where"));
        Assert.EndsWith(".md", seen.GetProperty("markdown").Text("name"), StringComparison.Ordinal);
        Assert.Contains("Not too hot", seen.GetProperty("markdown").Text("text"), StringComparison.Ordinal);
        Assert.EndsWith(".json", seen.GetProperty("json").Text("name"), StringComparison.Ordinal);
        Assert.Contains("About tea", seen.Text("shared"), StringComparison.Ordinal);
        Assert.DoesNotContain("Ada", seen.Text("shared"), StringComparison.Ordinal);
        Assert.Equal(404, seen.Number("revoked"));
        Assert.True(seen.Number("sideways") <= 0);
        Assert.True(seen.GetProperty("shift").GetDouble() < 0.1, "something moved by itself");
    }

    /// <summary>The next question calls the tool once, and then says so.</summary>
    private static void Calls(FakeUpstream model, string which) =>
        model
            .Answer(new FakeScript().CallOf("mcp_echo", """{"text":"say this"}""").Finish("tool_calls"))
            .Answer($"{which} done");
}

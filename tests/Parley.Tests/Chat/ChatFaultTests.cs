using Parley.Chat;

namespace Parley.Tests.Chat;

/// <summary>Upstreams that fail, and servers that stop: what arrived is kept and marked (F6, R6, R12).</summary>
public sealed class ChatFaultTests
{
    public static TheoryData<string> Faults => [.. Scripts.Keys];

    private static Dictionary<string, (FakeScript Script, string Status, string Phase, string Words)> Scripts { get; } =
        new(StringComparer.Ordinal)
        {
            ["refuses with 401"] = (
                FakeScript.Refuse(401, """{"error":{"message":"bad key"}}"""),
                "failed",
                "first-token",
                ""
            ),
            ["breaks at once with 500"] = (FakeScript.Refuse(500), "failed", "first-token", ""),
            ["hangs up before a word"] = (new FakeScript().Break(), "failed", "first-token", ""),
            ["hangs up in the middle"] = (
                new FakeScript().Text("half an ").Break(),
                "interrupted",
                "mid-stream",
                "half an "
            ),
            ["ends without the wire's end"] = (
                new FakeScript().Text("half an "),
                "interrupted",
                "mid-stream",
                "half an "
            ),
            ["sends a line that is no JSON"] = (
                new FakeScript().Text("half an ").Send("data: {oops\n\n"),
                "interrupted",
                "mid-stream",
                "half an "
            ),
        };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task An_upstream_that_fails_is_named_with_its_phase_and_nothing_received_is_lost(string fault)
    {
        var (script, status, phase, words) = Scripts[fault];
        await using var host = await ChatHost.StartAsync();
        host.Upstream.Answer(script);

        using var reader = await host.AskAsync("q");
        var events = await reader.RestAsync();

        var error = events[^1];
        Assert.Equal("error", error.Name);
        Assert.Equal((status, phase), (error.Data.Text("status"), error.Data.Text("phase")));
        Assert.Contains("fake", error.Data.Text("message"), StringComparison.Ordinal);
        Assert.Equal(words, events.Words());
        var made = events.Single(e => e.Name == "message_created").Data;
        var message = await host.MessageAsync(made.Text("conversation_id"), made.Text("message_id"));
        Assert.Equal((words, status), (message.Text("content"), message.Text("status")));
    }

    [Fact]
    public async Task Without_a_word_the_answer_in_one_document_is_a_problem()
    {
        await using var host = await ChatHost.StartAsync();
        host.Upstream.Answer(FakeScript.Refuse(500));

        var problem = await host.App.PostJsonAsync("/api/chat", ChatHost.Body("q"), 502);

        Assert.Equal("upstream-failed", problem.Text("code"));
        Assert.Contains("fake", problem.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cut_answer_is_continued_in_its_place()
    {
        await using var host = await ChatHost.StartAsync();
        host.Upstream.Answer(new FakeScript().Text("The whole ").Break()).Answer("answer.");
        using var cut = await host.AskAsync("q");
        var made = (await cut.RestAsync()).Single(e => e.Name == "message_created").Data;
        var (conversation, message) = (made.Text("conversation_id"), made.Text("message_id"));

        using var rest = await EventReader.OpenAsync(
            host.App,
            "POST",
            $"/api/conversations/{conversation}/messages/{message}/continue"
        );
        Assert.Equal("answer.", (await rest.RestAsync()).Words());

        var told = ChatHost.Told(host.Upstream.Requests[^1]);
        Assert.Equal(["user: q", "assistant: The whole "], told.Take(2));
        var whole = await host.MessageAsync(conversation, message);
        Assert.Equal(("The whole answer.", "complete"), (whole.Text("content"), whole.Text("status")));
        Assert.Single((await host.App.GetJsonAsync("/api/search?q=%22whole+answer%22")).Items());
        Assert.Equal(2, (await host.App.GetJsonAsync($"/api/conversations/{conversation}")).Number("message_count"));
    }

    [Fact]
    public async Task A_stop_of_the_server_cuts_answers_and_keeps_their_words()
    {
        await using var host = await ChatHost.StartAsync(s => s.StopLimit = TimeSpan.Zero);
        host.Upstream.Hold();
        host.Upstream.Answer("kept ", "never");
        using var reader = await host.AskAsync("q");
        host.Upstream.Release(1);
        var made = (await reader.UntilAsync("message_created")).Data;
        await reader.UntilAsync("token");

        await host.App.RestartAsync();

        var message = await host.MessageAsync(made.Text("conversation_id"), made.Text("message_id"));
        Assert.Equal(("kept ", "interrupted"), (message.Text("content"), message.Text("status")));
        Assert.Single((await host.App.GetJsonAsync("/api/search?q=kept")).Items());
        // Its events are gone with the process but for the last.
        using var again = await host.FollowAsync(made.Text("turn_id"));
        Assert.Equal("error", Assert.Single(await again.RestAsync()).Name);
    }

    [Fact]
    public async Task A_stop_of_the_server_lets_answers_end()
    {
        await using var host = await ChatHost.StartAsync();
        host.Upstream.Hold();
        host.Upstream.Answer("all of ", "it");
        using var reader = await host.AskAsync("q");
        var made = (await reader.UntilAsync("message_created")).Data;
        await host.Upstream.NextRequestAsync();

        var restart = host.App.RestartAsync();
        host.Upstream.Release();
        await restart;

        var message = await host.MessageAsync(made.Text("conversation_id"), made.Text("message_id"));
        Assert.Equal(("all of it", "complete"), (message.Text("content"), message.Text("status")));
    }

    [Fact]
    public async Task A_conversation_deleted_in_the_middle_takes_nothing_down()
    {
        await using var host = await ChatHost.StartAsync();
        host.Upstream.Hold();
        host.Upstream.Answer("one ", "two");
        using var reader = await host.AskAsync("q");
        var conversation = (await reader.UntilAsync("message_created")).Data.Text("conversation_id");
        using (await host.App.SendAsync("DELETE", $"/api/conversations/{conversation}?permanent=true")) { }
        host.Upstream.Release();

        Assert.Equal("done", (await reader.RestAsync())[^1].Name);
        await host.App.GetJsonAsync($"/api/conversations/{conversation}", 404);
        Assert.Empty((await host.App.GetJsonAsync("/api/search?q=two")).Items());
    }

    [Fact]
    public async Task An_answer_without_end_is_cut_at_the_limit_and_says_so()
    {
        await using var host = await ChatHost.StartAsync(s => s.LargestAnswer = 4_000);
        host.Upstream.Answer(new FakeScript().Text([.. Enumerable.Repeat("a hundred words or so ", 400)]).Silence());

        using var reader = await host.AskAsync("q");
        var events = await reader.RestAsync();

        Assert.Equal("too-long", events[^1].Data.Text("code"));
        Assert.InRange(events.Words().Length, 3_000, 5_000);
        await host.Upstream.ClientLeftAsync();
    }
}

using Parley.Chat;

namespace Parley.Tests.Chat;

/// <summary>Upstreams that fail, and servers that stop: what arrived is kept and marked (F6, R6, R12).</summary>
public sealed class ChatFaultTests
{
    public static TheoryData<string> Faults => [.. UpstreamFaults.All.Keys];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task F6_the_fault_is_named_with_its_phase_and_nothing_received_is_lost(string fault)
    {
        var row = UpstreamFaults.All[fault];
        await using var app = await ChatHost.AppAsync();
        await using var upstream = await row.AddToAsync(app);

        using var reader = await EventReader.OpenAsync(app, "POST", "/api/chat/stream", ChatHost.Body("q"));
        var events = await reader.RestAsync();

        var status = row.Words.Length > 0 ? "interrupted" : "failed";
        var error = events[^1];
        Assert.Equal("error", error.Name);
        Assert.Equal((status, row.Phase), (error.Data.Text("status"), error.Data.Text("phase")));
        Assert.StartsWith("fake ", error.Data.Text("message"), StringComparison.Ordinal);
        Assert.Contains(row.Says, error.Data.Text("message"), StringComparison.Ordinal);
        Assert.Equal(row.Words, events.Words());
        Assert.DoesNotContain(events, e => e.Name is "tool_call" or "tool_result");
        Assert.Equal(row.Asked, UpstreamFault.AskedOf(upstream));
        var made = events.Single(e => e.Name == "message_created").Data;
        var message = await app.GetJsonAsync(
            $"/api/conversations/{made.Text("conversation_id")}/messages/{made.Text("message_id")}"
        );
        Assert.Equal((row.Words, status), (message.Text("content"), message.Text("status")));
    }

    [Fact]
    public async Task F6_half_a_character_before_the_end_is_shown_as_missing_and_the_answer_is_whole()
    {
        await using var host = await ChatHost.StartAsync();
        host.Upstream.Answer(new FakeScript().Text("tea ").Bytes(0xE2, 0x82).Finish());
        var (conversation, message) = await host.AskWholeAsync("q");
        var stored = await host.MessageAsync(conversation, message);
        Assert.Equal(("tea \uFFFD", "complete"), (stored.Text("content"), stored.Text("status")));
    }

    [Fact]
    public async Task F6_two_final_events_are_one_end()
    {
        await using var host = await ChatHost.StartAsync();
        host.Upstream.Answer(new FakeScript().Text("tea").Finish().Finish("length").Text("more"));
        using var reader = await host.AskAsync("q");
        var events = await reader.RestAsync();
        Assert.Equal("tea", events.Words());
        Assert.Equal("stop", Assert.Single(events, e => e.Name == "done").Data.Text("finish_reason"));
    }

    [Theory]
    [InlineData("current_time", "{\"cut", "no JSON")]
    [InlineData("current_time", "[1]", "must be an object")]
    [InlineData("current_time", "{\"zone\":1}", "is not known")]
    [InlineData("delete_everything", "{}", "no tool called")]
    [InlineData("fetch_url", "{\"url\":\"http://127.0.0.1/\"}", "no tool called")]
    public async Task F6_a_tool_call_that_cannot_be_done_is_told_to_the_model_which_answers(
        string tool,
        string arguments,
        string says
    )
    {
        await using var host = await ChatHost.StartAsync();
        host.Upstream.Answer(new FakeScript().CallOf(tool, arguments).Finish("tool_calls")).Answer("sorry");
        var body = """{"message":"q","model_name":"m","tools":["current_time"]}""";
        using var reader = await EventReader.OpenAsync(host.App, "POST", "/api/chat/stream", body);
        var events = await reader.RestAsync();
        var result = events.Single(e => e.Name == "tool_result").Data;
        Assert.True(result.Flag("is_error"));
        Assert.Contains(says, result.Text("content"), StringComparison.Ordinal);
        Assert.Equal(("sorry", "done"), (events.Words(), events[^1].Name));
    }

    [Fact]
    public async Task F6_one_piece_in_fifty_seconds_is_slow_and_not_broken()
    {
        var clock = new TestClock();
        await using var host = await ChatHost.StartAsync(clock: clock);
        host.Upstream.Hold();
        host.Upstream.Answer([.. Enumerable.Range(0, 30).Select(i => $"w{i} ")]);
        using var reader = await host.AskAsync("q");
        for (var i = 0; i < 30; i++)
        {
            host.Upstream.Release(1);
            Assert.Equal($"w{i} ", (await reader.UntilAsync("token")).Data.Text("content"));
            clock.Advance(TimeSpan.FromSeconds(50));
        }

        host.Upstream.Release();
        Assert.Equal("complete", (await reader.UntilAsync("done")).Data.Text("status"));
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

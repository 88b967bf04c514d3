namespace Parley.Tests.Chat;

/// <summary>What a model is told, and what is done beside its answer.</summary>
public sealed class ChatContextTests
{
    [Fact]
    public async Task The_newest_messages_that_fit_the_window_are_sent_and_always_the_question()
    {
        await using var host = await ChatHost.StartAsync(s => s.ContextTokens = 1_024);
        var (conversation, _) = await host.App.MakeConversationAsync(
            "long",
            [.. Enumerable.Range(0, 60).Select(i => $"message {i} " + new string('x', 100))]
        );

        await host.AskWholeAsync("the question", conversation);

        var told = ChatHost.Told(host.Upstream.Requests[^1]);
        Assert.InRange(told.Count, 15, 40);
        Assert.Equal("user: the question", told[^1]);
        Assert.StartsWith("assistant: message 59", told[^2], StringComparison.Ordinal);

        await host.AskWholeAsync(new string('y', 20_000), conversation);
        Assert.Single(ChatHost.Told(host.Upstream.Requests[^1]));
    }

    [Fact]
    public async Task A_template_filled_in_is_the_system_prompt_and_stays_with_the_conversation()
    {
        await using var host = await ChatHost.StartAsync();

        var answer = await host.App.PostJsonAsync(
            "/api/chat",
            """{"message":"hi","template_id":"tutor","variables":{"subject":"tea"},"options":{"temperature":0.5,"top_k":7,"stop":"END"}}""",
            200
        );
        await host.AskWholeAsync("again", answer.Text("conversation_id"));

        var first = host.Upstream.Requests[0].Json;
        Assert.Equal(0.5, first.GetProperty("temperature").GetDouble());
        Assert.Equal(7, first.Number("top_k"));
        foreach (var request in host.Upstream.Requests)
        {
            Assert.StartsWith(
                "system: You are a patient tutor of tea for a learner at the level of a beginner.",
                ChatHost.Told(request)[0],
                StringComparison.Ordinal
            );
        }
    }

    [Fact]
    public async Task A_new_conversation_gets_its_title_by_the_model_and_every_tab_hears_of_it()
    {
        await using var host = await ChatHost.StartAsync(s => s.Titles = true);
        host.Upstream.Answer("Sencha.").Answer("\"Choosing a green tea.\"\n");
        using var news = await EventReader.OpenAsync(host.App, "GET", "/api/events");
        await news.UntilAsync("resync");

        var (conversation, message) = await host.AskWholeAsync("Which green tea should I buy?");

        var heard = new List<SentEvent>();
        while (heard.LastOrDefault()?.Data.TryGetProperty("title", out var title) != true)
        {
            heard.Add((await news.NextAsync())!);
        }

        Assert.Equal("Choosing a green tea", heard[^1].Data.Text("title"));
        Assert.Equal(
            ["pending", "complete"],
            heard
                .Where(e => e.Name == "turn" && e.Data.Text("message_id") == message)
                .Select(e => e.Data.Text("status"))
        );
        var found = await host.App.GetJsonAsync($"/api/conversations/{conversation}");
        Assert.Equal("Choosing a green tea", found.Text("title"));
    }

    [Fact]
    public async Task Where_the_model_gives_no_title_the_first_line_of_the_question_is_it()
    {
        await using var host = await ChatHost.StartAsync(s => s.Titles = true);
        host.Upstream.Answer("Sencha.").Answer(FakeScript.Refuse(400));
        using var news = await EventReader.OpenAsync(host.App, "GET", "/api/events");

        var (conversation, _) = await host.AskWholeAsync("\n  Which green tea?\nI like it mild.");
        SentEvent heard;
        do
        {
            heard = (await news.NextAsync())!;
        } while (!heard.Data.TryGetProperty("title", out _));

        Assert.Equal("Which green tea?", heard.Data.Text("title"));
        Assert.Equal(conversation, heard.Data.Text("conversation_id"));
    }

    [Fact]
    public async Task A_new_listener_is_told_which_answers_are_under_way()
    {
        await using var host = await ChatHost.StartAsync();
        host.Upstream.Hold();
        host.Upstream.Answer("x");
        using var reader = await host.AskAsync("q");

        using var news = await EventReader.OpenAsync(host.App, "GET", "/api/events");
        var turn = Assert.Single((await news.UntilAsync("resync")).Data.Items("turns"));

        Assert.Equal((reader.Turn, "pending"), (turn.Text("turn_id"), turn.Text("status")));
    }
}

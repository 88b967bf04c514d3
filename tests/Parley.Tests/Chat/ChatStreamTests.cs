using System.Net;

namespace Parley.Tests.Chat;

/// <summary>Questions, answers and readers that come and go.</summary>
public sealed class ChatStreamTests
{
    [Fact]
    public async Task A_question_makes_a_conversation_and_its_answer_is_stored_and_found()
    {
        await using var host = await ChatHost.StartAsync();
        host.Upstream.Answer(Used(["Green ", "tea from ", "Uji."], prompt: 11, completion: 4));

        using var reader = await host.AskAsync("Which tea?");
        var events = await reader.RestAsync();

        Assert.Equal(
            ["conversation_created", "message_created", "token", "token", "token", "done"],
            events.Select(e => e.Name)
        );
        Assert.Equal(Enumerable.Range(1, 6).Select(n => (long?)n), events.Select(e => e.Number));
        Assert.Equal("Green tea from Uji.", events.Words());
        var made = events[1].Data;
        var done = events[^1].Data;
        Assert.Equal(made.Text("message_id"), done.Text("message_id"));
        Assert.Equal(("complete", "stop"), (done.Text("status"), done.Text("finish_reason")));
        Assert.Equal(4, done.GetProperty("usage").Number("completion_tokens"));

        var conversation = made.Text("conversation_id");
        var messages = (await host.App.GetJsonAsync($"/api/conversations/{conversation}/messages")).Items();
        Assert.Equal(["Which tea?", "Green tea from Uji."], messages.Select(m => m.Text("content")));
        Assert.Equal(["complete", "complete"], messages.Select(m => m.Text("status")));
        Assert.Equal("m", messages[1].Text("model"));
        var hit = Assert.Single((await host.App.GetJsonAsync("/api/search?q=uji")).Items());
        Assert.Equal(done.Text("message_id"), hit.Text("message_id"));

        var turn = Assert.Single(
            (await host.App.GetJsonAsync($"/api/chat/turns?conversation_id={conversation}")).Items()
        );
        Assert.Equal(("complete", reader.Turn), (turn.Text("status"), turn.Text("id")));
        Assert.Equal(11, turn.GetProperty("usage").Number("prompt_tokens"));
    }

    [Fact]
    public async Task The_whole_answer_comes_as_one_document()
    {
        await using var host = await ChatHost.StartAsync();
        host.Upstream.Answer("Forty", "-two.");

        var answer = await host.App.PostJsonAsync("/api/v1/chat/", ChatHost.Body("What?"), 200);

        Assert.Equal("Forty-two.", answer.Text("response"));
        Assert.Equal("complete", answer.Text("status"));
    }

    [Fact]
    public async Task An_answer_goes_on_when_its_reader_leaves()
    {
        await using var host = await ChatHost.StartAsync();
        host.Upstream.Hold();
        host.Upstream.Answer("one ", "two ", "three");
        string turn;
        using (var reader = await host.AskAsync("count"))
        {
            turn = reader.Turn;
            host.Upstream.Release(1);
            await reader.UntilAsync("token");
        }

        host.Upstream.Release();
        using var again = await host.FollowAsync(turn);
        var events = await again.RestAsync();

        Assert.Equal("one two three", events.Words());
        Assert.Equal("done", events[^1].Name);
    }

    [Fact]
    public async Task A_reader_that_comes_back_gets_every_event_exactly_once_wherever_it_left()
    {
        await using var host = await ChatHost.StartAsync();
        host.Upstream.Answer([.. Enumerable.Range(0, 12).Select(i => $"w{i} ")]);
        using var reader = await host.AskAsync("count");
        var all = await reader.RestAsync();

        for (var after = 0; after <= all.Count; after++)
        {
            using var again = await host.FollowAsync(reader.Turn, after);
            var rest = await again.RestAsync();
            Assert.Equal(all.Skip(after).Select(e => e.Number), rest.Select(e => e.Number));
            Assert.Equal(all.Skip(after).Words(), rest.Words());
        }
    }

    [Fact]
    public async Task Two_readers_see_the_same_and_stop_ends_both()
    {
        await using var host = await ChatHost.StartAsync();
        host.Upstream.Hold();
        host.Upstream.Answer("one ", "two ", "never");
        using var first = await host.AskAsync("count");
        using var second = await host.FollowAsync(first.Turn);
        host.Upstream.Release(2);
        await first.UntilAsync("token");
        await first.UntilAsync("token");
        await second.UntilAsync("token");
        await second.UntilAsync("token");

        var stopped = await host.App.PostJsonAsync($"/api/chat/turns/{first.Turn}/stop", null, 200);

        Assert.Equal("stopped", stopped.Text("status"));
        var end = Assert.Single(await first.RestAsync());
        Assert.Equal(("done", "stopped"), (end.Name, end.Data.Text("status")));
        Assert.Equal(end.Number, Assert.Single(await second.RestAsync()).Number);
        await host.Upstream.ClientLeftAsync();
        var message = await host.MessageAsync(stopped.Text("conversation_id"), stopped.Text("message_id"));
        Assert.Equal(("one two ", "stopped"), (message.Text("content"), message.Text("status")));
        // Twice is once.
        Assert.Equal(
            "stopped",
            (await host.App.PostJsonAsync($"/api/chat/turns/{first.Turn}/stop", null, 200)).Text("status")
        );
    }

    [Fact]
    public async Task The_same_key_again_gives_the_same_answer_and_asks_once()
    {
        await using var host = await ChatHost.StartAsync();
        host.Upstream.Answer("only once");

        using var first = await host.AskAsync("hello", null, null, ("Idempotency-Key", "k1"));
        var one = await first.RestAsync();
        using var second = await host.AskAsync("hello", null, null, ("Idempotency-Key", "k1"));
        var two = await second.RestAsync();

        Assert.Equal(first.Turn, second.Turn);
        Assert.Equal(one.Select(e => e.Number), two.Select(e => e.Number));
        Assert.Single(host.Upstream.Requests);
    }

    [Fact]
    public async Task A_question_during_an_answer_waits_for_it()
    {
        await using var host = await ChatHost.StartAsync();
        host.Upstream.Hold();
        host.Upstream.Answer("first").Answer("second");
        using var first = await host.AskAsync("one");
        var conversation = (await first.UntilAsync("message_created")).Data.Text("conversation_id");
        await host.Upstream.NextRequestAsync();

        using var second = await host.AskAsync("two", conversation);
        await second.UntilAsync("queued");
        Assert.Single(host.Upstream.Requests);
        host.Upstream.Release();

        Assert.Equal("second", (await second.RestAsync()).Words());
        Assert.Equal(
            ["user: one", "assistant: first", "user: two"],
            ChatHost.Told(await host.Upstream.NextRequestAsync())
        );
    }

    [Fact]
    public async Task An_earlier_parent_begins_a_branch_that_knows_nothing_of_the_other()
    {
        await using var host = await ChatHost.StartAsync();
        host.Upstream.Answer("a1").Answer("a2").Answer("b2");
        var (conversation, first) = await host.AskWholeAsync("q1");
        await host.AskWholeAsync("q2", conversation);

        await host.AskWholeAsync("other q2", conversation, first);

        Assert.Equal(["user: q1", "assistant: a1", "user: other q2"], ChatHost.Told(host.Upstream.Requests[^1]));
        var tree = (await host.App.GetJsonAsync($"/api/conversations/{conversation}/messages?tree=true")).Items();
        Assert.Equal(6, tree.Count);
        var path = (await host.App.GetJsonAsync($"/api/conversations/{conversation}/messages")).Items();
        Assert.Equal(["q1", "a1", "other q2", "b2"], path.Select(m => m.Text("content")));
    }

    [Fact]
    public async Task Regenerate_gives_a_sibling_and_the_old_answer_stays()
    {
        await using var host = await ChatHost.StartAsync();
        host.Upstream.Answer("old").Answer("new");
        var (conversation, message) = await host.AskWholeAsync("q");

        using var reader = await EventReader.OpenAsync(
            host.App,
            "POST",
            $"/api/conversations/{conversation}/messages/{message}/regenerate"
        );
        Assert.Equal("new", (await reader.RestAsync()).Words());

        Assert.Equal(["user: q"], ChatHost.Told(host.Upstream.Requests[^1]));
        var tree = (await host.App.GetJsonAsync($"/api/conversations/{conversation}/messages?tree=true")).Items();
        Assert.Equal(["q", "old", "new"], tree.Select(m => m.Text("content")));
        Assert.Equal(tree[1].Text("parent_id"), tree[2].Text("parent_id"));
        Assert.Equal([true, false, true], tree.Select(m => m.Flag("active")));
    }

    [Fact]
    public async Task Turns_of_others_are_not_there()
    {
        var (app, ada) = await Accounts.StartAsync(Accounts.Options(signUp: Parley.Identity.UserRole.User));
        await using var _ = app;
        using var gone = await app.SendAsync(
            "GET",
            "/api/chat/turns/01a1fde9-9f1e-742b-b524-b31851cbb64f/events",
            null,
            ("Authorization", "Bearer " + ada.Token)
        );

        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Theory]
    [InlineData("""{"message":""}""", "message")]
    [InlineData("""{"message":"x","parent_id":"y"}""", "parent_id")]
    [InlineData("""{"message":"x","model_name":"none"}""", "model_name")]
    [InlineData("""{"message":"x","options":[1]}""", "options")]
    [InlineData("""{"message":"x","options":{"temperature":3}}""", "options.temperature")]
    [InlineData("""{"message":"x","options":{"max_tokens":0}}""", "options.max_tokens")]
    [InlineData("""{"message":"x","template_id":"none"}""", "template_id")]
    [InlineData("""{"message":"x","template_id":"summary","system_prompt":"y"}""", "template_id")]
    public async Task What_cannot_be_used_is_named_and_nothing_is_stored(string body, string field)
    {
        await using var host = await ChatHost.StartAsync();

        var problem = await host.App.PostJsonAsync("/api/chat/stream", body, 400);

        Assert.Contains(problem.Items("errors"), e => e.Text("field") == field);
        Assert.Empty((await host.App.GetJsonAsync("/api/conversations")).Items());
        Assert.Empty(host.Upstream.Requests);
    }

    private static FakeScript Used(string[] pieces, long prompt, long completion) =>
        new FakeScript().Text(pieces).Used(prompt, completion).Finish();
}

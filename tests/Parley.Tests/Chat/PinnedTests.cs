using Parley.Chat;
using Parley.Kernel;

namespace Parley.Tests.Chat;

/// <summary>Pinned messages are told to the model with every question on their path, whatever else no longer fits.</summary>
public sealed class PinnedTests : IAsyncLifetime
{
    private static readonly string Filler = new('x', 100);

    private ChatHost host = null!;

    public async ValueTask InitializeAsync() => host = await ChatHost.StartAsync(s => s.ContextTokens = 1_024);

    public ValueTask DisposeAsync() => host.DisposeAsync();

    private Task<(string Id, List<string> Messages)> LongAsync(int messages = 60) =>
        host.App.MakeConversationAsync(
            "long",
            [.. Enumerable.Range(0, messages).Select(i => $"message {i}. {Filler}")]
        );

    private Task PinAsync(string conversation, string message, bool pinned = true) =>
        host.App.PatchJsonAsync(
            $"/api/conversations/{conversation}/messages/{message}",
            $$"""{"pinned":{{(pinned ? "true" : "false")}}}"""
        );

    private List<string> Told() => ChatHost.Told(host.Upstream.Requests[^1]);

    /// <summary>The first word or two of what was told.</summary>
    private List<string> Names() => [.. Told().Select(t => t.Split('.')[0])];

    [Fact]
    public async Task Pinned_messages_are_sent_in_their_place_before_the_newest_that_fit()
    {
        var (conversation, messages) = await LongAsync();
        await PinAsync(conversation, messages[5]);
        await PinAsync(conversation, messages[2]);
        await PinAsync(conversation, messages[58]);

        await host.AskWholeAsync("the question", conversation);

        var told = Names();
        Assert.Equal(["user: message 2", "assistant: message 5"], told.Take(2));
        Assert.Equal("user: the question", told[^1]);
        var newest = told.Skip(2).SkipLast(1).ToList();
        Assert.InRange(newest.Count, 12, 40);
        Assert.Equal(
            Enumerable
                .Range(60 - newest.Count, newest.Count)
                .Select(i => $"{(i % 2 == 0 ? "user" : "assistant")}: message {i}"),
            newest
        );

        await PinAsync(conversation, messages[2], pinned: false);
        await host.AskWholeAsync("another question", conversation);
        Assert.Equal("assistant: message 5", Names()[0]);
    }

    [Fact]
    public async Task What_is_pinned_on_another_branch_is_not_sent()
    {
        var (conversation, messages) = await LongAsync(20);
        await PinAsync(conversation, messages[3]);
        await PinAsync(conversation, messages[12]);

        await host.AskWholeAsync("the question", conversation, parent: messages[9]);
        Assert.Contains("assistant: message 3", Names());
        Assert.DoesNotContain("user: message 12", Names());

        // Back on the path that has it, by an answer whose path is not the active one.
        var cut = messages[13];
        using var rest = await EventReader.OpenAsync(
            host.App,
            "POST",
            $"/api/conversations/{conversation}/messages/{cut}/continue",
            """{"model_name":"m"}"""
        );
        await rest.RestAsync();
        Assert.Contains("user: message 12", Names());
        Assert.Contains("assistant: message 3", Names());
    }

    [Fact]
    public async Task Pinned_messages_above_a_long_branch_that_is_not_active_are_found_too()
    {
        var (conversation, messages) = await LongAsync();
        await PinAsync(conversation, messages[1]);
        await PinAsync(conversation, messages[20]);
        await host.AskWholeAsync("elsewhere", conversation, parent: messages[9]);

        using var rest = await EventReader.OpenAsync(
            host.App,
            "POST",
            $"/api/conversations/{conversation}/messages/{messages[59]}/continue",
            """{"model_name":"m"}"""
        );
        await rest.RestAsync();

        Assert.Equal(["assistant: message 1", "user: message 20"], Names().Take(2));
    }

    [Fact]
    public async Task Pinned_messages_that_do_not_fit_are_named_and_no_model_is_asked()
    {
        var (conversation, messages) = await host.App.MakeConversationAsync(
            "large",
            new string('a', 2_000),
            "fine",
            new string('b', 2_000),
            "fine too"
        );
        await PinAsync(conversation, messages[0]);
        await PinAsync(conversation, messages[2]);

        using var refused = await host.App.SendAsync("POST", "/api/chat", ChatHost.Body("q", conversation));
        var detail = (await Problems.AssertAsync(refused, 409, "conflict")).Text("detail");
        Assert.Contains(messages[0], detail, StringComparison.Ordinal);
        Assert.Contains(messages[2], detail, StringComparison.Ordinal);

        using var events = await host.AskAsync("q", conversation);
        var error = (await events.UntilAsync("error")).Data;
        Assert.Equal(
            ("pinned-too-large", "parley", "failed"),
            (error.Text("code"), error.Text("phase"), error.Text("status"))
        );
        Assert.Empty(host.Upstream.Requests);

        await PinAsync(conversation, messages[0], pinned: false);
        await host.AskWholeAsync("q", conversation);
    }

    [Fact]
    public async Task Pinned_messages_that_leave_no_room_for_the_question_are_named()
    {
        var (conversation, messages) = await host.App.MakeConversationAsync("large", new string('a', 2_000), "fine");
        await PinAsync(conversation, messages[0]);

        using var refused = await host.App.SendAsync(
            "POST",
            "/api/chat",
            ChatHost.Body(new string('q', 2_000), conversation)
        );
        var detail = (await Problems.AssertAsync(refused, 409, "conflict")).Text("detail");
        Assert.Contains(messages[0], detail, StringComparison.Ordinal);
        Assert.Contains("beside the question", detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_copy_keeps_what_is_pinned_and_so_does_a_hidden_pin_stay_untold()
    {
        var (conversation, messages) = await LongAsync(30);
        await PinAsync(conversation, messages[1]);
        var hidden = await host.App.PostJsonAsync(
            $"/api/conversations/{conversation}/messages",
            """{"role":"user","content":"hidden words","hidden":true}"""
        );
        await PinAsync(conversation, hidden.Text("id"));
        var copy = await host.App.PostJsonAsync($"/api/conversations/{conversation}/fork", """{"tree":true}""");

        await host.AskWholeAsync("the question", copy.Text("id"));

        Assert.Equal("assistant: message 1", Names()[0]);
        Assert.DoesNotContain("user: hidden words", Names());
    }

    [Fact]
    public async Task Pinned_messages_are_found_by_their_index()
    {
        foreach (var sql in PinnedMessages.Statements)
        {
            var plan = await host.App.Get<Db>().ReadAsync(session => session.PlanOf(sql));
            Assert.Contains("INDEX messages_pinned (conversation_id=?", plan, StringComparison.Ordinal);
            Assert.DoesNotContain("TEMP B-TREE", plan, StringComparison.Ordinal);
            Assert.DoesNotContain("SCAN", plan, StringComparison.Ordinal);
        }
    }
}

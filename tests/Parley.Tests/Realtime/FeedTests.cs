using Parley.Identity;
using Parley.Identity.Crypto;
using Parley.Kernel;
using Parley.Providers;
using Parley.Realtime;
using Parley.Tests.Chat;

namespace Parley.Tests.Realtime;

/// <summary>The feed of one's tabs and devices, over server-sent events.</summary>
public sealed class FeedTests
{
    private static Task<EventReader> OpenAsync(ParleyApp app, bool words = false, string? after = null) =>
        EventReader.OpenAsync(
            app,
            "GET",
            "/api/events" + (words ? "?words=true" : ""),
            null,
            after is null ? [] : [("Last-Event-ID", after)]
        );

    private static bool Ends(SentEvent e) => e.Name == "turn" && e.Data.Text("status") is "complete" or "stopped";

    /// <summary>Events up to the end of one answer.</summary>
    private static async Task<List<SentEvent>> ToEndAsync(EventReader reader, int turns = 1)
    {
        var heard = new List<SentEvent>();
        var done = 0;
        while (done < turns || heard.Count(Ends) < turns)
        {
            heard.Add((await reader.NextAsync())!);
            done += IsDone(heard[^1]) ? 1 : 0;
        }

        return heard;
    }

    private static bool IsDone(SentEvent e) => e.Name == "turn_event" && e.Data.Text("event") == "done";

    /// <summary>Each turn's events, told through the feed.</summary>
    private static string Told(IEnumerable<SentEvent> events) =>
        string.Concat(
            events
                .Where(e => e.Name == "turn_event" && e.Data.Text("event") == "token")
                .Select(e => e.Data.GetProperty("data").Text("content"))
        );

    [Fact]
    public async Task Who_comes_back_gets_every_event_and_every_token_once_wherever_it_left()
    {
        await using var host = await ChatHost.StartAsync();
        host.Upstream.Answer("Sen", "cha, ", "or ", "Gyo", "kuro.");
        using var first = await OpenAsync(host.App, words: true);
        Assert.Equal("new", (await first.UntilAsync("resync")).Data.Text("reason"));
        await host.AskWholeAsync("Which tea?");
        var all = await ToEndAsync(first);

        Assert.Equal("Sencha, or Gyokuro.", Told(all));
        var numbers = all.Where(e => e.Name == "turn_event").Select(e => (int)e.Data.Number("number")).ToList();
        Assert.Equal(Enumerable.Range(1, numbers.Count), numbers);
        Assert.Equal(all.Count, all.DistinctBy(e => e.Id).Count());
        for (var i = 0; i < all.Count - 1; i++)
        {
            using var again = await OpenAsync(host.App, words: true, all[i].Id);
            foreach (var expected in all.Skip(i + 1))
            {
                var next = (await again.NextAsync())!;
                Assert.Equal((expected.Id, expected.Data.ToString()), (next.Id, next.Data.ToString()));
            }
        }
    }

    [Fact]
    public async Task A_page_that_is_loaded_in_the_middle_is_told_the_words_so_far_and_then_the_rest()
    {
        await using var host = await ChatHost.StartAsync();
        host.Upstream.Hold();
        host.Upstream.Answer("one ", "two ", "three ", "four");
        using var asked = await host.AskAsync("count");
        host.Upstream.Release(2);
        await asked.UntilAsync("token");
        await asked.UntilAsync("token");

        using var page = await OpenAsync(host.App, words: true);
        var resync = await page.UntilAsync("resync");
        Assert.Equal(asked.Turn, Assert.Single(resync.Data.Items("turns")).Text("turn_id"));
        Assert.Null(resync.Id); // nothing to come back to before all is told
        var heard = new List<SentEvent>();
        while (Told(heard) != "one two ")
        {
            heard.Add((await page.NextAsync())!);
        }

        host.Upstream.Release(1);
        heard.Add((await page.NextAsync())!);
        Assert.NotNull(page.LastId);

        // Reloaded in the middle: it knows the last id still.
        using var reloaded = await EventReader.OpenAsync(
            host.App,
            "GET",
            $"/api/events?words=true&last_event_id={page.LastId}"
        );
        host.Upstream.Release();
        heard.AddRange(await ToEndAsync(reloaded));
        var numbers = heard.Where(e => e.Name == "turn_event").Select(e => (int)e.Data.Number("number")).ToList();
        Assert.Equal(Enumerable.Range(1, numbers.Count), numbers);
        Assert.Equal("one two three four", Told(heard));
    }

    [Fact]
    public async Task Two_tabs_and_a_device_see_the_same_and_stop_on_one_ends_all()
    {
        await using var upstream = await FakeUpstream.StartAsync(UpstreamKind.OpenAi, "m");
        var (app, ada) = await Accounts.StartAsync();
        await using var _ = app;
        await upstream.AddToAsync(app);
        var phone = await app.SignInAsync("ada@example.org");
        upstream.Hold();
        upstream.Answer("one ", "two ", "three");
        using var tab = await FollowAsync(ada);
        using var second = await FollowAsync(ada);
        using var device = await FollowAsync(phone);
        using var answer = await EventReader.OpenAsync(
            app,
            "POST",
            "/api/chat/stream",
            ChatHost.Body("count"),
            ada.Header
        );
        upstream.Release(2);
        await answer.UntilAsync("token");
        await answer.UntilAsync("token");

        await phone.JsonAsync("POST", $"/api/chat/turns/{answer.Turn}/stop");

        Assert.Equal("stopped", (await answer.UntilAsync("done")).Data.Text("status"));
        var seen = await ToEndAsync(tab);
        Assert.Equal("one two ", Told(seen));
        foreach (var other in (EventReader[])[second, device])
        {
            Assert.Equal(
                seen.Select(e => $"{e.Id} {e.Data}"),
                (await ToEndAsync(other)).Select(e => $"{e.Id} {e.Data}")
            );
        }

        async Task<EventReader> FollowAsync(Person who)
        {
            var reader = await EventReader.OpenAsync(app, "GET", "/api/events?words=true", null, who.Header);
            await reader.UntilAsync("resync");
            return reader;
        }
    }

    [Fact]
    public async Task Answers_side_by_side_are_all_followed_through_one_feed()
    {
        await using var host = await ChatHost.StartAsync();
        host.Upstream.Answer("A one.").Answer("B one.").Answer("C one.");
        using var feed = await OpenAsync(host.App, words: true);
        await feed.UntilAsync("resync");
        await using var second = await FakeUpstream.StartAsync(UpstreamKind.Ollama, "n");
        await using var third = await FakeUpstream.StartAsync(UpstreamKind.Anthropic, "o");
        await second.AddToAsync(host.App, "second");
        await third.AddToAsync(host.App, "third");
        second.Answer("Gyo", "kuro.");
        third.Answer("Hoji", "cha.");

        var comparison = await host.App.PostJsonAsync(
            "/api/chat/compare",
            """{"message":"Which tea?","models":["m","n","o"]}"""
        );
        var heard = await ToEndAsync(feed, turns: 3);

        var told = comparison
            .Items("turns")
            .Select(turn =>
            {
                var of = heard.Where(e => e.Name == "turn_event" && e.Data.Text("turn_id") == turn.Text("id")).ToList();
                Assert.Equal(Enumerable.Range(1, of.Count), of.Select(e => (int)e.Data.Number("number")));
                return Told(of);
            });
        Assert.Equal(["A one.", "Gyokuro.", "Hojicha."], told);
    }

    [Fact]
    public async Task An_id_of_an_earlier_run_of_the_server_is_answered_by_where_things_stand()
    {
        await using var app = await ChatHost.AppAsync();
        string id;
        using (var feed = await OpenAsync(app))
        {
            await feed.UntilAsync("resync");
            await app.MakeConversationAsync("x", "y");
            id = (await feed.UntilAsync("conversation")).Id!;
        }

        await app.RestartAsync();
        await app.MakeConversationAsync("z", "y");
        using var again = await OpenAsync(app, after: id);
        Assert.Equal("gap", (await again.UntilAsync("resync")).Data.Text("reason"));
    }

    [Fact]
    public async Task Every_change_of_a_conversation_is_told()
    {
        await using var app = await ChatHost.AppAsync();
        var (id, messages) = await app.MakeConversationAsync("x", "one", "two");
        using var feed = await OpenAsync(app);
        await feed.UntilAsync("resync");
        var at = $"/api/conversations/{id}";
        await ToldAsync("PATCH", at, """{"pinned":true}""");
        await ToldAsync("PATCH", $"{at}/messages/{messages[0]}", """{"favourite":true}""");
        await ToldAsync("PATCH", $"{at}/messages/{messages[0]}", """{"pinned":true}""");
        await ToldAsync("DELETE", $"{at}/messages/{messages[1]}");
        await ToldAsync("DELETE", at, deleted: true);
        await ToldAsync("POST", at + "/restore");
        await ToldAsync("DELETE", at + "?permanent=true", deleted: true);

        async Task ToldAsync(string method, string path, string? json = null, bool deleted = false)
        {
            using var done = await app.SendAsync(method, path, json);
            Assert.True(done.IsSuccessStatusCode, $"{method} {path}: {done.StatusCode}");
            var told = await feed.UntilAsync("conversation");
            Assert.Equal(
                (id, deleted),
                (told.Data.Text("conversation_id"), told.Data.TryGetProperty("deleted", out _))
            );
        }
    }

    [Fact]
    public async Task An_id_of_a_reader_without_words_is_no_place_to_go_on_with_them()
    {
        await using var app = await ChatHost.AppAsync();
        using var plain = await OpenAsync(app);
        await plain.UntilAsync("resync");
        await app.MakeConversationAsync("x");
        var id = (await plain.UntilAsync("conversation")).Id;
        using var withWords = await OpenAsync(app, words: true, after: id);
        Assert.Equal("resync", (await withWords.NextAsync())!.Name);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("12")]
    [InlineData("-1")]
    [InlineData("aa-")]
    [InlineData("aa-1x")]
    public async Task What_is_no_id_of_an_event_is_refused(string id)
    {
        await using var app = await ChatHost.AppAsync();
        using var refused = await app.SendAsync("GET", "/api/events", null, ("Last-Event-ID", id));
        await Problems.AssertAsync(refused, 400, "validation");
    }

    [Fact]
    public async Task Whoever_falls_behind_what_is_kept_is_told_where_things_stand_and_goes_on_from_there()
    {
        await using var app = await ChatHost.AppAsync();
        var hub = app.Get<Hub>();
        var events = app.Get<EventBus>();
        using var reader = hub.Join(7, default);
        Assert.Equal(["resync"], await NextAsync(reader));
        for (var i = 0; i < 5000; i++)
        {
            events.Publish(new ConversationsWritten(7, [42]));
        }

        Assert.Equal(["resync"], await NextAsync(reader));
        events.Publish(new ConversationsWritten(7, [42]));
        Assert.Equal(["conversation"], await NextAsync(reader));
    }

    [Fact]
    public async Task Words_are_kept_for_a_minute_and_a_feed_for_five()
    {
        var clock = new TestClock();
        await using var app = await ChatHost.AppAsync(clock: clock);
        var hub = app.Get<Hub>();
        var events = app.Get<EventBus>();
        var last = await LeaveAsync(words: true, after: null);
        last = await LeaveAsync(words: true, last); // a reload is soon enough
        clock.Advance(Hub.WordsKept);
        Assert.Equal("resync", await FirstAsync(words: true, last));

        last = await LeaveAsync(words: false, after: null);
        clock.Advance(Hub.WordsKept);
        events.Publish(new ConversationsWritten(7, [42]));
        Assert.Equal("conversation", await FirstAsync(words: false, last));
        clock.Advance(Hub.Kept);
        Assert.Equal("resync", await FirstAsync(words: false, last));

        async Task<FeedId> LeaveAsync(bool words, FeedId? after)
        {
            using var reader = hub.Join(7, new FeedRequest(after, words));
            events.Publish(new ConversationsWritten(7, [42]));
            var first = await NextAsync(reader);
            Assert.Equal(after is null ? "resync" : "conversation", first[0]);
            return new FeedId(reader.Epoch, reader.Settled!.Value);
        }

        async Task<string> FirstAsync(bool words, FeedId after)
        {
            using var reader = hub.Join(7, new FeedRequest(after, words));
            return (await NextAsync(reader))[0];
        }
    }

    [Fact]
    public async Task Feeds_are_counted_apart_from_answers_and_end_with_the_right_to_them()
    {
        var (app, ada) = await Accounts.StartAsync(
            new IdentityOptions
            {
                SingleUser = false,
                SetupCode = Accounts.SetupCode,
                Hash = new Argon2Parameters(64, 1, 1),
                UserStreams = 1,
                UserSockets = 2,
            }
        );
        await using var _ = app;
        var ben = await ada.AddAsync("ben@example.org");
        using var one = await EventReader.OpenAsync(app, "GET", "/api/events", null, ben.Header);
        using var two = await EventReader.OpenAsync(app, "GET", "/api/events", null, ben.Header);
        using var three = await app.SendAsync("GET", "/api/events", null, ben.Header);
        await Problems.AssertAsync(three, 429, "too-many-requests");
        await one.UntilAsync("resync");
        await two.UntilAsync("resync");

        await ada.JsonAsync("PATCH", $"/api/users/{ben.Id}", """{"disabled":true}""");
        await Assert.ThrowsAnyAsync<IOException>(() => one.NextAsync().WaitAsync(TimeSpan.FromSeconds(5)));
    }

    private static async Task<List<string>> NextAsync(FeedReader reader)
    {
        var events = new List<FeedEvent>();
        await reader.ReadAsync(events, TimeSpan.FromSeconds(20), TimeProvider.System, CancellationToken.None);
        return [.. events.Select(e => e.Type)];
    }
}

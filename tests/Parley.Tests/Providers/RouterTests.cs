using System.Net.Http;
using Microsoft.Extensions.DependencyInjection;
using Parley.Identity;
using Parley.Providers;

namespace Parley.Tests.Providers;

/// <summary>R4, F6: what the router does with an upstream that fails, and with several.</summary>
public sealed class RouterTests : IAsyncLifetime
{
    private readonly TestClock clock = new();
    private ParleyApp app = null!;
    private FakeUpstream upstream = null!;

    public async ValueTask InitializeAsync()
    {
        app = await ParleyApp.StartAsync(s => s.AddSingleton<TimeProvider>(clock));
        upstream = await FakeUpstream.StartAsync(UpstreamKind.OpenAi, "m");
    }

    public async ValueTask DisposeAsync()
    {
        await upstream.DisposeAsync();
        await app.DisposeAsync();
    }

    public static TheoryData<string, int, int> Refusals =>
        new()
        {
            { "401", 401, 1 },
            { "404", 404, 1 },
            { "500", 500, 1 },
            { "502", 502, 1 },
            { "429", 429, 3 },
            { "503", 503, 3 },
        };

    [Theory, MemberData(nameof(Refusals))]
    public async Task F6_a_refusal_is_named_and_only_a_busy_upstream_is_asked_again(string name, int status, int asked)
    {
        await upstream.AddToAsync(app);
        upstream.Answer(FakeScript.Refuse(status, """{"error":{"message":"no luck"}}""").Header("Retry-After", "0"));
        var failure = (await Asked.RunAsync(app, "m")).Failure!;
        Assert.Equal((UpstreamPhase.FirstToken, (int?)status), (failure.Phase, failure.Status));
        Assert.Equal($"fake answered {name}: no luck", failure.Message);
        Assert.Equal(asked, upstream.Requests.Count);
    }

    [Fact]
    public async Task F6_a_busy_upstream_that_recovers_answers_once()
    {
        await upstream.AddToAsync(app);
        upstream.Answer(FakeScript.Refuse(429).Header("Retry-After", "0")).Answer("hello");
        var asked = await Asked.RunAsync(app, "m");
        Assert.Equal(("hello", 2), (asked.Text, upstream.Requests.Count));
    }

    [Fact]
    public async Task F6_a_long_Retry_After_is_told_and_not_waited_for()
    {
        await upstream.AddToAsync(app);
        upstream.Answer(FakeScript.Refuse(429).Header("Retry-After", "3600"));
        var failure = (await Asked.RunAsync(app, "m")).Failure!;
        Assert.Equal((TimeSpan.FromHours(1), 1), (failure.RetryAfter, upstream.Requests.Count));
    }

    [Fact]
    public void R4_only_what_is_harmless_is_tried_again_and_each_time_later()
    {
        var router = app.Get<ModelRouter>();
        UpstreamException Of(UpstreamPhase phase, int? status = null) => new("u", phase, "x") { Status = status };
        var refused = Of(UpstreamPhase.Connect);
        Assert.Equal(TimeSpan.FromMilliseconds(250), router.WaitBefore(refused, 1));
        Assert.Equal(TimeSpan.FromMilliseconds(500), router.WaitBefore(refused, 2));
        Assert.Null(router.WaitBefore(refused, 3));
        Assert.Null(router.WaitBefore(Of(UpstreamPhase.FirstToken), 1));
        Assert.Null(router.WaitBefore(Of(UpstreamPhase.FirstToken, 500), 1));
        Assert.Null(router.WaitBefore(Of(UpstreamPhase.MidStream, 503), 1));
    }

    [Fact]
    public async Task F6_nobody_listening_names_the_phase_of_connecting()
    {
        await upstream.AddToAsync(app);
        Assert.NotEmpty(await app.Get<ModelRouter>().ListAsync(Caller.Local, default));
        await upstream.DisposeAsync();
        app.Get<ProviderOptions>().Attempts = 1;
        var failure = (await Asked.RunAsync(app, "m")).Failure!;
        Assert.Equal((UpstreamPhase.Connect, "fake"), (failure.Phase, failure.Upstream));
        Assert.Contains("cannot be reached", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task F6_bad_JSON_in_the_middle_keeps_what_came()
    {
        await upstream.AddToAsync(app);
        upstream.Answer(new FakeScript().Text("one").Send("data: {\"choices\":[{\"del\n\n").Text("two").Finish());
        var asked = await Asked.RunAsync(app, "m");
        Assert.Equal(("one", UpstreamPhase.MidStream), (asked.Text, asked.Failure?.Phase));
        Assert.Single(upstream.Requests);
    }

    [Fact]
    public async Task F6_silence_before_the_first_byte_ends_after_two_minutes()
    {
        await upstream.AddToAsync(app);
        var gate = new TaskCompletionSource();
        upstream.Answer(new FakeScript().After(gate.Task).Text("late").Finish());
        var asking = Asked.RunAsync(app, "m");
        await upstream.NextRequestAsync();
        clock.Advance(TimeSpan.FromSeconds(119));
        Assert.False(asking.IsCompleted);
        while (!asking.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(121));
            await Task.Yield();
        }

        var failure = (await asking).Failure!;
        Assert.Equal(UpstreamPhase.FirstToken, failure.Phase);
        Assert.Contains("said nothing for 120 s", failure.Message, StringComparison.Ordinal);
        await upstream.ClientLeftAsync();
    }

    [Fact]
    public async Task F6_silence_in_the_middle_ends_after_a_minute_and_keeps_what_came()
    {
        await upstream.AddToAsync(app);
        upstream.Answer(new FakeScript().Text("a").Silence());
        var router = app.Get<ModelRouter>();
        var route = (await router.FindAsync(Caller.Local, "m", default))!;
        await using var events = router.StreamAsync(route, Asked.Question("m"), default).GetAsyncEnumerator();
        Assert.True(await events.MoveNextAsync());
        var next = events.MoveNextAsync().AsTask();
        while (!next.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(61));
            await Task.Yield();
        }

        var failure = await Assert.ThrowsAsync<UpstreamException>(() => next);
        Assert.Equal(UpstreamPhase.MidStream, failure.Phase);
        Assert.Contains("said nothing for 60 s", failure.Message, StringComparison.Ordinal);
        await upstream.ClientLeftAsync();
    }

    [Fact]
    public async Task F6_two_final_events_are_one_end()
    {
        await upstream.AddToAsync(app);
        upstream.Answer(new FakeScript().Text("a").FinishReasonOnly().FinishReasonOnly("length").Finish());
        var asked = await Asked.RunAsync(app, "m");
        Assert.Equal(("a", "stop"), (asked.Text, asked.Finish));
    }

    [Fact]
    public async Task F6_a_call_cut_in_half_is_a_failure_and_no_call()
    {
        await upstream.AddToAsync(app);
        upstream.Answer(new FakeScript().Text("a").CallOf("f", """{"a":"b"}""").Break());
        var asked = await Asked.RunAsync(app, "m");
        Assert.Equal(UpstreamPhase.MidStream, asked.Failure?.Phase);
        Assert.Empty(asked.Calls);
    }

    [Fact]
    public async Task A_server_that_does_not_stream_is_understood()
    {
        await upstream.AddToAsync(app);
        upstream.Answer(
            FakeScript.Refuse(
                200,
                """{"choices":[{"message":{"content":"whole"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2}}"""
            )
        );
        var asked = await Asked.RunAsync(app, "m");
        Assert.Equal(("whole", "stop", 2L), (asked.Text, asked.Finish, asked.Usage!.CompletionTokens));
    }

    [Fact]
    public async Task The_same_model_elsewhere_is_asked_where_the_first_cannot_be_reached()
    {
        await using var other = await FakeUpstream.StartAsync(UpstreamKind.Ollama, "m");
        await upstream.AddToAsync(app, "first");
        await other.AddToAsync(app, "second");
        other.Answer("from the second");
        Assert.NotEmpty(await app.Get<ModelRouter>().ListAsync(Caller.Local, default));
        await upstream.DisposeAsync();
        app.Get<ProviderOptions>().Attempts = 1;
        Assert.Equal("from the second", (await Asked.RunAsync(app, "m")).Text);
    }

    [Fact]
    public async Task An_upstream_that_keeps_failing_is_left_alone_for_a_while()
    {
        await upstream.AddToAsync(app);
        upstream.Answer(FakeScript.Refuse(502));
        for (var i = 0; i < 5; i++)
        {
            await Asked.RunAsync(app, "m");
        }

        var failure = (await Asked.RunAsync(app, "m")).Failure!;
        Assert.Contains("left alone", failure.Message, StringComparison.Ordinal);
        Assert.Equal(5, upstream.Requests.Count);
        upstream.Answer("back");
        clock.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal("back", (await Asked.RunAsync(app, "m")).Text);
    }

    [Fact]
    public async Task A_list_is_read_once_and_an_upstream_that_fails_does_not_fail_the_others()
    {
        await using var dead = await FakeUpstream.StartAsync(UpstreamKind.Ollama, "x");
        dead.ListScript = FakeScript.Refuse(500);
        await dead.AddToAsync(app, "dead");
        await upstream.AddToAsync(app, with: d => d with { Prefix = "p/" });
        var router = app.Get<ModelRouter>();
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("p/m", Assert.Single(await router.ListAsync(Caller.Local, default)).Name);
        }

        Assert.Equal((1, 1), (upstream.Lists, dead.Lists));
        await Asked.RunAsync(app, "p/m");
        Assert.Equal("m", (await upstream.NextRequestAsync()).Json.Text("model"));
    }

    [Fact]
    public async Task Only_the_models_that_the_filter_lets_through_are_offered()
    {
        upstream.Models.AddRange(["gpt-4o", "gpt-4o-mini", "tts-1"]);
        await upstream.AddToAsync(app, with: d => d with { Models = ["gpt-*"] });
        var names = (await app.Get<ModelRouter>().ListAsync(Caller.Local, default))
            .Select(m => m.Name)
            .Order()
            .ToList();
        Assert.Equal(["gpt-4o", "gpt-4o-mini"], names);
        Assert.Null(await app.Get<ModelRouter>().FindAsync(Caller.Local, "tts-1", default));
    }

    [Fact]
    public async Task Ten_thousand_pieces_come_whole_and_in_order()
    {
        await upstream.AddToAsync(app);
        var script = new FakeScript();
        for (var i = 0; i < 10_000; i++)
        {
            script.Text($"{i:0000} ");
        }

        upstream.Answer(script.Finish());
        var asked = await Asked.RunAsync(app, "m");
        Assert.Equal(10_000, asked.Pieces);
        Assert.Equal(string.Concat(Enumerable.Range(0, 10_000).Select(i => $"{i:0000} ")), asked.Text);
    }
}

using System.Text;
using Parley.Providers;

namespace Parley.Tests.Providers;

/// <summary>What holds for every wire, asked through the router against a real server.</summary>
public abstract class ProviderContract(int kind) : IAsyncLifetime
{
    private protected ParleyApp App { get; private set; } = null!;

    private protected FakeUpstream Upstream { get; private set; } = null!;

    private protected UpstreamKind Kind => (UpstreamKind)kind;

    public async ValueTask InitializeAsync()
    {
        App = await ParleyApp.StartAsync();
        Upstream = await FakeUpstream.StartAsync(Kind, "m");
        await Upstream.AddToAsync(App, key: "sk-secret-of-the-tests");
    }

    public async ValueTask DisposeAsync()
    {
        await Upstream.DisposeAsync();
        await App.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    public async Task Text_comes_in_the_pieces_it_was_sent_in()
    {
        Upstream.Answer("Hel", "lo \n\"you\" ", "käse 😀");
        var asked = await Asked.RunAsync(App, "m");
        Assert.Null(asked.Failure);
        Assert.Equal(("Hello \n\"you\" käse 😀", 3, "stop"), (asked.Text, asked.Pieces, asked.Finish));
    }

    [Fact]
    public async Task Thinking_stands_apart()
    {
        Upstream.Answer(new FakeScript().Thinking("hm, ", "well").Text("yes").Finish());
        var asked = await Asked.RunAsync(App, "m");
        Assert.Equal(("hm, well", "yes"), (asked.Thinking, asked.Text));
    }

    [Fact]
    public async Task A_call_that_comes_in_pieces_is_given_whole()
    {
        Upstream.Answer(
            new FakeScript().CallOf("weather", """{"city":"Zürich","n":1}""", pieces: 5).Finish("tool_calls")
        );
        var asked = await Asked.RunAsync(App, "m");
        Assert.Null(asked.Failure);
        var call = Assert.Single(asked.Calls);
        Assert.Equal(
            ("weather", """{"city":"Zürich","n":1}""", "tool_calls"),
            (call.Name, Encoding.UTF8.GetString(call.Arguments.Span), asked.Finish)
        );
        Assert.NotEmpty(call.Id);
    }

    [Fact]
    public async Task F6_a_character_cut_between_two_pieces_comes_whole()
    {
        Upstream.Answer(new FakeScript().Text("a").Bytes(0xF0, 0x9F).Bytes(0x98, 0x80).Text("b").Finish());
        Assert.Equal("a😀b", (await Asked.RunAsync(App, "m")).Text);
    }

    [Fact]
    public async Task F6_surrogates_cut_between_two_pieces_come_whole()
    {
        Upstream.Answer(new FakeScript().Bytes(@"\ud83d"u8.ToArray()).Bytes(@"\ude00!"u8.ToArray()).Finish());
        Assert.Equal("😀!", (await Asked.RunAsync(App, "m")).Text);
    }

    [Fact]
    public async Task F6_half_a_character_at_the_end_is_shown_as_one_that_is_missing()
    {
        Upstream.Answer(new FakeScript().Text("a").Bytes(0xE2, 0x82).Finish());
        var asked = await Asked.RunAsync(App, "m");
        Assert.Null(asked.Failure);
        Assert.Equal("a\uFFFD", asked.Text);
    }

    [Fact]
    public async Task The_key_goes_to_the_upstream()
    {
        await Asked.RunAsync(App, "m");
        var asked = await Upstream.NextRequestAsync();
        var sent = Kind switch
        {
            UpstreamKind.Anthropic => asked.Headers["x-api-key"].ToString(),
            UpstreamKind.Gemini => asked.Headers["x-goog-api-key"].ToString(),
            _ => asked.Headers.Authorization.ToString()["Bearer ".Length..],
        };
        Assert.Equal("sk-secret-of-the-tests", sent);
    }

    [Fact]
    public async Task F6_a_hang_up_in_the_middle_keeps_what_came_and_names_the_phase()
    {
        Upstream.Answer(new FakeScript().Text("one ", "two").Break());
        var asked = await Asked.RunAsync(App, "m");
        Assert.Equal(("one two", UpstreamPhase.MidStream), (asked.Text, asked.Failure?.Phase));
        Assert.Contains("fake", asked.Failure!.Message, StringComparison.Ordinal);
        Assert.Single(Upstream.Requests);
    }

    [Fact]
    public async Task F6_an_end_that_is_not_the_wires_own_is_a_failure()
    {
        Upstream.Answer(new FakeScript().Text("half"));
        var asked = await Asked.RunAsync(App, "m");
        Assert.Equal(("half", UpstreamPhase.MidStream), (asked.Text, asked.Failure?.Phase));
    }

    [Fact]
    public async Task F6_a_line_of_ten_megabytes_ends_the_answer_and_not_the_server()
    {
        Upstream.Answer(new FakeScript().Text("a").Text(new string('x', 10_000_000)).Finish());
        var asked = await Asked.RunAsync(App, "m");
        Assert.Equal(("a", UpstreamPhase.MidStream), (asked.Text, asked.Failure?.Phase));
        Assert.Contains("4 MiB", asked.Failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task F6_a_web_page_in_place_of_an_answer_is_told_from_it()
    {
        Upstream.Answer(new FakeScript().Send("<html>hi</html>").As("text/html"));
        var asked = await Asked.RunAsync(App, "m");
        Assert.Equal(UpstreamPhase.FirstToken, asked.Failure?.Phase);
        Assert.Contains("text/html", asked.Failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Leaving_reaches_the_upstream_at_once()
    {
        Upstream.Answer(new FakeScript().Text("a").Silence());
        using var leave = new CancellationTokenSource();
        var asking = Asked.RunAsync(App, "m", ct: leave.Token);
        await Upstream.NextRequestAsync();
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        await Upstream.ClientLeftAsync();
    }
}

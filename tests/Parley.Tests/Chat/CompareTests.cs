using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Parley.Chat;
using Parley.Identity;
using Parley.Identity.Crypto;
using Parley.Providers;

namespace Parley.Tests.Chat;

/// <summary>One question to several models: each answer a turn of its own.</summary>
public sealed class CompareTests : IAsyncLifetime
{
    private const string All = "/api/chat/compare";
    private ChatHost host = null!;
    private FakeUpstream second = null!;
    private FakeUpstream third = null!;

    public async ValueTask InitializeAsync()
    {
        host = await ChatHost.StartAsync();
        second = await FakeUpstream.StartAsync(UpstreamKind.Ollama, "n");
        third = await FakeUpstream.StartAsync(UpstreamKind.Anthropic, "o");
        await second.AddToAsync(host.App, "second");
        await third.AddToAsync(host.App, "third");
    }

    public async ValueTask DisposeAsync()
    {
        await third.DisposeAsync();
        await second.DisposeAsync();
        await host.DisposeAsync();
    }

    private Task<JsonElement> CompareAsync(string more = "", int status = 201) =>
        host.App.PostJsonAsync(All, $$"""{"message":"Which tea?","models":["m","n","o"]{{more}}}""", status);

    private async Task<List<string>> EndsAsync(JsonElement comparison)
    {
        var ends = new List<string>();
        foreach (var turn in comparison.Items("turns"))
        {
            using var reader = await host.FollowAsync(turn.Text("id"));
            var events = await reader.RestAsync();
            Assert.Equal(Enumerable.Range(1, events.Count).Select(n => (long?)n), events.Select(e => e.Number));
            ends.Add($"{turn.Text("model")} {events[^1].Name}: {events.Words()}");
        }

        return ends;
    }

    [Fact]
    public async Task Each_model_answers_beside_the_others_and_the_first_is_on_the_path()
    {
        host.Upstream.Answer("Sencha.");
        second.Answer("Gyokuro.");
        third.Answer("Hojicha.");
        var comparison = await CompareAsync();
        Assert.Equal(["m done: Sencha.", "n done: Gyokuro.", "o done: Hojicha."], await EndsAsync(comparison));

        var conversation = "/api/conversations/" + comparison.Text("conversation_id");
        var path = (await host.App.GetJsonAsync(conversation)).Items("messages");
        Assert.Equal(["Which tea?", "Sencha."], path.Select(m => m.Text("content")));
        Assert.Equal(comparison.Text("active_id"), path[1].Text("id"));
        var tree = (await host.App.GetJsonAsync(conversation + "?tree=true")).Items("messages");
        Assert.Equal(4, tree.Count);
        Assert.All(tree.Skip(1), m => Assert.Equal(comparison.Text("question_id"), m.Text("parent_id")));

        // The next question follows the one that is chosen.
        var chosen = tree.Single(m => m.Text("content") == "Hojicha.").Text("id");
        await host.App.PatchJsonAsync(conversation, $$"""{"active_leaf":{{chosen.Quoted()}}}""");
        host.Upstream.Answer("It is roasted.");
        await host.AskWholeAsync("Why?", comparison.Text("conversation_id"));
        Assert.Equal(
            ["user: Which tea?", "assistant: Hojicha.", "user: Why?"],
            ChatHost.Told(host.Upstream.Requests[^1])
        );
    }

    [Fact]
    public async Task The_answer_that_the_path_ends_at_can_be_named_in_a_conversation_that_exists()
    {
        var (conversation, _) = await host.AskWholeAsync("Hello?");
        var comparison = await CompareAsync($$""","active_model":"o","conversation_id":{{conversation.Quoted()}}""");
        await EndsAsync(comparison);
        var path = (await host.App.GetJsonAsync("/api/conversations/" + conversation)).Items("messages");
        Assert.Equal((4, "o"), (path.Count, path[^1].Text("model")));
        Assert.Equal(comparison.Text("active_id"), path[^1].Text("id"));
        Assert.All([host.Upstream, second, third], u => Assert.Equal("Which tea?", LastWords(u.Requests[^1])));
    }

    private static string LastWords(FakeRequest request)
    {
        var content = request.Json.Items("messages")[^1].GetProperty("content");
        return content.ValueKind == JsonValueKind.String ? content.GetString()! : content[0].Text("text");
    }

    [Fact]
    public async Task One_that_fails_leaves_the_others_whole()
    {
        host.Upstream.Answer("Sencha.");
        second.Answer(FakeScript.Refuse(500));
        third.Answer(new FakeScript().Text("Hoji").Break());
        var comparison = await CompareAsync();
        Assert.Equal(["m done: Sencha.", "n error: ", "o error: Hoji"], await EndsAsync(comparison));
        var turns = (await host.App.GetJsonAsync("/api/chat/turns")).Items();
        Assert.Equal(
            ["m complete", "n failed", "o interrupted"],
            turns.Select(t => $"{t.Text("model")} {t.Text("status")}").Order()
        );
    }

    [Fact]
    public async Task One_is_stopped_alone_and_the_rest_by_their_question()
    {
        foreach (var upstream in (FakeUpstream[])[host.Upstream, second, third])
        {
            upstream.Hold();
            upstream.Answer("one ", "two ", "never");
        }

        var comparison = await CompareAsync();
        var turns = comparison.Items("turns");
        var alone = await host.App.PostJsonAsync($"/api/chat/turns/{turns[1].Text("id")}/stop", null, 200);
        Assert.Equal("stopped", alone.Text("status"));
        var question =
            $"/api/conversations/{comparison.Text("conversation_id")}/messages/{comparison.Text("question_id")}";
        var stopped = (await host.App.PostJsonAsync(question + "/stop", null, 200)).Items();
        Assert.Equal(["m stopped", "o stopped"], stopped.Select(t => $"{t.Text("model")} {t.Text("status")}").Order());
        Assert.Empty((await host.App.PostJsonAsync(question + "/stop", null, 200)).Items());
        await host.App.PostJsonAsync(
            $"/api/conversations/{comparison.Text("conversation_id")}/messages/{turns[0].Text("id")}/stop",
            null,
            404
        );
    }

    [Fact]
    public async Task R4_the_same_request_again_with_its_key_begins_nothing()
    {
        var first = await host.App.SendJsonAsync("POST", All, Same, 201, ("Idempotency-Key", "k"));
        var again = await host.App.SendJsonAsync("POST", All, Same, 201, ("Idempotency-Key", "k"));
        Assert.Equal(first.Items("turns").Select(t => t.Text("id")), again.Items("turns").Select(t => t.Text("id")));
        Assert.Equal(first.Text("question_id"), again.Text("question_id"));
        await EndsAsync(first);
        Assert.Equal((1, 1), (host.Upstream.Requests.Count, second.Requests.Count));
        Assert.Equal(2, (await host.App.GetJsonAsync("/api/chat/turns")).Items().Count);
    }

    private const string Same = """{"message":"q","models":["m","n"]}""";

    [Theory]
    [InlineData("""{"message":"q","models":["m"]}""", "models")]
    [InlineData("""{"message":"q"}""", "models")]
    [InlineData("""{"message":"q","models":["m","m"]}""", "models")]
    [InlineData("""{"message":"q","models":["1","2","3","4","5","6","7","8","9"]}""", "models")]
    [InlineData("""{"message":"q","models":["m","nobody"]}""", "models[1]")]
    [InlineData("""{"message":"q","models":["m",""]}""", "models[1]")]
    [InlineData("""{"message":"q","models":["m","n"],"active_model":"o"}""", "active_model")]
    [InlineData("""{"models":["m","n"]}""", "message")]
    public async Task What_cannot_be_asked_is_refused_by_field_and_nobody_is_asked(string body, string field)
    {
        var problem = await host.App.PostJsonAsync(All, body, 400);
        Assert.Equal(field, problem.Items("errors")[0].Text("field"));
        Assert.Empty(host.Upstream.Requests);
        Assert.Empty((await host.App.GetJsonAsync("/api/conversations")).Items());
    }

    [Fact]
    public async Task Each_model_counts_as_a_request_and_is_charged()
    {
        var options = new IdentityOptions
        {
            SingleUser = false,
            SetupCode = Accounts.SetupCode,
            Hash = new Argon2Parameters(64, 1, 1),
            UserRequests = 7,
            AddressRequests = 0,
            TokensPerMonth = 60,
        };
        var clock = new TestClock();
        await using var app = await ParleyApp.StartAsync(
            services => services.AddSingleton<TimeProvider>(clock).AddSingleton(new ChatSettings { Titles = false }),
            options
        );
        var admin = await app.SetUpAsync();
        await host.Upstream.AddToAsync(app);
        await second.AddToAsync(app, "second");
        await third.AddToAsync(app, "third");
        foreach (var upstream in (FakeUpstream[])[host.Upstream, second, third])
        {
            upstream.Answer(new FakeScript().Text("tea").Used(20, 14).Finish());
        }

        const string Question = """{"message":"q","models":["m","n","o"]}""";
        clock.Advance(TimeSpan.FromMinutes(1));
        using (var asked = await admin.SendAsync("POST", All, Question))
        {
            Assert.Equal((201, "4"), ((int)asked.StatusCode, asked.Headers.GetValues("RateLimit-Remaining").Single()));
            var comparison = JsonDocument.Parse(await asked.Content.ReadAsStringAsync()).RootElement;
            foreach (var turn in comparison.Items("turns"))
            {
                await app.Get<TurnRunner>().Turns.Single(t => TurnId.Format(t.Id) == turn.Text("id")).Ended;
            }
        }

        // More than the 60 tokens are used: no turn of three is begun.
        using (var spent = await admin.SendAsync("POST", All, Question))
        {
            await Problems.AssertAsync(spent, 429, "quota-used-up");
        }

        using var hasty = await admin.SendAsync("POST", All, Question);
        await Problems.AssertAsync(hasty, 429, "too-many-requests");
        Assert.Equal(3, app.Get<TurnRunner>().Turns.Count);
    }
}

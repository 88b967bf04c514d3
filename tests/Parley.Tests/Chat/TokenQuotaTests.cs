using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Parley.Chat;
using Parley.Identity;
using Parley.Identity.Crypto;
using Parley.Providers;

namespace Parley.Tests.Chat;

/// <summary>What models read and write is charged to whom they answer, and refused once it is used up.</summary>
public sealed class TokenQuotaTests : IAsyncLifetime
{
    private const string Question = """{"message":"q","model_name":"m"}""";
    private const string Passed = """{"model":"m","stream":true,"messages":[{"role":"user","content":"q"}]}""";
    private readonly TestClock clock = new();
    private ParleyApp app = null!;
    private Person admin = null!;
    private FakeUpstream upstream = null!;

    public async ValueTask InitializeAsync()
    {
        var options = new IdentityOptions
        {
            SingleUser = false,
            SetupCode = Accounts.SetupCode,
            Hash = new Argon2Parameters(64, 1, 1),
            UserRequests = 0,
            AddressRequests = 0,
            TokensPerMonth = 100,
        };
        app = await ParleyApp.StartAsync(
            services => services.AddSingleton<TimeProvider>(clock).AddSingleton(new ChatSettings { Titles = false }),
            options
        );
        admin = await app.SetUpAsync();
        upstream = await FakeUpstream.StartAsync(UpstreamKind.OpenAi);
        await upstream.AddToAsync(app);
    }

    public async ValueTask DisposeAsync()
    {
        await upstream.DisposeAsync();
        await app.DisposeAsync();
    }

    private static FakeScript Counting(long prompt, long completion) =>
        new FakeScript().Text("tea").Used(prompt, completion).Finish();

    private async Task<long> UsedAsync()
    {
        var quotas = (await admin.JsonAsync("GET", "/api/auth/quotas")).Items("quotas");
        return quotas.Single(q => q.Text("kind") == "tokens_per_month").Number("used");
    }

    /// <summary>Calls of programs are booked beside their answers, a moment after.</summary>
    private async Task<long> UsedOnceItIsNotAsync(long before)
    {
        for (var asked = 0; asked < 2_000; asked++)
        {
            if (await UsedAsync() is var used && used != before)
            {
                return used;
            }
        }

        throw new InvalidOperationException("the call was never booked");
    }

    private static string Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? values.Single() : "";

    [Fact]
    public async Task A_turn_is_charged_as_its_upstream_counts_and_the_next_one_is_refused_when_all_is_used()
    {
        upstream.Answer(Counting(60, 39)).Answer(Counting(7, 8));
        using (var asked = await admin.SendAsync("POST", "/api/chat", Question))
        {
            var answer = JsonDocument.Parse(await asked.Content.ReadAsStringAsync()).RootElement;
            Assert.Equal(
                ("tokens_per_month", "100", "1"),
                (Header(asked, "Quota"), Header(asked, "Quota-Limit"), Header(asked, "Quota-Remaining"))
            );
            var usage = answer.GetProperty("usage");
            Assert.Equal(
                (60L, 39L, false),
                (usage.Number("prompt_tokens"), usage.Number("completion_tokens"), usage.Flag("estimated"))
            );
        }

        // One token is left: the turn is begun, and counted whole.
        await admin.JsonAsync("POST", "/api/chat", Question);
        Assert.Equal(114, await UsedAsync());

        foreach (var path in (string[])["/api/chat", "/api/chat/stream"])
        {
            using var refused = await admin.SendAsync("POST", path, Question);
            var problem = await Problems.AssertAsync(refused, 429, "quota-used-up");
            Assert.Contains(
                "tokens per month is used up: 114 of 100",
                problem.Text("detail"),
                StringComparison.Ordinal
            );
            Assert.Equal("0", Header(refused, "Quota-Remaining"));
            Assert.Equal(Header(refused, "Retry-After"), Header(refused, "Quota-Reset"));
        }

        Assert.Equal(2, (await admin.JsonAsync("GET", "/api/conversations")).Items().Count);
        Assert.Equal(2, upstream.Requests.Count);

        clock.Advance(TimeSpan.FromDays(31));
        admin = await app.SignInAsync("ada@example.org");
        upstream.Answer(Counting(1, 2));
        await admin.JsonAsync("POST", "/api/chat", Question);
        Assert.Equal(3, await UsedAsync());
    }

    [Fact]
    public async Task R4_a_question_that_comes_again_with_its_key_is_answered_although_nothing_is_left()
    {
        upstream.Answer(Counting(60, 40));
        var ids = new HashSet<string>();
        for (var i = 0; i < 2; i++)
        {
            var answer = await app.SendJsonAsync(
                "POST",
                "/api/chat",
                Question,
                200,
                admin.Header,
                ("Idempotency-Key", "k")
            );
            ids.Add(answer.Text("message_id"));
        }

        Assert.Single(ids);
        Assert.Equal(100, await UsedAsync());
    }

    [Fact]
    public async Task What_an_upstream_did_not_count_is_estimated_and_says_so()
    {
        upstream.Answer(new FakeScript().Text([.. Enumerable.Repeat("four", 20)]).Finish());
        var answer = await admin.JsonAsync("POST", "/api/chat", Question);
        var usage = answer.GetProperty("usage");
        Assert.True(usage.Flag("estimated"));
        Assert.Equal(20, usage.Number("completion_tokens"));
        Assert.Equal(usage.Number("prompt_tokens") + 20, await UsedAsync());
        var turn = Assert.Single((await admin.JsonAsync("GET", "/api/chat/turns")).Items());
        Assert.True(turn.GetProperty("usage").Flag("estimated"));
    }

    [Fact]
    public async Task An_answer_that_was_cut_is_charged_and_one_that_never_came_is_not()
    {
        upstream
            .Answer(FakeScript.Refuse(500))
            .Answer(new FakeScript().Text([.. Enumerable.Repeat("four", 20)]).Break());
        await admin.JsonAsync("POST", "/api/chat", Question, 502);
        Assert.Equal(0, await UsedAsync());
        Assert.Equal("interrupted", (await admin.JsonAsync("POST", "/api/chat", Question)).Text("status"));
        Assert.InRange(await UsedAsync(), 21, 40);
    }

    [Fact]
    public async Task All_rounds_of_a_turn_with_tools_are_charged()
    {
        upstream
            .Answer(new FakeScript().CallOf("current_time", "{}").Used(10, 5).Finish("tool_calls"))
            .Answer(Counting(20, 6));
        await admin.JsonAsync("POST", "/api/chat", """{"message":"q","model_name":"m","tools":["current_time"]}""");
        Assert.Equal(41, await UsedAsync());
    }

    [Theory]
    [InlineData("/openai/v1/chat/completions", "\"type\":\"insufficient_quota\"")]
    [InlineData("/ollama/api/chat", "\"error\":\"the quota of tokens per month is used up: 105 of 100\"")]
    public async Task A_programs_calls_are_charged_and_refused_in_its_own_words(string path, string says)
    {
        upstream.Answer(Counting(70, 35));
        using (var first = await admin.SendAsync("POST", path, Passed))
        {
            Assert.Equal((200, "100"), ((int)first.StatusCode, Header(first, "Quota-Remaining")));
            await first.Content.ReadAsStringAsync();
        }

        Assert.Equal(105, await UsedOnceItIsNotAsync(0));
        using var refused = await admin.SendAsync("POST", path, Passed);
        await Problems.AssertAsync(refused, 429, "quota-used-up");
        Assert.Contains(says, await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("0", Header(refused, "Quota-Remaining"));
        Assert.Equal(Header(refused, "Retry-After"), Header(refused, "Quota-Reset"));
        Assert.Single(upstream.Requests);
    }

    [Theory]
    [InlineData("/openai/v1/chat/completions")]
    [InlineData("/ollama/api/chat")]
    public async Task A_programs_call_that_nobody_counted_is_estimated(string path)
    {
        upstream.Answer(new FakeScript().Text([.. Enumerable.Repeat("four", 20)]).Finish());
        using var answer = await admin.SendAsync("POST", path, Passed);
        await answer.Content.ReadAsStringAsync();
        Assert.InRange(await UsedOnceItIsNotAsync(0), 25, 45);
    }

    [Fact]
    public async Task A_call_that_its_upstream_refused_costs_nothing()
    {
        upstream.Answer(FakeScript.Refuse(400)).Answer(Counting(1, 1));
        using (var refused = await admin.SendAsync("POST", "/openai/v1/chat/completions", Passed)) { }
        using (var taken = await admin.SendAsync("POST", "/openai/v1/chat/completions", Passed))
        {
            await taken.Content.ReadAsStringAsync();
        }

        Assert.Equal(2, await UsedOnceItIsNotAsync(0));
    }
}

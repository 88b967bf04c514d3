using System.Text.Json;
using Parley.Conversations;
using Parley.Kernel;
using Parley.Providers;

namespace Parley.Tests.Chat;

/// <summary>What answers cost: by the upstream's counts and the prices of their end, in whole millionths.</summary>
public sealed class CostTests : IAsyncLifetime
{
    private const string Question = """{"message":"q","model_name":"m"}""";
    private ChatHost host = null!;

    public async ValueTask InitializeAsync() => host = await ChatHost.StartAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    private Task<JsonElement> PriceAsync(string model, long input, long output, string more = "") =>
        host.App.SendJsonAsync(
            "PUT",
            "/api/models/prices",
            $$"""{"model":{{model.Quoted()}},"currency":"USD","input_micros":{{input}},"output_micros":{{output}}{{more}}}""",
            200
        );

    private Task<JsonElement> AskAsync(FakeScript script)
    {
        host.Upstream.Answer(script);
        return host.App.PostJsonAsync("/api/chat", Question, 200);
    }

    private static FakeScript Used(long prompt, long completion) =>
        new FakeScript().Text("tea").Used(prompt, completion).Finish();

    private static (long, string, bool) CostOf(JsonElement of)
    {
        var cost = of.GetProperty("cost");
        return (cost.Number("micros"), cost.Text("currency"), cost.Flag("estimated"));
    }

    [Theory]
    [InlineData(1_000_000, 0, 0, 150_000)]
    [InlineData(10, 0, 10, 8)] // 1.5 + 6, rounded once
    [InlineData(1_000_000, 400_000, 0, 120_000)]
    [InlineData(100, 900, 0, 8)] // an upstream that says more was cached than read
    [InlineData(0, 0, 0, 0)]
    public void A_cost_is_rounded_once_and_cached_tokens_have_their_own_price(
        long prompt,
        long cached,
        long completion,
        long micros
    )
    {
        var price = new ModelPrice(1, 0, "m", "USD", 150_000, 75_000, 600_000, 0);
        Assert.Equal(new Cost(micros, "USD", false), price.Of(new ModelUsage(prompt, completion, cached)));
    }

    [Fact]
    public void Counts_beyond_reason_do_not_overflow()
    {
        var price = new ModelPrice(1, 0, "m", "USD", 1_000_000_000_000, null, 1_000_000_000_000, 0);
        Assert.Equal(long.MaxValue, price.Of(new ModelUsage(long.MaxValue, long.MaxValue)).Micros);
    }

    [Fact]
    public async Task An_answer_shows_what_it_cost_wherever_it_is_shown()
    {
        await PriceAsync("m", 150_000, 600_000);
        host.Upstream.Answer(Used(1000, 500));
        using var events = await host.AskAsync("q");
        var done = (await events.RestAsync())[^1].Data;
        var expected = (450L, "USD", false);
        Assert.Equal(expected, CostOf(done));

        var turn = Assert.Single((await host.App.GetJsonAsync("/api/chat/turns")).Items());
        Assert.Equal(expected, CostOf(turn));
        var conversation = turn.Text("conversation_id");
        Assert.Equal(expected, CostOf(await host.MessageAsync(conversation, turn.Text("message_id"))));
        var whole = await host.App.GetJsonAsync($"/api/conversations/{conversation}");
        Assert.Equal(expected, CostOf(whole.Items("messages")[1]));
        Assert.False(whole.Items("messages")[0].TryGetProperty("cost", out _));

        // Out and in again: what it cost is part of it.
        var export = await host.App.GetJsonAsync($"/api/export/conversations/{conversation}/json");
        Assert.Equal(expected, CostOf(export.Items("messages")[1].GetProperty("source_extras")));
        var back = await host.App.PostJsonAsync("/api/export/conversations/import", export.GetRawText());
        var again = await host.App.GetJsonAsync($"/api/conversations/{back.Text("id")}");
        Assert.Equal(expected, CostOf(again.Items("messages")[1]));
    }

    [Fact]
    public async Task Without_a_price_there_is_no_cost_and_a_price_of_nothing_is_one()
    {
        var free = await AskAsync(Used(10, 10));
        Assert.True(free.IsNull("cost"));
        Assert.False(
            (await host.MessageAsync(free.Text("conversation_id"), free.Text("message_id"))).TryGetProperty(
                "cost",
                out _
            )
        );
        await PriceAsync("*", 0, 0);
        Assert.Equal((0L, "USD", false), CostOf(await AskAsync(Used(10, 10))));
    }

    [Fact]
    public async Task A_price_that_changes_later_changes_nothing_of_before()
    {
        await PriceAsync("m", 1_000_000, 1_000_000);
        var before = await AskAsync(Used(10, 10));
        var price = await PriceAsync("M", 2_000_000, 2_000_000);
        Assert.Single((await host.App.GetJsonAsync("/api/models/prices")).Items());
        Assert.Equal((40L, "USD", false), CostOf(await AskAsync(Used(10, 10))));
        await host.App.SendJsonAsync("DELETE", "/api/models/prices/" + price.Text("id"), null, 204);
        Assert.True((await AskAsync(Used(10, 10))).IsNull("cost"));
        var message = await host.MessageAsync(before.Text("conversation_id"), before.Text("message_id"));
        Assert.Equal((20L, "USD", false), CostOf(message));
        var audit = (await host.App.GetJsonAsync("/api/audit")).Items();
        Assert.Equal(3, audit.Count(entry => entry.Text("action") == "price-change"));
    }

    [Fact]
    public async Task The_price_that_says_most_holds()
    {
        await PriceAsync("*", 1_000_000, 1_000_000);
        await PriceAsync("m*", 2_000_000, 2_000_000);
        Assert.Equal(20, CostOf(await AskAsync(Used(5, 5))).Item1);
        await PriceAsync("m", 3_000_000, 3_000_000);
        Assert.Equal(30, CostOf(await AskAsync(Used(5, 5))).Item1);
        await PriceAsync("*", 4_000_000, 4_000_000, ""","upstream":"Fake" """);
        Assert.Equal(40, CostOf(await AskAsync(Used(5, 5))).Item1);
        Assert.Equal("fake", (await host.App.GetJsonAsync("/api/models/prices")).Items()[^1].Text("upstream"));

        // They go with their upstream.
        var upstream = (await host.App.GetJsonAsync("/api/upstreams")).Items()[0].Text("id");
        await host.App.SendJsonAsync("DELETE", "/api/upstreams/" + upstream, null, 204);
        Assert.Equal(3, (await host.App.GetJsonAsync("/api/models/prices")).Items().Count);
    }

    [Fact]
    public async Task What_the_upstream_did_not_count_is_an_estimate_and_its_cost_says_so()
    {
        await PriceAsync("m", 0, 1_000_000);
        var (micros, _, estimated) = CostOf(
            await AskAsync(new FakeScript().Text([.. Enumerable.Repeat("four", 20)]).Finish())
        );
        Assert.Equal((20L, true), (micros, estimated));
    }

    [Fact]
    public async Task An_answer_that_goes_on_costs_what_both_parts_did()
    {
        await PriceAsync("m", 1_000_000, 1_000_000);
        var cut = await AskAsync(Used(10, 10));
        host.Upstream.Answer(Used(3, 4));
        var path = $"/api/conversations/{cut.Text("conversation_id")}/messages/{cut.Text("message_id")}";
        using (var events = await EventReader.OpenAsync(host.App, "POST", path + "/continue", "{}"))
        {
            Assert.Equal(7, CostOf((await events.RestAsync())[^1].Data).Item1);
        }

        Assert.Equal(27, CostOf(await host.App.GetJsonAsync(path)).Item1);

        // A part whose price is not known makes the sum unknown.
        foreach (var price in (await host.App.GetJsonAsync("/api/models/prices")).Items())
        {
            await host.App.SendJsonAsync("DELETE", "/api/models/prices/" + price.Text("id"), null, 204);
        }

        using (var events = await EventReader.OpenAsync(host.App, "POST", path + "/continue", "{}"))
        {
            await events.RestAsync();
        }

        Assert.False((await host.App.GetJsonAsync(path)).TryGetProperty("cost", out _));
    }

    [Fact]
    public async Task A_fallback_costs_what_the_fallback_does()
    {
        await using var other = await FakeUpstream.StartAsync(UpstreamKind.OpenAi, "spare");
        await other.AddToAsync(host.App, "other");
        var upstream = (await host.App.GetJsonAsync("/api/upstreams")).Items()[0].Text("id");
        await host.App.PatchJsonAsync("/api/upstreams/" + upstream, """{"fallback":"spare"}""");
        await PriceAsync("m", 1_000_000, 1_000_000);
        await PriceAsync("spare", 5_000_000, 5_000_000);
        host.Upstream.Answer(FakeScript.Refuse(503));
        other.Answer(Used(1, 1));
        var answer = await host.App.PostJsonAsync("/api/chat", Question, 200);
        Assert.Equal(10, CostOf(answer).Item1);
    }

    [Fact]
    public async Task A_programs_exchange_that_is_stored_has_its_cost()
    {
        await PriceAsync("m", 1_000_000, 1_000_000);
        foreach (var path in (string[])["/openai/v1/chat/completions", "/ollama/api/chat"])
        {
            host.Upstream.Answer(Used(20, 5));
            var passed = $$"""{"model":"m","stream":true,"messages":[{"role":"user","content":"by {{path}}"}]}""";
            using var request = new HttpRequestMessage(HttpMethod.Post, path)
            {
                Content = new StringContent(passed, null, "application/json"),
            };
            request.Headers.Add("X-Parley-Store", "true");
            using var answer = await host.App.Client.SendAsync(request);
            await answer.Content.ReadAsStringAsync();
            var newest = (await host.App.GetJsonAsync("/api/conversations")).Items()[0].Text("id");
            var stored = await host.App.GetJsonAsync("/api/conversations/" + newest);
            Assert.Equal((25L, "USD", false), CostOf(stored.Items("messages")[1]));
        }
    }

    [Fact]
    public async Task Sums_are_by_day_and_model_and_know_what_had_no_price()
    {
        await AskAsync(Used(7, 3));
        await PriceAsync("m", 1_000_000, 1_000_000);
        await AskAsync(Used(10, 5));
        await AskAsync(Used(20, 5));
        var sums = (await host.App.GetJsonAsync("/api/models/costs")).Items();
        Assert.Equal(2, sums.Count);
        Assert.True(sums[0].IsNull("cost_micros") && sums[0].IsNull("currency"));
        Assert.Equal(
            (1L, 7L, 3L),
            (sums[0].Number("calls"), sums[0].Number("prompt_tokens"), sums[0].Number("completion_tokens"))
        );
        Assert.Equal((2L, 40L, "m"), (sums[1].Number("calls"), sums[1].Number("cost_micros"), sums[1].Text("model")));

        var page = await host.App.GetJsonAsync("/api/models/costs/all?by=model&limit=1");
        Assert.True(page.Items()[0].IsNull("day") && page.Items()[0].IsNull("user_id"));
        var rest = await host.App.GetJsonAsync(
            $"/api/models/costs/all?by=model&limit=1&cursor={page.Text("next_cursor")}"
        );
        Assert.Equal(40, rest.Items()[0].Number("cost_micros"));
        Assert.True(rest.IsNull("next_cursor"));
        Assert.Empty((await host.App.GetJsonAsync("/api/models/costs?from=2020-01-01&to=2020-02-01")).Items());
    }

    [Theory]
    [InlineData("from=2020-13-01", "from")]
    [InlineData("from=2020-01-01&to=2021-06-01", "from")]
    [InlineData("to=yesterday", "to")]
    [InlineData("by=user", "by")]
    [InlineData("limit=201", "limit")]
    [InlineData("cursor=x", "cursor")]
    public async Task A_question_for_sums_that_cannot_be_read_is_refused_by_name(string query, string field)
    {
        var problem = await host.App.GetJsonAsync("/api/models/costs?" + query, 400);
        Assert.Equal(field, problem.Items("errors")[0].Text("field"));
    }

    [Theory]
    [InlineData("""{"model":"","currency":"USD","input_micros":1,"output_micros":1}""", "model")]
    [InlineData("""{"model":"m","currency":"usd","input_micros":1,"output_micros":1}""", "currency")]
    [InlineData("""{"model":"m","currency":"USD","output_micros":1}""", "input_micros")]
    [InlineData("""{"model":"m","currency":"USD","input_micros":-1,"output_micros":1}""", "input_micros")]
    [InlineData(
        """{"model":"m","currency":"USD","input_micros":1,"output_micros":1,"cached_input_micros":9999999999999}""",
        "cached_input_micros"
    )]
    [InlineData(
        """{"model":"m","currency":"USD","input_micros":1,"output_micros":1,"upstream":"nobody"}""",
        "upstream"
    )]
    public async Task A_price_that_cannot_be_is_refused_by_field(string body, string field)
    {
        var problem = await host.App.SendJsonAsync("PUT", "/api/models/prices", body, 400);
        Assert.Equal(field, problem.Items("errors")[0].Text("field"));
    }

    [Theory]
    [InlineData("""{"source":{"cost":{"micros":1.5,"currency":"USD"}}}""")]
    [InlineData("""{"source":{"cost":{"micros":"5","currency":"USD"}}}""")]
    [InlineData("""{"source":{"cost":{"micros":5,"currency":"USD","x":{"micros":1}}}}""")]
    [InlineData("""{"source":{"cost":5}}""")]
    [InlineData("""{"source":{"a":1,"cost":{"micros":5,"currency":"USD"}}}""")]
    [InlineData("""{"source":[{"cost":{"micros":5,"currency":"USD"}}]}""")]
    [InlineData("""{"finish":"stop"}""")]
    public void What_another_program_calls_a_cost_is_none_of_ours(string extras) =>
        Assert.Null(MessageExtras.Words(System.Text.Encoding.UTF8.GetBytes(extras)).Cost);

    [Fact]
    public async Task Sums_are_read_by_an_index()
    {
        foreach (var statement in CostBook.Statements)
        {
            var plan = await host.App.Get<Db>().ReadAsync(session => session.PlanOf(statement));
            Assert.Contains("SEARCH model_costs", plan, StringComparison.Ordinal);
        }
    }
}

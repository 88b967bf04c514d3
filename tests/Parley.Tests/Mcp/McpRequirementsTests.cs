using System.Text.Json;
using Parley.Providers;

namespace Parley.Tests.Mcp;

/// <summary>Requirements for agents: traced, asked for impact, packed as context, within budgets and scopes.</summary>
public sealed class McpRequirementsTests : IAsyncLifetime
{
    private ParleyApp app = null!;
    private Person admin = null!;

    public async ValueTask InitializeAsync()
    {
        (app, admin) = await Accounts.StartAsync();
        var items = string.Concat(
            Enumerable.Range(3, 40).Select(i => $"- REQ-{i}: The kettle shall log fault {i}, which depends on REQ-1.\n")
        );
        await admin.JsonAsync(
            "POST",
            "/api/prd",
            $$"""{"name":"kettle.md","text":{{("# Kettle\n\n- REQ-1: The kettle shall keep a clock.\n- REQ-2: The kettle shall whistle when the water boils.\n" + items + "- TC-1: Verifies REQ-2.\n").Quoted()}}}""",
            201
        );
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task<string> CallAsync(string name, string arguments, bool fails = false, Person? who = null)
    {
        using var answer = await app.SendAsync(
            "POST",
            "/mcp",
            $$$"""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"{{{name}}}","arguments":{{{arguments}}}}}""",
            (who ?? admin).Header
        );
        var result = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("result");
        var text = result.Items("content").Single().Text("text");
        Assert.True(fails == result.GetProperty("isError").GetBoolean(), text);
        return text;
    }

    [Fact]
    public async Task A_requirement_is_traced_by_the_id_its_author_gave_it_and_by_its_own()
    {
        var trace = await CallAsync("trace", """{"id":"REQ-2"}""");
        Assert.Contains("The kettle shall whistle", trace, StringComparison.Ordinal);
        Assert.Contains("Tested by:\n- TC-1", trace, StringComparison.Ordinal);
        Assert.Contains("Stands under:", trace, StringComparison.Ordinal);
        var id = trace.Split('\n')[0].Split(' ')[^1];
        Assert.Equal(trace, await CallAsync("trace", $$"""{"id":"{{id}}"}"""));
        Assert.Contains(
            "no such statement",
            await CallAsync("trace", """{"id":"REQ-99"}""", fails: true),
            StringComparison.Ordinal
        );
        await admin.JsonAsync("POST", "/api/prd", """{"name":"other.md","text":"REQ-2: The pot shall pour."}""", 201);
        Assert.Contains(
            "there are several",
            await CallAsync("trace", """{"id":"REQ-2"}""", fails: true),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(200)]
    [InlineData(1_000)]
    public async Task Answers_stay_within_their_budget_and_use_it(int budget)
    {
        foreach (
            var (name, arguments) in new[]
            {
                ("trace", $$"""{"id":"REQ-1","token_budget":{{budget}}}"""),
                ("impact", $$"""{"ids":["REQ-1"],"depth":3.0,"token_budget":{{budget}}}"""),
                (
                    "context",
                    $$"""{"question":"which faults does the kettle log","requirements":true,"token_budget":{{budget}}}"""
                ),
            }
        )
        {
            var text = await CallAsync(name, arguments);
            Assert.InRange(TokenEstimate.AtMost(text), budget / 4, budget);
        }
    }

    [Fact]
    public async Task An_impact_says_how_it_is_reached()
    {
        var impact = await CallAsync("impact", """{"ids":["REQ-1"],"depth":1}""");
        Assert.Contains("DEPENDS_ON - REQ-3: ", impact, StringComparison.Ordinal);
        Assert.Equal("Nothing is linked with it.", await CallAsync("impact", """{"ids":["TC-1"],"depth":1}"""));
    }

    [Fact]
    public async Task Context_cites_statements_where_they_are_asked_for()
    {
        const string Question = "when does the kettle whistle";
        var packed = await CallAsync("context", $$"""{"question":"{{Question}}","requirements":true}""");
        Assert.StartsWith("[1] kettle.md > Kettle, requirement, ", packed, StringComparison.Ordinal);
        Assert.Contains("REQ-2: The kettle shall whistle", packed, StringComparison.Ordinal);
        Assert.Equal("Nothing was found.", await CallAsync("context", $$"""{"question":"{{Question}}"}"""));
        var searcher = await admin.KeyAsync("search:read");
        Assert.Contains(
            "no scope",
            await CallAsync("context", $$"""{"question":"x","requirements":true}""", fails: true, searcher),
            StringComparison.Ordinal
        );
        var ben = await admin.AddAsync("ben@example.org");
        Assert.Contains(
            "no such statement",
            await CallAsync("trace", """{"id":"REQ-2"}""", fails: true, ben),
            StringComparison.Ordinal
        );
    }
}

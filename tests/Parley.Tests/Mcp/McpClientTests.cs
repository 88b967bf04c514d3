using System.Text.Json;
using System.Text.Json.Nodes;

namespace Parley.Tests.Mcp;

/// <summary>A server with accounts, and the clients in a process of their own.</summary>
public sealed class McpHost : IAsyncLifetime
{
    internal ParleyApp App { get; private set; } = null!;

    internal Person Admin { get; private set; } = null!;

    internal NodeClient Client { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var starting = NodeClient.StartAsync("mcp");
        (App, Admin) = await Accounts.StartAsync();
        Client = await starting;
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await App.DisposeAsync();
    }
}

/// <summary>The official clients, in every protocol there is, against the server: nothing here knows how a message looks.</summary>
public sealed class McpClientTests(McpHost host) : IClassFixture<McpHost>, IAsyncLifetime
{
    public static readonly TheoryData<string> Modes = new("1.x", "2.x", "2026-07-28", "auto");

    private const string Tea = "Black tea brews for four minutes, green tea for two.";
    private readonly ParleyApp app = host.App;
    private readonly NodeClient client = host.Client;
    private Person ann = null!;

    public async ValueTask InitializeAsync() => ann = await host.Admin.AddAsync($"{Guid.NewGuid():n}@example.org");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Task<JsonElement> CallAsync(string mode, string call, Person? who = null, JsonObject? with = null)
    {
        var asked = with ?? [];
        asked["at"] = app.Client.BaseAddress!.ToString().TrimEnd('/');
        asked["key"] = (who ?? ann).Token;
        asked["mode"] = mode;
        return client.CallAsync(call, asked);
    }

    private async Task<string> ToolAsync(string mode, string name, string arguments, bool fails = false)
    {
        var said = await CallAsync(
            mode,
            "tool",
            with: new JsonObject { ["name"] = name, ["arguments"] = JsonNode.Parse(arguments) }
        );
        Assert.True(fails == said.GetProperty("isError").GetBoolean(), said.Text("text"));
        return said.Text("text");
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task The_server_says_what_it_is_and_what_it_can_do(string mode)
    {
        var server = await CallAsync(mode, "server");
        Assert.Equal("parley", server.GetProperty("version").Text("name"));
        Assert.Contains("data", server.Text("instructions"), StringComparison.Ordinal);
        foreach (var one in new[] { "tools", "resources", "prompts" })
        {
            Assert.True(server.GetProperty("capabilities").TryGetProperty(one, out _), one);
        }
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Tools_are_few_and_cost_little(string mode)
    {
        var listed = await CallAsync(mode, "tools");
        Assert.Equal(
            ["search", "open", "context", "trace", "impact", "remember", "write"],
            listed.Items("tools").Select(tool => tool.Text("name"))
        );
        Assert.InRange(listed.GetProperty("tokens").GetInt32(), 1, 2_500);
        Assert.All(
            listed.Items("tools"),
            tool =>
                Assert.Equal(
                    tool.Text("name") is not ("remember" or "write"),
                    tool.GetProperty("annotations").GetProperty("readOnlyHint").GetBoolean()
                )
        );
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task What_is_written_is_found_opened_and_cited(string mode)
    {
        var written = await ToolAsync(
            mode,
            "write",
            $$"""{"title":"Tea","text":{{Tea.Quoted()}},"tags":["kitchen"]}"""
        );
        var conversation = written.Split("conversation ")[1].TrimEnd('.');
        var message = written.Split("message ")[1].Split(' ')[0];

        var found = await ToolAsync(mode, "search", """{"query":"green tea tag:kitchen"}""");
        Assert.Contains($"conversation {conversation} at {message}", found, StringComparison.Ordinal);
        Assert.Contains("Tea (parley, assistant", found, StringComparison.Ordinal);

        foreach (var id in new[] { conversation, message })
        {
            var opened = await ToolAsync(mode, "open", $$"""{"id":"{{id}}"}""");
            Assert.Contains("Tea", opened, StringComparison.Ordinal);
            Assert.Contains(Tea, opened, StringComparison.Ordinal);
            Assert.DoesNotContain("cursor", opened, StringComparison.Ordinal);
        }

        var context = await ToolAsync(mode, "context", """{"question":"How long does green tea brew?"}""");
        Assert.StartsWith("[1] Tea, assistant", context, StringComparison.Ordinal);
        Assert.Contains(message, context, StringComparison.Ordinal);
        Assert.Contains(Tea, context, StringComparison.Ordinal);

        await ToolAsync(mode, "write", $$"""{"conversation_id":"{{conversation}}","text":"Thank you","role":"user"}""");
        var both = await ann.JsonAsync("GET", $"/api/conversations/{conversation}/messages");
        Assert.Equal(["assistant", "user"], both.Items().Select(m => m.Text("role")));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task A_memory_is_proposed_and_not_kept(string mode)
    {
        await ToolAsync(mode, "remember", """{"text":"The cat is called Miezi."}""");
        var memory = Assert.Single((await ann.JsonAsync("GET", "/api/memories")).Items());
        Assert.Equal(("proposed", "The cat is called Miezi."), (memory.Text("state"), memory.Text("text")));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Conversations_and_documents_are_resources(string mode)
    {
        await ToolAsync(mode, "write", $$"""{"title":"Tea","text":{{Tea.Quoted()}}}""");
        var space = (await ann.JsonAsync("GET", "/api/spaces")).Items()[0].Text("id");
        var made = await ann.JsonAsync(
            "POST",
            $"/api/spaces/{space}/documents",
            """{"name":"manual.md","text":"# Boiler\n\n1.4 bar when cold — nie mehr.\n"}""",
            201
        );
        var document = made.Items()[0].Text("id");
        await app.ReadyAsync("/api/documents/" + document, ann.Header);

        var listed = await CallAsync(mode, "resources");
        Assert.Equal(["manual.md", "Tea"], listed.Items("items").Select(one => one.Text("title")));
        Assert.Equal(2, listed.Items("templates").Count);
        foreach (var (one, words) in listed.Items("items").Zip(["nie mehr.", Tea]))
        {
            var read = await CallAsync(mode, "read", with: new JsonObject { ["uri"] = one.Text("uri") });
            Assert.Contains(words, read.EnumerateArray().Single().Text("text"), StringComparison.Ordinal);
        }

        var failed = await client.FailAsync(
            "read",
            new JsonObject
            {
                ["at"] = app.Client.BaseAddress!.ToString().TrimEnd('/'),
                ["key"] = ann.Token,
                ["mode"] = mode,
                ["uri"] = "parley://documents/none",
            }
        );
        Assert.Contains("not found", failed.Text("message"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Prompts_are_listed_and_filled(string mode)
    {
        var made = await ann.JsonAsync(
            "POST",
            "/api/prompts",
            """{"title":"Shorter","content":"Say in {{language:English}}: {{text}}","category":"writing"}""",
            201
        );
        var prompts = await CallAsync(mode, "prompts");
        Assert.True(prompts.GetArrayLength() > 15);
        var own = prompts.EnumerateArray().Single(one => one.Text("name") == made.Text("id"));
        Assert.Equal(["language", "text"], own.Items("arguments").Select(one => one.Text("name")));
        var filled = await CallAsync(
            mode,
            "prompt",
            with: new JsonObject
            {
                ["name"] = made.Text("id"),
                ["arguments"] = new JsonObject { ["text"] = "Guten Tag" },
            }
        );
        Assert.Equal("Say in English: Guten Tag", filled.EnumerateArray().Single().GetProperty("content").Text("text"));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task What_cannot_be_done_is_said_to_the_model(string mode)
    {
        Assert.Contains(
            "query is required",
            await ToolAsync(mode, "search", "{}", fails: true),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "nothing of that id",
            await ToolAsync(mode, "open", """{"id":"x"}""", fails: true),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "cursor",
            await ToolAsync(mode, "search", """{"query":"tea","cursor":"no"}""", fails: true),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "conversation_id",
            await ToolAsync(mode, "write", """{"text":"x","conversation_id":"no"}""", fails: true),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Over_standard_input_and_output_beside_a_server_and_without_one()
    {
        using var data = new TempFolder();
        var arguments = new JsonArray("mcp", "--data", data.Path);
        JsonObject With(string mode, string name, string given) =>
            new()
            {
                ["mode"] = mode,
                ["command"] = Path.Combine(AppContext.BaseDirectory, "parley"),
                ["args"] = arguments.DeepClone(),
                ["name"] = name,
                ["arguments"] = JsonNode.Parse(given),
            };
        foreach (var mode in new[] { "1.x", "2026-07-28" })
        {
            var written = await client.CallAsync(
                "tool",
                With(mode, "write", $$"""{"text":{{(mode + " " + Tea).Quoted()}}}""")
            );
            Assert.False(written.GetProperty("isError").GetBoolean(), written.Text("text"));
        }

        await using var served = await ServedProcess.StartAsync(data.Path);
        foreach (var mode in new[] { "2.x", "2026-07-28" })
        {
            var found = await client.CallAsync("tool", With(mode, "search", """{"query":"green"}"""));
            Assert.Equal(2, found.Text("text").Split("conversation ").Length - 1);
        }
    }
}

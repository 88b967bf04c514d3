using System.Net;
using System.Text.Json;

namespace Parley.Tests.Mcp;

/// <summary>The address itself: who is let in, what headers must say, how wrong messages are refused (MCP 2026-07-28).</summary>
public sealed class McpHttpTests : IAsyncLifetime
{
    private const string Meta =
        """{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}""";

    private ParleyApp app = null!;
    private Person admin = null!;

    public async ValueTask InitializeAsync() => (app, admin) = await Accounts.StartAsync();

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private static string Message(string method, string parameters = "{}", string id = "1") =>
        $$"""{"jsonrpc":"2.0","id":{{id}},"method":"{{method}}","params":{{parameters}}}""";

    private async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(
        string json,
        Person? who = null,
        params (string Name, string Value)[] headers
    )
    {
        using var answer = await app.SendAsync("POST", "/mcp", json, [(who ?? admin).Header, .. headers]);
        var text = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement);
    }

    private static int Code(JsonElement body) => body.GetProperty("error").GetProperty("code").GetInt32();

    private static (string, string)[] Modern(string method, string? name = null) =>
        name is null
            ? [("MCP-Protocol-Version", "2026-07-28"), ("Mcp-Method", method)]
            : [("MCP-Protocol-Version", "2026-07-28"), ("Mcp-Method", method), ("Mcp-Name", name)];

    [Fact]
    public async Task A_key_is_needed_and_its_scopes_say_what_for()
    {
        using (var nobody = await app.SendAsync("POST", "/mcp", Message("ping")))
        {
            Assert.Equal(HttpStatusCode.Unauthorized, nobody.StatusCode);
            Assert.Equal("Bearer", nobody.Headers.WwwAuthenticate.Single().Scheme);
        }

        Assert.Equal(
            HttpStatusCode.Forbidden,
            (await PostAsync(Message("ping"), await admin.KeyAsync("stats"))).Status
        );

        var reader = await admin.KeyAsync("search:read");
        var (_, tools) = await PostAsync(Message("tools/list"), reader);
        Assert.Equal(
            ["search", "open", "context"],
            tools.GetProperty("result").Items("tools").Select(tool => tool.Text("name"))
        );
        var (id, _) = await MakeAsync(admin, "walrus");
        foreach (
            var (name, arguments) in new[]
            {
                ("write", """{"text":"x"}"""),
                ("remember", """{"text":"x"}"""),
                ("open", $$"""{"id":"{{id}}"}"""),
            }
        )
        {
            var said = await CallAsync(reader, name, arguments, fails: true);
            Assert.Contains("the key has no scope", said, StringComparison.Ordinal);
        }

        Assert.Contains(
            "walrus",
            await CallAsync(reader, "search", """{"query":"walrus"}"""),
            StringComparison.Ordinal
        );
        var (_, resources) = await PostAsync(Message("resources/list"), reader);
        Assert.Empty(resources.GetProperty("result").Items("resources"));
    }

    [Fact]
    public async Task Nobody_reads_what_is_anothers()
    {
        var (id, message) = await MakeAsync(admin, "walrus");
        var space = (await admin.JsonAsync("GET", "/api/spaces")).Items()[0].Text("id");
        var made = await admin.JsonAsync(
            "POST",
            $"/api/spaces/{space}/documents",
            """{"name":"a.md","text":"walrus notes"}""",
            201
        );
        var document = made.Items()[0].Text("id");
        await app.ReadyAsync("/api/documents/" + document, admin.Header);
        var chunk = (await admin.JsonAsync("GET", $"/api/documents/{document}/chunks")).Items()[0].Text("id");

        var bob = await admin.AddAsync("bob@example.org");
        foreach (var other in new[] { id, message, document, chunk })
        {
            var said = await CallAsync(bob, "open", $$"""{"id":"{{other}}"}""", fails: true);
            Assert.DoesNotContain("walrus", said, StringComparison.Ordinal);
            Assert.Contains(
                "walrus",
                await CallAsync(admin, "open", $$"""{"id":"{{other}}"}"""),
                StringComparison.Ordinal
            );
        }

        Assert.Equal("Nothing was found.", await CallAsync(bob, "search", """{"query":"walrus"}"""));
        Assert.Equal("Nothing was found.", await CallAsync(bob, "context", """{"question":"walrus"}"""));
        Assert.Contains(
            "no such conversation",
            await CallAsync(bob, "write", $$"""{"text":"x","conversation_id":"{{id}}"}""", fails: true),
            StringComparison.Ordinal
        );
        var (_, listed) = await PostAsync(Message("resources/list"), bob);
        Assert.Empty(listed.GetProperty("result").Items("resources"));
    }

    [Fact]
    public async Task Pages_of_others_are_kept_out()
    {
        foreach (
            var (origin, status) in new[]
            {
                ("http://evil.example", 403),
                (app.Client.BaseAddress!.ToString().TrimEnd('/'), 200),
            }
        )
        {
            var (given, _) = await PostAsync(Message("ping"), null, ("Origin", origin));
            Assert.Equal((HttpStatusCode)status, given);
        }

        using var host = await app.SendAsync("POST", "/mcp", Message("ping"), admin.Header, ("Host", "evil.example"));
        Assert.Equal(HttpStatusCode.MisdirectedRequest, host.StatusCode);
    }

    [Fact]
    public async Task There_are_no_sessions_and_no_standing_streams()
    {
        foreach (var method in new[] { "GET", "DELETE" })
        {
            using var answer = await app.SendAsync(method, "/mcp", null, admin.Header);
            Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        }

        using var greeted = await app.SendAsync(
            "POST",
            "/mcp",
            Message(
                "initialize",
                """{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"x","version":"1"}}"""
            ),
            admin.Header
        );
        Assert.False(greeted.Headers.Contains("Mcp-Session-Id"));
        var told = await PostAsync("""{"jsonrpc":"2.0","method":"notifications/initialized"}""");
        Assert.Equal((HttpStatusCode.Accepted, JsonValueKind.Undefined), (told.Status, told.Body.ValueKind));
    }

    [Theory]
    [InlineData("2025-11-25", "2025-11-25")]
    [InlineData("2025-03-26", "2025-03-26")]
    [InlineData("2024-11-05", "2025-11-25")]
    [InlineData("2026-07-28", "2025-11-25")]
    public async Task A_handshake_settles_on_a_version_with_a_handshake(string asked, string given)
    {
        var (_, body) = await PostAsync(Message("initialize", $$"""{"protocolVersion":"{{asked}}"}"""));
        Assert.Equal(given, body.GetProperty("result").Text("protocolVersion"));
    }

    [Fact]
    public async Task A_modern_request_says_in_headers_what_its_body_says()
    {
        var call = Message("tools/call", $$$"""{"name":"search","arguments":{"query":"x"},"_meta":{{{Meta}}}}""");
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(call, null, Modern("tools/call", "search"))).Status);
        Assert.Equal(
            HttpStatusCode.OK,
            (await PostAsync(call, null, Modern("tools/call", "=?base64?c2VhcmNo?="))).Status
        );
        foreach (
            var headers in new (string, string)[][]
            {
                [],
                Modern("tools/call"),
                Modern("tools/list", "search"),
                Modern("tools/call", "open"),
                Modern("tools/call", "=?base64?!?="),
                [("MCP-Protocol-Version", "2025-11-25"), ("Mcp-Method", "tools/call"), ("Mcp-Name", "search")],
            }
        )
        {
            var (status, body) = await PostAsync(call, null, headers);
            Assert.Equal((HttpStatusCode.BadRequest, -32020), (status, Code(body)));
        }
    }

    [Fact]
    public async Task Answers_of_the_stateless_protocol_say_how_long_they_hold()
    {
        foreach (
            var method in new[]
            {
                "server/discover",
                "tools/list",
                "prompts/list",
                "resources/list",
                "resources/templates/list",
            }
        )
        {
            var (_, body) = await PostAsync(Message(method, $$"""{"_meta":{{Meta}}}"""), null, Modern(method));
            var result = body.GetProperty("result");
            Assert.Equal("complete", result.Text("resultType"));
            Assert.True(result.GetProperty("ttlMs").GetInt32() >= 0);
            Assert.Contains(result.Text("cacheScope"), new[] { "public", "private" });
        }
    }

    [Fact]
    public async Task A_version_that_is_not_spoken_is_answered_with_those_that_are()
    {
        var meta = Meta.Replace("2026-07-28", "2031-01-01", StringComparison.Ordinal);
        var (status, body) = await PostAsync(
            Message("tools/list", $$"""{"_meta":{{meta}}}"""),
            null,
            ("MCP-Protocol-Version", "2031-01-01"),
            ("Mcp-Method", "tools/list")
        );
        Assert.Equal((HttpStatusCode.BadRequest, -32022), (status, Code(body)));
        Assert.Equal("2031-01-01", body.GetProperty("error").GetProperty("data").Text("requested"));
        (status, body) = await PostAsync(Message("tools/list"), null, ("MCP-Protocol-Version", "2024-11-05"));
        Assert.Equal((HttpStatusCode.BadRequest, -32022), (status, Code(body)));
    }

    [Theory]
    [InlineData("{", 400, -32700)]
    [InlineData("[]", 400, -32600)]
    [InlineData("""[{"jsonrpc":"2.0","id":1,"method":"ping"}]""", 400, -32600)]
    [InlineData("{}", 400, -32600)]
    [InlineData("""{"jsonrpc":"1.0","id":1,"method":"ping"}""", 400, -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":null,"method":"ping"}""", 400, -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":7}""", 400, -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}""", 200, -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"no/such"}""", 200, -32601)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"no"}}""", 200, -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{}}""", 200, -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"resources/list","params":{"cursor":"c!"}}""", 200, -32602)]
    [InlineData(
        """{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"file:///etc/passwd"}}""",
        200,
        -32602
    )]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"prompts/get","params":{"name":"no"}}""", 200, -32602)]
    public async Task Wrong_messages_are_refused_with_their_number(string message, int status, int code)
    {
        var (given, body) = await PostAsync(message);
        Assert.Equal(((HttpStatusCode)status, code), (given, Code(body)));
    }

    [Fact]
    public async Task An_unknown_method_of_the_stateless_protocol_is_not_found()
    {
        var (status, body) = await PostAsync(
            Message("no/such", $$"""{"_meta":{{Meta}}}""", "\"a\""),
            null,
            Modern("no/such")
        );
        Assert.Equal((HttpStatusCode.NotFound, -32601), (status, Code(body)));
        Assert.Equal("a", body.Text("id"));
    }

    private async Task<(string Conversation, string Message)> MakeAsync(Person who, string text)
    {
        var said = await CallAsync(who, "write", $$"""{"title":"T","text":"{{text}}"}""");
        return (said.Split("conversation ")[1].TrimEnd('.'), said.Split("message ")[1].Split(' ')[0]);
    }

    private async Task<string> CallAsync(Person who, string name, string arguments, bool fails = false)
    {
        var (_, body) = await PostAsync(
            Message("tools/call", $$"""{"name":"{{name}}","arguments":{{arguments}}}"""),
            who
        );
        var result = body.GetProperty("result");
        var text = result.Items("content").Single().Text("text");
        Assert.True(fails == result.GetProperty("isError").GetBoolean(), text);
        return text;
    }
}

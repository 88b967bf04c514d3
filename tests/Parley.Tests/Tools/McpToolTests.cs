using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Parley.Providers;

namespace Parley.Tests.Tools;

/// <summary>Tools of MCP servers, of the protocol with sessions and of the one without.</summary>
public sealed class McpToolTests : IAsyncLifetime
{
    private ParleyApp app = null!;
    private FakeUpstream model = null!;

    public async ValueTask InitializeAsync()
    {
        app = await FakeToolServer.AppAsync();
        model = await FakeUpstream.StartAsync(UpstreamKind.OpenAi);
        await model.AddToAsync(app);
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await model.DisposeAsync();
    }

    private Task<EventReader> AskAsync(string text, string? conversation = null) =>
        app.AskWithAsync(model, "mcp_echo", $$"""{"text":"{{text}}"}""", conversation);

    private static IEnumerable<string> Methods(FakeToolServer server) =>
        server
            .Requests.Where(r => r.Method == "POST" && r.Json.TryGetProperty("method", out _))
            .Select(r => r.Json.Text("method"));

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task A_tool_is_listed_allowed_and_called_whatever_the_server_speaks(bool modern, bool streams)
    {
        var mcp = new FakeMcp { IsModern = modern, Streams = streams };
        await using var server = await FakeToolServer.StartAsync(mcp.AnswerAsync);
        await server.AddToAsync(app, "mcp", "/mcp", ""","key":"tool-secret-0123456789" """);

        using var reader = await AskAsync("hello");
        await app.AllowAsync(reader);
        var result = await reader.ResultAsync();

        Assert.False(result.Flag("is_error"));
        Assert.EndsWith("you said hello", result.Text("content"), StringComparison.Ordinal);
        Assert.Equal("done", (await reader.RestAsync()).Words());
        Assert.All(server.Requests, r => Assert.Equal("Bearer tool-secret-0123456789", $"{r.Headers.Authorization}"));
        Assert.All(server.Requests, r => Assert.Equal("application/json, text/event-stream", $"{r.Headers.Accept}"));
        Assert.Equal(
            modern
                ? ["server/discover", "tools/list", "server/discover", "tools/call"]
                :
                [
                    "server/discover",
                    "initialize",
                    "notifications/initialized",
                    "tools/list",
                    "server/discover",
                    "initialize",
                    "notifications/initialized",
                    "tools/call",
                ],
            Methods(server)
        );
        var call = server.Requests.Last(r => r.Json.TryGetProperty("method", out var m) && m.ValueEquals("tools/call"));
        Assert.Equal(
            modern ? ("echo", "") : ("", "s2"),
            ($"{call.Headers["Mcp-Name"]}", $"{call.Headers["Mcp-Session-Id"]}")
        );
        if (streams && !modern)
        {
            Assert.Contains(server.Requests, r => r.Text == """{"jsonrpc":"2.0","id":"p1","result":{}}""");
        }
    }

    [Fact]
    public async Task All_pages_are_read_and_what_cannot_be_offered_is_named()
    {
        var mcp = new FakeMcp
        {
            Pages =
            [
                """{"name":"one","inputSchema":{"type":"object"}},{"name":"bad","inputSchema":{"type":"array"}}""",
                """{"name":"two/2","inputSchema":{"type":"object"}},{"name":"two_2","inputSchema":{"type":"object"}}""",
                """{"name":"marked","inputSchema":{"type":"object","properties":{"a":{"type":"array","items":{"type":"string","x-mcp-header":"A"}}}}}""",
            ],
        };
        await using var server = await FakeToolServer.StartAsync(mcp.AnswerAsync);
        var made = await server.AddToAsync(app, "mcp", "/mcp");
        var test = await app.PostJsonAsync($"/api/tool-servers/{made.Text("id")}/test", null, 200);
        Assert.Equal(["mcp_one", "mcp_two_2"], test.Items("tools").Select(t => t.GetString()));
        Assert.Equal(
            [
                "bad: its arguments are no object",
                "marked: x-mcp-header stands where no argument is",
                "two_2: another tool has the same name",
            ],
            test.Items("left").Select(t => t.GetString()).Order()
        );
    }

    [Fact]
    public async Task Marked_arguments_go_into_headers_too_where_the_protocol_has_no_sessions()
    {
        var mcp = new FakeMcp
        {
            IsModern = true,
            Pages =
            [
                """{"name":"sql","inputSchema":{"type":"object","properties":{"region":{"type":"string","x-mcp-header":"Region"},"deep":{"type":"object","properties":{"n":{"type":"integer","x-mcp-header":"N"}}}}}}""",
            ],
            Call = (_, _) => Task.FromResult(FakeMcp.Text("rows")),
        };
        await using var server = await FakeToolServer.StartAsync(mcp.AnswerAsync);
        await server.AddToAsync(app, "mcp", "/mcp");
        using var reader = await app.AskWithAsync(model, "mcp_sql", """{"region":"Hello, 世界","deep":{"n":42}}""");
        await app.AllowAsync(reader);
        Assert.EndsWith("rows", (await reader.ResultAsync()).Text("content"), StringComparison.Ordinal);
        var call = server.Requests[^1];
        Assert.Equal(
            ("=?base64?SGVsbG8sIOS4lueVjA==?=", "42"),
            ($"{call.Headers["Mcp-Param-Region"]}", $"{call.Headers["Mcp-Param-N"]}")
        );
    }

    [Fact]
    public async Task A_session_that_the_server_forgot_is_begun_anew_and_one_that_is_done_with_is_ended()
    {
        var mcp = new FakeMcp();
        await using var server = await FakeToolServer.StartAsync(mcp.AnswerAsync);
        await server.AddToAsync(app, "mcp", "/mcp");
        using (var first = await AskAsync("one"))
        {
            await app.AllowAsync(first);
            await first.RestAsync();
        }

        mcp.Forget();
        using (var second = await AskAsync("two"))
        {
            await app.AllowAsync(second);
            Assert.EndsWith("you said two", (await second.ResultAsync()).Text("content"), StringComparison.Ordinal);
            await second.RestAsync();
        }

        await app.RestartAsync();
        Assert.Equal(["s1", "s3"], mcp.Deleted.Order());
    }

    [Fact]
    public async Task A_stop_in_the_middle_of_a_call_is_told_to_the_server()
    {
        var mcp = new FakeMcp
        {
            Call = async (http, _) =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted);
                return "";
            },
        };
        await using var server = await FakeToolServer.StartAsync(mcp.AnswerAsync);
        await server.AddToAsync(app, "mcp", "/mcp");
        using var reader = await AskAsync("x");
        await app.AllowAsync(reader);
        FakeRequest call;
        do
        {
            call = await server.NextAsync();
        } while (call.Json.Text("method") != "tools/call");

        await app.PostJsonAsync($"/api/chat/turns/{reader.Turn}/stop", null, 200);
        var told = (await server.NextAsync()).Json;
        Assert.Equal("notifications/cancelled", told.Text("method"));
        Assert.Equal(call.Json.Number("id"), told.GetProperty("params").Number("requestId"));
    }

    public static TheoryData<string> Faults => [.. Broken.Keys];

    private static Dictionary<
        string,
        (Func<HttpContext, JsonElement, Task<string>> Call, string Says)
    > Broken { get; } =
        new(StringComparer.Ordinal)
        {
            ["an error of the tool's own"] = (
                (_, _) => Task.FromResult(FakeMcp.Text("no such row", failed: true)),
                "no such row"
            ),
            ["a result that asks for more"] = (
                (_, _) => Task.FromResult("""{"resultType":"input_required"}"""),
                "asks for more"
            ),
            ["500"] = (
                (http, _) =>
                {
                    http.Response.StatusCode = 500;
                    return Task.FromResult("{}");
                },
                "answered 500"
            ),
            ["a hang-up"] = (
                (http, _) =>
                {
                    http.Abort();
                    return Task.FromResult("{}");
                },
                "mcp cannot be reached"
            ),
            ["an answer of 10 MB"] = (
                (_, _) => Task.FromResult(FakeMcp.Text(new string('x', 10_000_000))),
                "more than 4 MiB"
            ),
        };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_call_that_fails_is_told_to_the_model_which_answers_all_the_same(string fault)
    {
        var mcp = new FakeMcp { Call = Broken[fault].Call };
        await using var server = await FakeToolServer.StartAsync(mcp.AnswerAsync);
        await server.AddToAsync(app, "mcp", "/mcp");
        using var reader = await AskAsync("x");
        await app.AllowAsync(reader);
        var result = await reader.ResultAsync();
        Assert.True(result.Flag("is_error"));
        Assert.Contains(Broken[fault].Says, result.Text("content"), StringComparison.Ordinal);
        Assert.Equal("done", (await reader.RestAsync()).Words());
    }

    [Fact]
    public async Task A_server_of_other_protocols_or_none_says_so()
    {
        foreach (
            var (answer, says) in new[]
            {
                (
                    """{"jsonrpc":"2.0","id":2,"result":{"protocolVersion":"2024-11-05"}}""",
                    "speaks MCP 2024-11-05, which Parley does not"
                ),
                ("<html>", "is no JSON"),
                ("""{"jsonrpc":"2.0","id":2,"error":{"code":1,"message":"go away"}}""", "refused to begin: go away"),
            }
        )
        {
            await using var server = await FakeToolServer.StartAsync(
                (http, asked) =>
                    asked.Json.Text("method") == "initialize" ? http.JsonAsync(answer) : http.JsonAsync("{}", 400)
            );
            var made = await server.AddToAsync(app, "mcp", "/mcp");
            var one = "/api/tool-servers/" + made.Text("id");
            Assert.Contains(
                says,
                (await app.PostJsonAsync(one + "/test", null, 200)).Text("error"),
                StringComparison.Ordinal
            );
            using var gone = await app.SendAsync("DELETE", one);
        }
    }
}

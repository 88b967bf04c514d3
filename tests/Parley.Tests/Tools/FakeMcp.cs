using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Parley.Tests.Tools;

/// <summary>An MCP server on a <see cref="FakeToolServer"/>: of the protocol with sessions, or of the one without.</summary>
internal sealed class FakeMcp
{
    private int sessions;

    /// <summary>2026-07-28: no handshake, every request says all about itself.</summary>
    public bool IsModern { get; init; }

    /// <summary>Answers as events, with others before them.</summary>
    public bool Streams { get; init; }

    /// <summary>The tools, as JSON, a page each.</summary>
    public List<string> Pages { get; init; } =
    [
        """{"name":"echo","description":"Says it again","inputSchema":{"type":"object","properties":{"text":{"type":"string"}}}}""",
    ];

    /// <summary>What a call answers; given its params.</summary>
    public Func<HttpContext, JsonElement, Task<string>> Call { get; set; } =
        (_, call) => Task.FromResult(Text("you said " + call.GetProperty("arguments").GetProperty("text").GetString()));

    /// <summary>Forgets every session: the next request of one is answered with 404.</summary>
    public void Forget() => alive = sessions + 1;

    private int alive = 1;

    public List<string> Deleted { get; } = [];

    public static string Text(string text, bool failed = false) =>
        $$"""{"content":[{"type":"text","text":{{text.Quoted()}}}],"isError":{{(failed ? "true" : "false")}}}""";

    public async Task AnswerAsync(HttpContext http, FakeRequest asked)
    {
        var session = asked.Headers["Mcp-Session-Id"].ToString();
        if (asked.Method == "DELETE")
        {
            Deleted.Add(session);
            return;
        }

        var message = asked.Json;
        var method = message.TryGetProperty("method", out var named) ? named.GetString()! : "";
        if (!message.TryGetProperty("id", out var id) || method.Length == 0)
        {
            http.Response.StatusCode = 202;
            return;
        }

        if (IsModern)
        {
            Assert.Equal(
                ("2026-07-28", method),
                ($"{asked.Headers["MCP-Protocol-Version"]}", $"{asked.Headers["Mcp-Method"]}")
            );
            var about = message.GetProperty("params").GetProperty("_meta");
            Assert.Equal("2026-07-28", about.Text("io.modelcontextprotocol/protocolVersion"));
            Assert.Equal(
                JsonValueKind.Object,
                about.GetProperty("io.modelcontextprotocol/clientCapabilities").ValueKind
            );
            Assert.Empty(session);
        }
        else if (method == "initialize")
        {
            http.Response.Headers["Mcp-Session-Id"] = $"s{++sessions}";
        }
        else if (session.Length == 0)
        {
            // As servers of that time meet what they do not know.
            await http.JsonAsync(
                """{"jsonrpc":"2.0","error":{"code":-32000,"message":"Bad Request: Server not initialized"},"id":null}""",
                400
            );
            return;
        }
        else if (int.Parse(session.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture) < alive)
        {
            await http.JsonAsync(
                """{"jsonrpc":"2.0","error":{"code":-32001,"message":"Session not found"},"id":null}""",
                404
            );
            return;
        }

        var result = method switch
        {
            "server/discover" =>
                """{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{"tools":{}}}""",
            "initialize" =>
                """{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"fake","version":"1"}}""",
            "tools/list" => List(message.GetProperty("params")),
            _ => await Call(http, message.GetProperty("params")),
        };
        if (http.Response.StatusCode != 200)
        {
            return; // the call has answered by itself
        }

        await ReplyAsync(http, $$"""{"jsonrpc":"2.0","id":{{id.GetRawText()}},"result":{{result}}}""");
    }

    private string List(JsonElement parameters)
    {
        var page = parameters.TryGetProperty("cursor", out var cursor)
            ? int.Parse(cursor.GetString()!, System.Globalization.CultureInfo.InvariantCulture)
            : 0;
        var next = page + 1 < Pages.Count ? $",\"nextCursor\":\"{page + 1}\"" : "";
        return $$"""{"tools":[{{Pages[page]}}]{{next}}}""";
    }

    private async Task ReplyAsync(HttpContext http, string message)
    {
        if (!Streams)
        {
            await http.JsonAsync(message);
            return;
        }

        http.Response.ContentType = "text/event-stream";
        await http.Response.WriteAsync(": hello\nid: 1\ndata:\n\n");
        await http.Response.WriteAsync(
            "event: message\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{}}\r\n\r\n"
        );
        if (!IsModern)
        {
            await http.Response.WriteAsync("data: {\"jsonrpc\":\"2.0\",\"id\":\"p1\",\"method\":\"ping\"}\n\n");
        }

        var half = message.IndexOf(',', StringComparison.Ordinal) + 1;
        await http.Response.WriteAsync($"data: {message[..half]}\ndata: {message[half..]}\n\n");
    }
}

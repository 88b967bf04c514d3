using System.Net.Sockets;
using System.Text;
using Parley.Providers;

namespace Parley.Tests;

/// <summary>What the gateway does with a fault where client and upstream speak alike: it passes bytes and judges none.</summary>
internal enum Passed
{
    /// <summary>Status and bytes, as the upstream sent them.</summary>
    AsIs,

    /// <summary>Nothing came that could pass: 502, naming the upstream.</summary>
    BadGateway,

    /// <summary>The client's connection breaks: half an answer must not look whole.</summary>
    Cut,
}

/// <summary>A row of F6 (reliability.md): what a model server does wrong, and what must come of it.</summary>
internal sealed record UpstreamFault(string Phase, string Says)
{
    public FakeScript? Script { get; init; }
    public Func<RawUpstream, Socket, CancellationToken, Task>? Raw { get; init; }

    /// <summary>What came before it, and must not be lost.</summary>
    public string Words { get; init; } = "";
    public int Asked { get; init; } = 1;
    public Passed Passed { get; init; } = Passed.AsIs;

    /// <summary>The status that a client of other words gets, where nothing came.</summary>
    public int Translated { get; init; } = 502;

    /// <summary>Limits that are waited for, made short.</summary>
    public Action<ProviderOptions>? Limits { get; init; }

    /// <summary>Puts it behind a server whose other upstreams are none, the list of models read.</summary>
    public async Task<IAsyncDisposable> AddToAsync(ParleyApp app)
    {
        IAsyncDisposable upstream;
        if (Raw is not null)
        {
            var raw = RawUpstream.Start(Raw);
            await raw.AddToAsync(app);
            upstream = raw;
        }
        else
        {
            var fake = await FakeUpstream.StartAsync(UpstreamKind.OpenAi);
            await fake.AddToAsync(app);
            fake.Answer(Script ?? FakeScript.Of("never"));
            upstream = fake;
        }

        Assert.NotEmpty((await app.GetJsonAsync("/api/models/list")).Items());
        if (Raw is null && Script is null)
        {
            await upstream.DisposeAsync();
        }

        Limits?.Invoke(app.Get<ProviderOptions>());
        return upstream;
    }

    public static int AskedOf(IAsyncDisposable upstream) =>
        upstream is RawUpstream raw ? raw.Asked : ((FakeUpstream)upstream).Requests.Count;
}

/// <summary>The rows, by the names of F6.</summary>
internal static class UpstreamFaults
{
    private const string First = "first-token";
    private const string Mid = "mid-stream";
    private const string Stream =
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(400);

    public static Dictionary<string, UpstreamFault> All { get; } =
        new(StringComparer.Ordinal)
        {
            ["refuses: nobody listens"] = new("connect", "cannot be reached")
            {
                Asked = 0,
                Passed = Passed.BadGateway,
                Limits = o => o.Attempts = 1,
            },
            ["400"] = Refusal(400, translated: 400),
            ["401"] = Refusal(401),
            ["403"] = Refusal(403),
            ["404"] = Refusal(404, translated: 404),
            ["413"] = Refusal(413, translated: 413),
            ["422"] = Refusal(422, translated: 400),
            ["429 with Retry-After 0"] = Refusal(429, asked: 3, wait: "0", translated: 429),
            ["429 with Retry-After of an hour"] = Refusal(429, wait: "3600", translated: 429),
            ["429 with Retry-After that is no time"] = Refusal(429, asked: 3, wait: "soon", translated: 429),
            ["500"] = Refusal(500),
            ["502"] = Refusal(502),
            ["503"] = Refusal(503, asked: 3, wait: "0", translated: 503),
            ["504"] = Refusal(504),
            ["a redirect elsewhere"] = new(First, "answered 307")
            {
                Script = FakeScript.Refuse(307).Header("Location", "http://127.0.0.1:1/"),
            },
            ["an error page of a megabyte"] = new(First, "answered 500")
            {
                Script = FakeScript.Refuse(500, new string('x', 1_000_000), "text/html"),
            },
            ["an empty 200"] = new(First, "before the end of its answer")
            {
                Script = FakeScript.Refuse(200, "", "text/event-stream"),
            },
            ["closes before an answer"] = Broken((_, _, _) => Task.CompletedTask, "without an answer"),
            ["resets before an answer"] = Broken(
                (_, socket, _) =>
                {
                    RawUpstream.Reset(socket);
                    return Task.CompletedTask;
                },
                "without an answer"
            ),
            ["speaks no HTTP"] = Broken(
                (up, socket, ct) => up.SendAsync(socket, "SSH-2.0-x\r\n\r\n", ct),
                "without an answer"
            ),
            ["a head cut in half"] = Broken(
                (up, socket, ct) => up.SendAsync(socket, "HTTP/1.1 200 OK\r\nContent-Ty", ct),
                "without an answer"
            ),
            ["a head of a megabyte"] = Broken(
                (up, socket, ct) =>
                    up.SendAsync(socket, $"HTTP/1.1 200 OK\r\nX: {new string('x', 1_000_000)}\r\n\r\n", ct),
                "without an answer"
            ),
            ["silence instead of a head"] = new(First, "said nothing for")
            {
                Raw = (_, _, ct) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ct),
                Passed = Passed.BadGateway,
                Limits = o => o.FirstByte = Soon,
            },
            ["silence behind the head"] = new(First, "said nothing for")
            {
                Script = new FakeScript().Silence(),
                Passed = Passed.Cut,
                Limits = o => o.FirstByte = Soon,
            },
            ["silence in the middle"] = new(Mid, "said nothing for")
            {
                Script = new FakeScript().Text("half ").Silence(),
                Words = "half ",
                Passed = Passed.Cut,
                Limits = o => o.Silence = Soon,
            },
            ["closes mid-word"] = Half(
                new FakeScript().Text("one wo").Break(),
                "one wo",
                "closed the connection",
                Passed.Cut
            ),
            ["resets in the middle"] = Torn(Frame("half ") + "Z"),
            ["a chunk cut in half"] = Torn(Frame("half ") + "400\r\ndata: {\"choi"),
            ["a chunk without a size"] = new(First, "closed the connection")
            {
                Raw = (up, socket, ct) => up.SendAsync(socket, Stream + "none\r\n\r\n", ct),
                Passed = Passed.Cut,
            },
            ["a shorter answer than it promised"] = new(Mid, "closed the connection")
            {
                Raw = (up, socket, ct) =>
                    up.SendAsync(
                        socket,
                        $"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 100000\r\n\r\n{Data("half ")}",
                        ct
                    ),
                Words = "half ",
                Passed = Passed.Cut,
            },
            ["ends without the wire's end"] = Half(
                new FakeScript().Text("half "),
                "half ",
                "before the end of its answer"
            ),
            ["half a UTF-8 character, then nothing"] = Half(
                new FakeScript().Text("half ").Bytes(0xE2, 0x82).Break(),
                "half ",
                "closed the connection",
                Passed.Cut
            ),
            ["a bad JSON line"] = Half(new FakeScript().Text("half ").Send("data: {oops\n\n"), "half ", "not JSON"),
            ["a bad JSON line at once"] = new(First, "not JSON") { Script = new FakeScript().Send("data: {oops\n\n") },
            ["JSON of another shape"] = Half(new FakeScript().Text("half ").Send("data: [1]\n\n"), "half ", "not JSON"),
            ["JSON a thousand deep"] = Half(
                new FakeScript().Text("half ").Send("data: {\"x\":" + new string('[', 1000) + "\n\n"),
                "half ",
                "not JSON"
            ),
            ["a line of 10 MB"] = Half(
                new FakeScript().Text("half ").Text(new string('x', 10_000_000)).Finish(),
                "half ",
                "4 MiB"
            ),
            ["a line without end"] = new(Mid, "4 MiB")
            {
                Raw = async (up, socket, ct) =>
                {
                    var more = Encoding.ASCII.GetBytes("10000\r\n" + new string('x', 0x10000) + "\r\n");
                    await up.SendAsync(socket, Stream + Frame("half "), ct);
                    for (var i = 0; i < 160; i++)
                    {
                        await up.SendAsync(socket, more, ct);
                    }

                    await up.SendAsync(socket, "0\r\n\r\n", ct);
                },
                Words = "half ",
            },
            ["wrong content type"] = new(First, "text/html")
            {
                Script = new FakeScript().Send("<html>hi</html>").As("text/html"),
            },
            ["wrong content type over a right answer"] = new(First, "image/png")
            {
                Script = FakeScript.Of("hello").As("image/png"),
            },
            ["packed although nobody asked"] = new(First, "before the end of its answer")
            {
                Script = new FakeScript()
                    .Send([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0x4B, 0x49])
                    .Header("Content-Encoding", "gzip"),
            },
            ["a whole answer that is no JSON"] = new(First, "not JSON") { Script = FakeScript.Refuse(200, "{oops") },
            ["a whole answer of 10 MB"] = new(First, "4096 KiB")
            {
                Script = FakeScript.Refuse(200, new string(' ', 10_000_000)),
            },
            ["an error in the stream at once"] = new(First, "failed: no memory")
            {
                Script = new FakeScript().Send("data: {\"error\":{\"message\":\"no memory\"}}\n\n"),
            },
            ["an error in the middle of the stream"] = Half(
                new FakeScript().Text("half ").Send("data: {\"error\":{\"message\":\"no memory\"}}\n\n"),
                "half ",
                "failed: no memory"
            ),
            ["a tool call cut in half"] = Half(
                new FakeScript().Text("half ").CallOf("current_time", """{"a":"b"}""", pieces: 4).Break(),
                "half ",
                "closed the connection",
                Passed.Cut
            ),
            ["a tool call of 2 MB"] = Half(
                new FakeScript().Text("half ").CallOf("current_time", new string('x', 2_000_000), pieces: 40).Finish(),
                "half ",
                "1024 KiB"
            ),
        };

    private static UpstreamFault Refusal(int status, int asked = 1, string? wait = null, int translated = 502)
    {
        var script = FakeScript.Refuse(status, """{"error":{"message":"no luck"}}""");
        return new UpstreamFault(First, $"answered {status}: no luck")
        {
            Script = wait is null ? script : script.Header("Retry-After", wait),
            Asked = asked,
            Translated = translated,
        };
    }

    private static UpstreamFault Broken(Func<RawUpstream, Socket, CancellationToken, Task> raw, string says) =>
        new(First, says) { Raw = raw, Passed = Passed.BadGateway };

    private static UpstreamFault Half(FakeScript script, string words, string says, Passed passed = Passed.AsIs) =>
        new(Mid, says)
        {
            Script = script,
            Words = words,
            Passed = passed,
        };

    /// <summary>A chunked answer that ends in a torn connection.</summary>
    private static UpstreamFault Torn(string chunks) =>
        new(Mid, "closed the connection")
        {
            Raw = (up, socket, ct) => up.SendAsync(socket, Stream + chunks, ct),
            Words = "half ",
            Passed = Passed.Cut,
        };

    private static string Data(string word) => $"data: {{\"choices\":[{{\"delta\":{{\"content\":\"{word}\"}}}}]}}\n\n";

    private static string Frame(string word)
    {
        var data = Data(word);
        return $"{data.Length:x}\r\n{data}\r\n";
    }
}

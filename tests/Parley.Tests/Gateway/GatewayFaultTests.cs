using System.Net.Sockets;
using System.Text;
using Parley.Kernel;

namespace Parley.Tests.Gateway;

/// <summary>F6 and F7 for programs: upstreams that fail and clients that vanish or crawl, passed on and translated.</summary>
public sealed class GatewayFaultTests : IAsyncLifetime
{
    private const string Asks = """{"model":"m","stream":true,"messages":[{"role":"user","content":"q"}]}""";
    private ParleyApp app = null!;

    public static TheoryData<string> Faults => [.. UpstreamFaults.All.Keys];

    public async ValueTask InitializeAsync() => app = await ParleyApp.StartAsync();

    public ValueTask DisposeAsync() => app.DisposeAsync();

    /// <summary>What a client got before the end, and whether that end was one.</summary>
    private async Task<(int Status, string Text, bool Whole)> AskAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(Asks, Encoding.UTF8, "application/json"),
        };
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        try
        {
            using var answer = await app.Client.SendAsync(
                request,
                HttpCompletionOption.ResponseHeadersRead,
                limit.Token
            );
            using var got = new MemoryStream();
            var whole = true;
            try
            {
                await (await answer.Content.ReadAsStreamAsync(limit.Token)).CopyToAsync(got, limit.Token);
            }
            catch (Exception broken) when (broken is HttpRequestException or IOException)
            {
                whole = false;
            }

            return ((int)answer.StatusCode, Encoding.UTF8.GetString(got.ToArray()), whole);
        }
        catch (HttpRequestException)
        {
            return (0, "", false);
        }
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task F6_passed_on_a_fault_is_the_upstreams_own_bytes_a_502_or_a_broken_connection(string fault)
    {
        var row = UpstreamFaults.All[fault];
        await using var upstream = await row.AddToAsync(app);

        var (status, text, whole) = await AskAsync("/openai/chat/completions");

        switch (row.Passed)
        {
            case Passed.AsIs:
                Assert.True(whole);
                Assert.Equal(row.Script?.StatusCode ?? 200, status);
                break;
            case Passed.BadGateway:
                Assert.Equal((502, true), (status, whole));
                Assert.Contains("\"error\":{\"message\":\"fake ", text, StringComparison.Ordinal);
                Assert.Contains(row.Says, text, StringComparison.Ordinal);
                break;
            default:
                Assert.False(whole);
                break;
        }

        Assert.Contains(row.Words, text, StringComparison.Ordinal);
        Assert.True(UpstreamFault.AskedOf(upstream) <= 1);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task F6_translated_a_fault_is_a_problem_before_the_first_word_and_an_error_behind_it(string fault)
    {
        var row = UpstreamFaults.All[fault];
        await using var upstream = await row.AddToAsync(app);

        var (status, text, whole) = await AskAsync("/ollama/api/chat");

        Assert.True(whole);
        Assert.Equal(row.Words.Length > 0 ? 200 : row.Translated, status);
        Assert.Contains(row.Words, text, StringComparison.Ordinal);
        Assert.Contains("\"error\":\"fake ", text, StringComparison.Ordinal);
        Assert.Contains(row.Says, text, StringComparison.Ordinal);
        Assert.DoesNotContain("\"done\":true", text, StringComparison.Ordinal);
        Assert.Equal(row.Asked, UpstreamFault.AskedOf(upstream));
    }

    [Theory]
    [InlineData("/openai/chat/completions")]
    [InlineData("/ollama/api/chat")]
    public async Task F7_a_client_that_leaves_after_any_piece_takes_the_upstream_along(string path)
    {
        await using var upstream = await FakeUpstream.StartAsync(Parley.Providers.UpstreamKind.OpenAi);
        await upstream.AddToAsync(app);
        for (var pieces = 1; pieces <= 4; pieces++)
        {
            upstream.Answer(new FakeScript().Text([.. Enumerable.Repeat("word ", pieces)]).Silence());
            using var request = new HttpRequestMessage(HttpMethod.Post, path)
            {
                Content = new StringContent(Asks, Encoding.UTF8, "application/json"),
            };
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            using (
                var answer = await app.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token)
            )
            {
                using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(limit.Token));
                for (var seen = 0; seen < pieces; )
                {
                    seen += (await lines.ReadLineAsync(limit.Token))!.Contains("word ", StringComparison.Ordinal)
                        ? 1
                        : 0;
                }
            }

            await upstream.ClientLeftAsync();
        }

        Assert.Equal(4, upstream.Requests.Count);
        await app.RestartAsync(); // what was answered is booked before a stop ends
        var statuses = await app.Get<Db>()
            .ReadAsync(session =>
            {
                var found = new List<long>();
                using var rows = session.Query("SELECT status FROM model_usage");
                while (rows.Step())
                {
                    found.Add(rows.Int64(0));
                }

                return found;
            });
        Assert.Equal([499L, 499L, 499L, 499L], statuses);
    }

    [Theory]
    [InlineData("/openai/chat/completions")]
    [InlineData("/ollama/api/chat")]
    public async Task F7_a_client_that_never_reads_holds_the_upstream_back_and_fills_no_memory(string path)
    {
        var word = "data: {\"choices\":[{\"delta\":{\"content\":\"" + new string('x', 8_000) + "\"}}]}\n\n";
        var chunk = Encoding.ASCII.GetBytes($"{word.Length:x}\r\n{word}\r\n");
        var left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var upstream = RawUpstream.Start(
            async (up, socket, ct) =>
            {
                socket.SendBufferSize = 64 * 1024;
                await up.SendAsync(
                    socket,
                    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n",
                    ct
                );
                try
                {
                    while (true)
                    {
                        await up.SendAsync(socket, chunk, ct);
                    }
                }
                catch (SocketException)
                {
                    left.TrySetResult();
                }
            }
        );
        await upstream.AddToAsync(app);
        using var client = new TcpClient { ReceiveBufferSize = 16 * 1024 };
        await client.ConnectAsync("127.0.0.1", app.Client.BaseAddress!.Port);
        await client
            .GetStream()
            .WriteAsync(
                Encoding.ASCII.GetBytes(
                    $"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {Asks.Length}\r\n\r\n{Asks}"
                )
            );

        // It has stood still once two looks at it, with other requests between them, see the same.
        long before;
        do
        {
            before = upstream.Sent;
            for (var i = 0; i < 200; i++)
            {
                await app.GetJsonAsync("/api/models/list");
            }
        } while (before == 0 || before != upstream.Sent);

        Assert.InRange(upstream.Sent, 1, 32_000_000);
        client.Close();
        await left.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }
}

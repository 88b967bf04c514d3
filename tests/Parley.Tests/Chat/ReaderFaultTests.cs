using System.Net;
using System.Net.Sockets;
using System.Text;
using Parley.Identity;

namespace Parley.Tests.Chat;

/// <summary>F7: readers of stored turns that leave, crawl, come back and crowd; the answer is none the worse (R5, R11).</summary>
public sealed class ReaderFaultTests
{
    private static readonly string[] Words = [.. Enumerable.Range(0, 50).Select(i => $"w{i} ")];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(51)]
    public async Task F7_a_reader_that_leaves_after_k_events_misses_nothing_when_it_comes_back(int events)
    {
        await using var host = await ChatHost.StartAsync();
        host.Upstream.Hold();
        host.Upstream.Answer(Words);
        string turn;
        var read = new List<SentEvent>();
        using (var reader = await host.AskAsync("q"))
        {
            turn = reader.Turn;
            host.Upstream.Release(Math.Max(1, events - 2));
            while (read.Count < events)
            {
                read.Add((await reader.NextAsync())!);
            }
        }

        host.Upstream.Release();
        using var again = await host.FollowAsync(turn, read[^1].Number!.Value);
        read.AddRange(await again.RestAsync());

        Assert.Equal(string.Concat(Words), read.Words());
        Assert.Equal(Enumerable.Range(1, read.Count).Select(n => (long?)n), read.Select(e => e.Number));
        Assert.Equal("complete", read[^1].Data.Text("status"));
    }

    [Fact]
    public async Task F7_a_reader_that_reconnects_fifty_times_gets_every_event_once()
    {
        await using var host = await ChatHost.StartAsync();
        host.Upstream.Hold();
        host.Upstream.Answer(Words);
        using var first = await host.AskAsync("q");
        var read = new List<SentEvent>();
        for (var i = 0; i < 50; i++)
        {
            host.Upstream.Release(1);
            using var again = await host.FollowAsync(first.Turn, read.LastOrDefault()?.Number ?? 0);
            read.Add((await again.NextAsync())!);
        }

        host.Upstream.Release();
        using (var last = await host.FollowAsync(first.Turn, read[^1].Number!.Value))
        {
            read.AddRange(await last.RestAsync());
        }

        Assert.Equal(string.Concat(Words), read.Words());
        Assert.Equal(Enumerable.Range(1, read.Count).Select(n => (long?)n), read.Select(e => e.Number));
        Assert.Single(host.Upstream.Requests);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    public async Task F7_a_reader_that_never_reads_or_crawls_holds_up_nothing(int reads)
    {
        await using var host = await ChatHost.StartAsync();
        var words = Enumerable.Repeat(new string('x', 10_000) + " ", 200).ToArray();
        host.Upstream.Answer(words);
        using var client = new TcpClient { ReceiveBufferSize = 8 * 1024 };
        await client.ConnectAsync("127.0.0.1", host.App.Client.BaseAddress!.Port);
        var body = ChatHost.Body("q");
        var stream = client.GetStream();
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                $"POST /api/chat/stream HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}"
            )
        );
        for (var i = 0; i < reads; i++)
        {
            Assert.Equal(10, await stream.ReadAtLeastAsync(new byte[10], 10));
        }

        await host.Upstream.NextRequestAsync();
        var turn = Assert.Single((await host.App.GetJsonAsync("/api/chat/turns")).Items());
        using var other = await host.FollowAsync(turn.Text("id"));
        var events = await other.RestAsync();

        Assert.Equal("complete", events[^1].Data.Text("status"));
        var message = await host.MessageAsync(turn.Text("conversation_id"), turn.Text("message_id"));
        Assert.Equal((2_000_200, "complete"), (message.Text("content").Length, message.Text("status")));
    }

    [Fact]
    public async Task F7_five_hundred_readers_of_one_user_are_five_and_the_rest_are_told_to_wait()
    {
        var (app, ada) = await Accounts.StartAsync(Accounts.Options(signUp: UserRole.User));
        await using var _ = app;
        await using var upstream = await FakeUpstream.StartAsync(Parley.Providers.UpstreamKind.OpenAi);
        await upstream.AddToAsync(app);
        upstream.Hold();
        upstream.Answer(Words);
        using var first = await EventReader.OpenAsync(app, "POST", "/api/chat/stream", ChatHost.Body("q"), ada.Header);
        var open = new List<HttpResponseMessage>();
        for (var i = 0; i < 500; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/chat/turns/{first.Turn}/events");
            request.Headers.TryAddWithoutValidation(ada.Header.Name, ada.Header.Value);
            open.Add(await app.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead));
        }

        Assert.Equal(4, open.Count(a => a.StatusCode == HttpStatusCode.OK));
        Assert.Equal(496, open.Count(a => a.StatusCode == HttpStatusCode.TooManyRequests));
        await Problems.AssertAsync(open.First(a => !a.IsSuccessStatusCode), 429, "too-many-requests");
        Assert.Equal("5", open.First(a => !a.IsSuccessStatusCode).Headers.GetValues("Retry-After").Single());
        upstream.Release();
        Assert.Equal(string.Concat(Words), (await first.RestAsync()).Words());
        open.ForEach(answer => answer.Dispose());
    }
}

using System.Net;
using System.Net.Sockets;
using System.Text;
using Parley.Identity;
using Parley.Providers;

namespace Parley.Tests;

/// <summary>
/// A model server without any HTTP of its own: it gives its list, and to questions the bytes it is told, as they are; for
/// what no proper server can be made to do.
/// </summary>
internal sealed class RawUpstream : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Func<Socket, CancellationToken, Task> play;
    private readonly Task serving;
    private int asked;
    private long sent;

    private RawUpstream(Func<Socket, CancellationToken, Task> play)
    {
        this.play = play;
        listener.Start();
        serving = ServeAsync();
    }

    /// <summary>How often it was asked anything but its list.</summary>
    public int Asked => Volatile.Read(ref asked);

    /// <summary>Bytes that were got rid of to clients.</summary>
    public long Sent => Interlocked.Read(ref sent);

    public Uri BaseUrl => new($"http://{listener.LocalEndpoint}/v1");

    public static RawUpstream Start(Func<RawUpstream, Socket, CancellationToken, Task> play)
    {
        RawUpstream? made = null;
        return made = new RawUpstream((socket, ct) => play(made!, socket, ct));
    }

    public Task<UpstreamSetup> AddToAsync(ParleyApp app, string name = "fake") =>
        app.Get<UpstreamStore>()
            .AddAsync(
                RequestOrigin.Local,
                new UpstreamDraft
                {
                    Name = name,
                    Kind = UpstreamKind.OpenAi,
                    BaseUrl = BaseUrl,
                },
                CancellationToken.None
            );

    public async Task SendAsync(Socket socket, ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        while (!bytes.IsEmpty)
        {
            var count = await socket.SendAsync(bytes, ct);
            Interlocked.Add(ref sent, count);
            bytes = bytes[count..];
        }
    }

    public Task SendAsync(Socket socket, string text, CancellationToken ct) =>
        SendAsync(socket, Encoding.UTF8.GetBytes(text), ct);

    /// <summary>The connection is torn down, not closed.</summary>
    public static void Reset(Socket socket)
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Close();
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await serving;
        listener.Stop();
        stop.Dispose();
        listener.Dispose();
    }

    private async Task ServeAsync()
    {
        var all = new List<Task>();
        try
        {
            while (true)
            {
                all.Add(AnswerAsync(await listener.AcceptSocketAsync(stop.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(all);
        }
    }

    private async Task AnswerAsync(Socket socket)
    {
        using (socket)
        {
            try
            {
                var head = await ReadAsync(socket);
                if (head.StartsWith("GET ", StringComparison.Ordinal))
                {
                    var list = FakeWire.List(UpstreamKind.OpenAi, ["m"]);
                    await SendAsync(
                        socket,
                        $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {list.Length}\r\nConnection: close\r\n\r\n{list}",
                        stop.Token
                    );
                }
                else if (head.Length > 0)
                {
                    Interlocked.Increment(ref asked);
                    await play(socket, stop.Token);
                }
            }
            catch (Exception gone)
                when (gone is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // The client left, or the test is over.
            }
        }
    }

    /// <summary>One request with its body; the head alone is given.</summary>
    private async Task<string> ReadAsync(Socket socket)
    {
        var bytes = new byte[256 * 1024];
        var length = 0;
        while (true)
        {
            var count = await socket.ReceiveAsync(bytes.AsMemory(length), stop.Token);
            if (count == 0)
            {
                return "";
            }

            length += count;
            var text = Encoding.Latin1.GetString(bytes, 0, length);
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end < 0)
            {
                continue;
            }

            const string Mark = "Content-Length: ";
            var at = text.IndexOf(Mark, StringComparison.OrdinalIgnoreCase);
            var body =
                at < 0 || at > end
                    ? 0
                    : int.Parse(
                        text.AsSpan(at + Mark.Length, text.IndexOf('\r', at) - at - Mark.Length),
                        System.Globalization.CultureInfo.InvariantCulture
                    );
            if (length - end - 4 >= body)
            {
                return text[..end];
            }
        }
    }
}

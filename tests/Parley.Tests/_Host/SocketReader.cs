using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Parley.Tests;

/// <summary>Reads the feed over WebSocket message by message, with the framework's own client.</summary>
internal sealed class SocketReader : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly byte[] buffer = new byte[64 * 1024];

    private SocketReader(ClientWebSocket socket) => Socket = socket;

    public ClientWebSocket Socket { get; }

    /// <summary>What a client would come back with.</summary>
    public string? LastId { get; private set; }

    public static async Task<SocketReader> OpenAsync(
        ParleyApp app,
        string query = "",
        Action<ClientWebSocketOptions>? options = null
    )
    {
        var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        options?.Invoke(socket.Options);
        using var limit = new CancellationTokenSource(Patience);
        var address = new Uri($"ws://{app.Client.BaseAddress!.Authority}/api/ws{query}");
        await socket.ConnectAsync(address, limit.Token);
        return new SocketReader(socket);
    }

    /// <summary>The status that opening it is refused with.</summary>
    public static async Task<int> RefusedAsync(ParleyApp app, Action<ClientWebSocketOptions>? options = null)
    {
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        options?.Invoke(socket.Options);
        var address = new Uri($"ws://{app.Client.BaseAddress!.Authority}/api/ws");
        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(address, CancellationToken.None));
        return (int)socket.HttpStatusCode;
    }

    /// <summary>Null at the server's goodbye.</summary>
    public async Task<SentEvent?> NextAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        var length = 0;
        ValueWebSocketReceiveResult read;
        do
        {
            read = await Socket.ReceiveAsync(buffer.AsMemory(length), limit.Token);
            length += read.Count;
        } while (!read.EndOfMessage);

        if (read.MessageType == WebSocketMessageType.Close)
        {
            return null;
        }

        var message = JsonDocument.Parse(buffer.AsMemory(0, length).ToArray()).RootElement;
        LastId = message.TryGetProperty("id", out var id) ? id.GetString() : LastId;
        return new SentEvent(
            null,
            message.Text("event"),
            message.TryGetProperty("data", out var data) ? data : default,
            message.TryGetProperty("id", out var own) ? own.GetString() : null
        );
    }

    public async Task<SentEvent> UntilAsync(string name)
    {
        while (await NextAsync() is { } next)
        {
            if (next.Name == name)
            {
                return next;
            }
        }

        throw new InvalidOperationException($"the socket was closed without {name}: {Socket.CloseStatus}");
    }

    public Task SendAsync(string text, WebSocketMessageType type = WebSocketMessageType.Text) =>
        Socket.SendAsync(Encoding.UTF8.GetBytes(text), type, endOfMessage: true, CancellationToken.None);

    public void Dispose() => Socket.Dispose();
}

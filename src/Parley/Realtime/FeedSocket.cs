using System.Buffers;
using System.Net.WebSockets;
using Parley.Kernel.Http;

namespace Parley.Realtime;

/// <summary>
/// A feed over WebSocket: one text message an event, <c>{"id":…,"event":…,"data":{…}}</c>. What a client sends is read
/// within limits and dropped, so that its pongs and its goodbye are heard.
/// </summary>
internal sealed class FeedSocket(Hub hub, long ownerId, FeedRequest request) : IResult
{
    private const int LongestMessage = 1024;
    private const int MostMessages = 60;

    /// <summary>A reader that takes nothing for that long is left.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Goodbye = TimeSpan.FromSeconds(1);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        if (SocketHandshake.Refuse(httpContext) is { } refusal)
        {
            await refusal.ExecuteAsync(httpContext);
            return;
        }

        var draining = httpContext.RequestServices.GetRequiredService<Draining>();
        var time = httpContext.RequestServices.GetRequiredService<TimeProvider>();
        using var revoked = new StreamEnd();
        httpContext.Features.Set(revoked);
        using var socket = await SocketHandshake.AcceptAsync(httpContext);
        using var left = CancellationTokenSource.CreateLinkedTokenSource(
            httpContext.RequestAborted,
            draining.Began,
            revoked.Began
        );
        using var reader = hub.Join(ownerId, request);
        var heard = HearAsync(socket, left, time);
        try
        {
            await TellAsync(socket, reader, time, left.Token);
        }
        catch (Exception fault) when (IsGone(fault))
        {
            // It is gone, or takes nothing: there is nobody to say goodbye to.
            socket.Abort();
        }

        await left.CancelAsync();
        await EndAsync(socket, heard, draining.IsActive, revoked.Began.IsCancellationRequested, time);
    }

    private static async Task TellAsync(WebSocket socket, FeedReader reader, TimeProvider time, CancellationToken left)
    {
        var message = new ArrayBufferWriter<byte>(512);
        var events = new List<FeedEvent>();
        while (!left.IsCancellationRequested)
        {
            events.Clear();
            try
            {
                await reader.ReadAsync(events, FeedStream.Heartbeat, time, left);
            }
            catch (OperationCanceledException) when (left.IsCancellationRequested)
            {
                return;
            }

            foreach (var told in events)
            {
                Write(message, told.Sequence > 0 ? new FeedId(reader.Epoch, told.Sequence) : null, told.Type, told);
                await SendAsync(socket, message, time, left);
            }

            if (events.Count > 0 && events[^1].Sequence == 0 && reader.Settled is { } settled)
            {
                Write(message, new FeedId(reader.Epoch, settled), "ready", null);
                await SendAsync(socket, message, time, left);
            }
        }
    }

    private static void Write(ArrayBufferWriter<byte> to, FeedId? id, string type, FeedEvent? told)
    {
        to.ResetWrittenCount();
        to.Write("{"u8);
        if (id is { } known)
        {
            to.Write("\"id\":\""u8);
            FeedEvent.Write(to, known.ToString());
            to.Write("\","u8);
        }

        to.Write("\"event\":\""u8);
        FeedEvent.Write(to, type);
        to.Write("\""u8);
        if (told is { } data)
        {
            to.Write(",\"data\":"u8);
            data.WriteData(to);
        }

        to.Write("}"u8);
    }

    /// <summary>One that does not take it is waited for, but neither for long nor past the right to it.</summary>
    private static async ValueTask SendAsync(
        WebSocket socket,
        ArrayBufferWriter<byte> message,
        TimeProvider time,
        CancellationToken left
    )
    {
        var sending = socket.SendAsync(
            message.WrittenMemory,
            WebSocketMessageType.Text,
            WebSocketMessageFlags.EndOfMessage,
            CancellationToken.None
        );
        if (!sending.IsCompletedSuccessfully)
        {
            await sending.AsTask().WaitAsync(Patience, time, left);
        }
    }

    /// <summary>Reads until the client says goodbye, goes, or sends what it should not; gives what to say to that.</summary>
    private static async Task<(WebSocketCloseStatus Status, string? Why)> HearAsync(
        WebSocket socket,
        CancellationTokenSource left,
        TimeProvider time
    )
    {
        var buffer = new byte[LongestMessage];
        var (messages, bytes, since) = (0, 0, time.GetTimestamp());
        try
        {
            while (true)
            {
                var read = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                if (read.MessageType == WebSocketMessageType.Close)
                {
                    return (WebSocketCloseStatus.NormalClosure, null);
                }

                if (read.MessageType == WebSocketMessageType.Binary)
                {
                    return (WebSocketCloseStatus.InvalidMessageType, "text only");
                }

                bytes += read.Count;
                if (bytes > LongestMessage || (bytes == LongestMessage && !read.EndOfMessage))
                {
                    return (WebSocketCloseStatus.MessageTooBig, "a message is too long");
                }

                if (time.GetElapsedTime(since) > TimeSpan.FromMinutes(1))
                {
                    (messages, since) = (0, time.GetTimestamp());
                }

                // Empty pieces count as well: they cost the same.
                if (++messages > MostMessages)
                {
                    return (WebSocketCloseStatus.PolicyViolation, "too many messages");
                }

                bytes = read.EndOfMessage ? 0 : bytes;
            }
        }
        catch (Exception fault) when (IsGone(fault))
        {
            return (WebSocketCloseStatus.NormalClosure, null);
        }
        finally
        {
            await left.CancelAsync();
        }
    }

    private static async Task EndAsync(
        WebSocket socket,
        Task<(WebSocketCloseStatus Status, string? Why)> heard,
        bool stops,
        bool revoked,
        TimeProvider time
    )
    {
        var (status, why) =
            revoked ? (WebSocketCloseStatus.PolicyViolation, "the right to it has ended: sign in again")
            : stops ? (WebSocketCloseStatus.EndpointUnavailable, "the server is stopping")
            : await heard;
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await socket.CloseOutputAsync(status, why, CancellationToken.None).WaitAsync(Goodbye, time);
                await heard.WaitAsync(Goodbye, time);
            }
        }
        catch (Exception fault) when (IsGone(fault))
        {
            // It does not answer: the connection ends as it is.
        }
        finally
        {
            socket.Abort();
            await heard;
        }
    }

    private static bool IsGone(Exception fault) =>
        fault
            is WebSocketException
                or IOException
                or TimeoutException
                or ObjectDisposedException
                or OperationCanceledException;
}

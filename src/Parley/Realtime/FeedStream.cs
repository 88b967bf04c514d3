using System.Buffers;
using System.IO.Pipelines;
using Parley.Kernel.Http;

namespace Parley.Realtime;

/// <summary>
/// A feed as server-sent events (WHATWG HTML, 9.2), until the reader leaves or the server stops. A slow one is written
/// to as fast as it reads; meanwhile its place stays where it is.
/// </summary>
internal sealed class FeedStream(Hub hub, long ownerId, FeedRequest request) : IResult
{
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);
    private const int FlushAfter = 32 * 1024;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        var draining = httpContext.RequestServices.GetRequiredService<Draining>();
        var time = httpContext.RequestServices.GetRequiredService<TimeProvider>();
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no";
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted, draining.Began);
        using var reader = hub.Join(ownerId, request);
        var events = new List<FeedEvent>();
        try
        {
            while (true)
            {
                events.Clear();
                await reader.ReadAsync(events, Heartbeat, time, ended.Token);
                await WriteAsync(response.BodyWriter, reader, events, ended.Token);
            }
        }
        catch (OperationCanceledException) when (draining.IsActive)
        {
            // A stream without an end of its own must not hold up the stop.
        }
    }

    private static async Task WriteAsync(PipeWriter to, FeedReader reader, List<FeedEvent> events, CancellationToken ct)
    {
        foreach (var written in events)
        {
            Write(to, reader.Epoch, written);
            if (to.UnflushedBytes > FlushAfter)
            {
                await to.FlushAsync(ct);
            }
        }

        if (events.Count == 0)
        {
            to.Write(": heartbeat\n\n"u8);
        }
        else if (events[^1].Sequence == 0 && reader.Settled is { } settled)
        {
            // An id without data is no event, and is remembered all the same: from here on the reader misses nothing.
            WriteId(to, reader.Epoch, settled);
            to.Write("\n"u8);
        }

        await to.FlushAsync(ct);
    }

    private static void Write(PipeWriter to, string epoch, in FeedEvent written)
    {
        if (written.Sequence > 0)
        {
            WriteId(to, epoch, written.Sequence);
        }

        to.Write("event: "u8);
        FeedEvent.Write(to, written.Type);
        to.Write("\ndata: "u8);
        written.WriteData(to);
        to.Write("\n\n"u8);
    }

    private static void WriteId(PipeWriter to, string epoch, long sequence)
    {
        to.Write("id: "u8);
        FeedEvent.Write(to, new FeedId(epoch, sequence).ToString());
        to.Write("\n"u8);
    }
}

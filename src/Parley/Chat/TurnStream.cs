using System.Buffers;
using System.IO.Pipelines;

namespace Parley.Chat;

/// <summary>
/// A turn's events as an answer, from the one after <paramref name="after"/> to the last. The reader takes from the log
/// what has gathered while it wrote, so a slow one costs its own connection and nothing else, and one that leaves
/// changes nothing.
/// </summary>
/// <param name="after">Number of the last event the reader has.</param>
internal sealed class TurnStream(Turn turn, long after) : IResult
{
    private const int FlushAfter = 32 * 1024;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no";
        response.Headers["Parley-Turn"] = TurnId.Format(turn.Id);
        await response.StartAsync(httpContext.RequestAborted);
        await CopyAsync(response.BodyWriter, httpContext.RequestAborted);
    }

    private async Task CopyAsync(PipeWriter to, CancellationToken ct)
    {
        var position = 0;
        var number = 0L;
        while (true)
        {
            var ended = turn.Log.HasEnded;
            var piece = turn.Log.Since(position);
            var taken = 0;
            while (taken < piece.Length)
            {
                var read = Copy(piece.Span[taken..], to, ref number);
                taken += read;
                if (to.UnflushedBytes > 0 && (await to.FlushAsync(ct)).IsCompleted)
                {
                    return;
                }
            }

            position += taken;
            if (ended && position == turn.Log.Length)
            {
                return;
            }

            await turn.Log.WaitAsync(position);
            if (turn.Log.Length == position && !turn.Log.HasEnded)
            {
                to.Write(SseWriter.Heartbeat);
                await to.FlushAsync(ct);
            }
        }
    }

    /// <summary>Copies events until there is enough for one write; gives the bytes of the log it took.</summary>
    private int Copy(ReadOnlySpan<byte> piece, PipeWriter to, ref long number)
    {
        var reader = new TurnLogReader(piece);
        while (to.UnflushedBytes < FlushAfter && reader.TryRead(out var read))
        {
            number++;
            if (number > after)
            {
                SseWriter.Write(to, number, read);
            }
        }

        return reader.Position;
    }
}

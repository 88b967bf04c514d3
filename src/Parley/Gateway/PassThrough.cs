using System.Buffers;
using System.IO.Pipelines;
using System.Net.Http;
using System.Net.Http.Headers;
using Parley.Chat;
using Parley.Identity;
using Parley.Kernel.Http;
using Parley.Providers;

namespace Parley.Gateway;

/// <summary>
/// Sends a request on and copies the answer, byte for byte: each read is flushed, a slow reader slows the upstream, and
/// who leaves takes the upstream's connection along. Thread-safe.
/// </summary>
internal sealed class PassThrough(
    UpstreamHttp upstreams,
    UpstreamHealths healths,
    UsageLog usage,
    TokenCounts tokens,
    TimeProvider time
)
{
    /// <summary>What is asked for from the answer's pipe; a read gives what is there, at most this.</summary>
    private const int Chunk = 4096;

    /// <summary>A client that left before its answer was whole, as nginx calls it.</summary>
    private const int Left = 499;

    /// <summary>Where one request goes.</summary>
    /// <param name="Path">Behind the upstream's base address.</param>
    /// <param name="Model">As the caller names it; empty where no model is asked.</param>
    /// <param name="Asked">The question as JSON, where it is that.</param>
    internal sealed record Target(
        Upstream Upstream,
        string Path,
        string Model,
        HttpContent? Body,
        ReadOnlyMemory<byte> Asked = default
    )
    {
        /// <summary>The model as the upstream calls it.</summary>
        public string OwnModel { get; init; } = Model;
    }

    /// <summary>Asks the targets one after the other until there is a connection, and passes on whatever is answered.</summary>
    /// <exception cref="UpstreamException">None can be reached, or the last one did not answer; nothing was sent back.</exception>
    /// <param name="record">Where the answer is to be stored too.</param>
    public async Task RunAsync(
        HttpContext http,
        Caller caller,
        IReadOnlyList<Target> targets,
        ExchangeRecord? record = null
    )
    {
        var began = time.GetTimestamp();
        for (var at = 0; ; at++)
        {
            var target = targets[at];
            var health = healths.Of(target.Upstream.Id);
            UpstreamAnswer answer;
            try
            {
                ModelRouter.RequireOpen(target.Upstream, health);
                answer = await upstreams.SendAsync(target.Upstream, Request(http, target), http.RequestAborted);
            }
            catch (UpstreamException failure)
            {
                health.Failed(failure);
                if (failure.Phase == UpstreamPhase.Connect && at + 1 < targets.Count)
                {
                    continue;
                }

                Book(caller, target, began, null, GatewayProblem.CodeOf(failure).Status, null, null);
                throw;
            }

            using (answer)
            {
                if ((int)answer.Response.StatusCode < 500)
                {
                    health.Answered();
                }

                await CopyAsync(http, caller, target, answer, began, record);
            }

            return;
        }
    }

    private static HttpRequestMessage Request(HttpContext http, Target target)
    {
        var request = new HttpRequestMessage(new HttpMethod(http.Request.Method), target.Upstream.At(target.Path))
        {
            Content = target.Body,
        };
        GatewayHeaders.CopyThere(http.Request, request);
        return request;
    }

    private async Task CopyAsync(
        HttpContext http,
        Caller caller,
        Target target,
        UpstreamAnswer answer,
        long began,
        ExchangeRecord? record
    )
    {
        var scan = new UsageScan();
        TimeSpan? first = null;
        var status = (int)answer.Response.StatusCode;
        var open = Begin(caller, target, answer, scan);
        try
        {
            http.Response.StatusCode = status;
            GatewayHeaders.CopyBack(answer.Response, http.Response);
            if (record is not null)
            {
                http.Response.ContentLength = null; // it ends once it is stored
            }

            var to = http.Response.BodyWriter;
            for (var pieces = 0; ; pieces++)
            {
                Memory<byte> room;
                int count;
                if (pieces == 0 && IsStream(answer.Response))
                {
                    (room, count) = await BeginAsync(http, to, answer);
                }
                else
                {
                    room = to.GetMemory(Chunk);
                    count = await answer.ReadAsync(room);
                }

                if (count == 0)
                {
                    record?.Ended = true;
                    break;
                }

                first ??= time.GetElapsedTime(began);
                answer.Began = true;
                scan.Add(room.Span[..count]);
                record?.Add(room.Span[..count]);
                to.Advance(count);
                var flushed = await to.FlushAsync(http.RequestAborted);
                if (flushed.IsCompleted || flushed.IsCanceled)
                {
                    status = Left;
                    break;
                }
            }
        }
        catch (UpstreamException failure)
        {
            // Half an answer must not look whole: the connection ends where it stands.
            status = StatusCodes.Status502BadGateway;
            healths.Of(target.Upstream.Id).Failed(failure);
            throw new CutAnswerException();
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            status = Left;
            throw;
        }
        finally
        {
            // What a client left behind was answered all the same; what an upstream refused was not.
            var answered = answer.Response.IsSuccessStatusCode && first is not null;
            var used =
                scan.Find()
                ?? (
                    answered
                        ? Estimate(target, answer.Response.Content.Headers.ContentType?.MediaType, scan, Asked(target))
                        : null
                );
            var spent = used is null ? null : Spent(target, used);
            record?.Spent = spent;
            Book(caller, target, began, first, status, spent, open);
        }
    }

    /// <summary>
    /// The first piece, put where the next one goes. Where it came with the head both go out together; where it did not, the
    /// head goes ahead of it and says that the answer has begun.
    /// </summary>
    private static async ValueTask<(Memory<byte> Room, int Count)> BeginAsync(
        HttpContext http,
        PipeWriter to,
        UpstreamAnswer answer
    )
    {
        var piece = ArrayPool<byte>.Shared.Rent(Chunk);
        var reading = answer.ReadAsync(piece.AsMemory(0, Chunk));
        if (!reading.IsCompletedSuccessfully)
        {
            await to.FlushAsync(http.RequestAborted);
        }

        var count = await reading;
        var room = to.GetMemory(Chunk);
        piece.AsSpan(0, count).CopyTo(room.Span);
        ArrayPool<byte>.Shared.Return(piece); // only here: after a failure it may still be read into
        return (room, count);
    }

    /// <summary>Null where nothing is paid for: no model is asked, or the upstream refuses.</summary>
    private OpenCall? Begin(Caller caller, Target target, UpstreamAnswer answer, UsageScan scan)
    {
        if (target.Model.Length == 0 || !answer.Response.IsSuccessStatusCode)
        {
            return null;
        }

        var type = answer.Response.Content.Headers.ContentType?.MediaType;
        long? asked = null;
        return usage.Begin(
            caller.OwnerId,
            () => scan.HasBegun ? Spent(target, Estimate(target, type, scan, asked ??= Asked(target))) : null
        );
    }

    private long Asked(Target target) => AskedTokens.Estimate(tokens, target.Model, target.Asked.Span);

    private static ModelUsage Estimate(Target target, string? type, UsageScan scan, long asked)
    {
        // Vectors are no tokens.
        var answered = target.Path.Contains("embed", StringComparison.Ordinal) ? 0 : scan.Estimate(type);
        return new ModelUsage(asked, answered) { Estimated = true };
    }

    private static SpentTokens Spent(Target target, ModelUsage used) =>
        new(target.Upstream.Id, target.Model, target.OwnModel, used);

    private static bool IsStream(HttpResponseMessage response) =>
        response.Content.Headers.ContentType?.MediaType is "text/event-stream" or "application/x-ndjson";

    private void Book(
        Caller caller,
        Target target,
        long began,
        TimeSpan? first,
        int status,
        SpentTokens? spent,
        OpenCall? open
    )
    {
        if (target.Model.Length > 0)
        {
            usage.Add(
                new ModelCall(caller.OwnerId, target.Upstream.Id, target.Model)
                {
                    At = time.GetUtcNow(),
                    Spent = spent,
                    FirstByte = first,
                    Total = time.GetElapsedTime(began),
                    Status = status,
                },
                open
            );
        }
    }

    public static HttpContent Json(ReadOnlyMemory<byte> utf8)
    {
        var content = new ReadOnlyMemoryContent(utf8);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }
}

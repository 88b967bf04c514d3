using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Threading.Channels;
using Parley.Chat;
using Parley.Conversations;
using Parley.Kernel;

namespace Parley.Realtime;

/// <summary>One thing that happened. Ids and states, never words: those are read where they are.</summary>
/// <param name="Type">turn, conversation or resync.</param>
/// <param name="Status">Of a turn: as of its message.</param>
/// <param name="Turns">Of a resync: the turns under way.</param>
internal sealed record HubEvent(
    string Type,
    string? TurnId = null,
    string? ConversationId = null,
    string? MessageId = null,
    string? Status = null,
    string? Title = null,
    IReadOnlyList<HubEvent>? Turns = null
);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(HubEvent))]
internal sealed partial class HubJson : JsonSerializerContext;

/// <summary>
/// Hands news to the listeners of the person they belong to. A listener that does not keep up loses what it missed and
/// is told to read anew; nobody waits for it. Thread-safe.
/// </summary>
internal sealed class Hub : IDisposable
{
    private readonly ConcurrentDictionary<long, ConcurrentDictionary<Listener, byte>> listeners = new();
    private readonly List<IDisposable> news;
    private readonly TurnRunner runner;

    public Hub(EventBus events, TurnRunner runner)
    {
        this.runner = runner;
        news =
        [
            events.Subscribe<TurnChanged>(change => Tell(change.OwnerId, Turn(change))),
            events.Subscribe<TitleGiven>(given =>
                Tell(
                    given.OwnerId,
                    new HubEvent(
                        "conversation",
                        ConversationId: ConversationId.Format(given.ConversationId),
                        Title: given.Title
                    )
                )
            ),
            events.Subscribe<ConversationsWritten>(written =>
            {
                foreach (var id in written.Conversations)
                {
                    Tell(written.OwnerId, new HubEvent("conversation", ConversationId: ConversationId.Format(id)));
                }
            }),
        ];
    }

    public bool HasListeners(long ownerId) => listeners.TryGetValue(ownerId, out var of) && !of.IsEmpty;

    public Listener Listen(long ownerId)
    {
        var listener = new Listener(this, ownerId);
        listeners.GetOrAdd(ownerId, static _ => new())[listener] = 0;
        listener.Put(Resync(ownerId));
        return listener;
    }

    /// <summary>Where a listener stands after it missed something.</summary>
    public HubEvent Resync(long ownerId) =>
        new(
            "resync",
            Turns:
            [
                .. runner
                    .Turns.Where(t => t.Place.OwnerId == ownerId && !t.Log.HasEnded)
                    .Select(t =>
                        Turn(TurnChanged.Of(t, t.FirstAt is null ? MessageStatus.Pending : MessageStatus.Streaming))
                    ),
            ]
        );

    public void Dispose() => news.ForEach(n => n.Dispose());

    private void Tell(long ownerId, HubEvent happened)
    {
        if (listeners.TryGetValue(ownerId, out var of))
        {
            foreach (var listener in of.Keys)
            {
                listener.Put(happened);
            }
        }
    }

    private static HubEvent Turn(TurnChanged change) =>
        new(
            "turn",
            TurnId.Format(change.TurnId),
            ConversationId.Format(change.ConversationId),
            MessageId.Format(change.MessageId),
            Statuses.Name(change.Status)
        );

    /// <summary>One tab. Holds a bounded number of events; past it they are dropped and a resync follows.</summary>
    internal sealed class Listener(Hub hub, long ownerId) : IDisposable
    {
        private const int Room = 256;

        private readonly Channel<HubEvent> waiting = Channel.CreateBounded<HubEvent>(
            new BoundedChannelOptions(Room) { SingleReader = true }
        );

        private int missed;

        public void Put(HubEvent happened)
        {
            if (!waiting.Writer.TryWrite(happened))
            {
                Volatile.Write(ref missed, 1);
            }
        }

        /// <summary>Null where nothing came before the limit.</summary>
        public async Task<HubEvent?> NextAsync(TimeSpan limit, TimeProvider time, CancellationToken ct)
        {
            if (waiting.Reader.TryRead(out var next))
            {
                return next;
            }

            if (Interlocked.Exchange(ref missed, 0) == 1)
            {
                return hub.Resync(ownerId);
            }

            using var patience = new CancellationTokenSource(limit, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
            try
            {
                return await waiting.Reader.ReadAsync(either.Token);
            }
            catch (OperationCanceledException) when (patience.IsCancellationRequested && !ct.IsCancellationRequested)
            {
                return null;
            }
        }

        public void Dispose()
        {
            if (hub.listeners.TryGetValue(ownerId, out var of))
            {
                of.TryRemove(this, out _);
            }
        }
    }
}

/// <summary>A listener's events as an answer, until it leaves or the server stops.</summary>
internal sealed class HubStream(Hub hub, long ownerId) : IResult
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        var draining = httpContext.RequestServices.GetRequiredService<Kernel.Http.Draining>();
        var time = httpContext.RequestServices.GetRequiredService<TimeProvider>();
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no";
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted, draining.Began);
        using var listener = hub.Listen(ownerId);
        try
        {
            while (true)
            {
                await WriteAsync(response, await listener.NextAsync(Heartbeat, time, ended.Token), ended.Token);
            }
        }
        catch (OperationCanceledException) when (draining.IsActive)
        {
            // A stream without an end of its own must not hold up the stop.
        }
    }

    private static async Task WriteAsync(HttpResponse response, HubEvent? happened, CancellationToken ct)
    {
        if (happened is null)
        {
            await response.Body.WriteAsync(": heartbeat\n\n"u8.ToArray(), ct);
        }
        else
        {
            var json = JsonSerializer.SerializeToUtf8Bytes(happened, HubJson.Default.HubEvent);
            await response.WriteAsync("event: " + happened.Type + "\ndata: ", ct);
            await response.Body.WriteAsync(json, ct);
            await response.Body.WriteAsync("\n\n"u8.ToArray(), ct);
        }

        await response.Body.FlushAsync(ct);
    }
}

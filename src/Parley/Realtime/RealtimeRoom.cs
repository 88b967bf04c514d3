using Parley.Conversations;
using Parley.Identity;
using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Realtime;

/// <summary>What happens to a person's conversations, told to every tab and device of theirs.</summary>
internal static class RealtimeRoom
{
    public static IServiceCollection AddRealtime(this IServiceCollection services)
    {
        services.AddSingleton<SharedNews>();
        services.AddLog<SharedNews>();
        services.AddSingleton<Hub>();
        services.AddSingleton<IWriteParticipant, WriteNews>();
        return services;
    }

    private const string Details =
        "Events: turn (an answer began or ended), conversation (something about it or in it is new, or it is deleted), resync (read lists anew: it names the answers "
        + "under way), and with words=true also turn_event, the events of all answers under way, each with its number in its turn. Each event has an "
        + "id; who comes back with the last one gets what followed, each event once, or a resync where that is no longer kept (five minutes, or much). "
        + "After a resync with words, what the answers under way have said so far is told again, and an id follows when all of it was.";

    private const string SocketDetails =
        "One text message an event: {\"id\", \"event\", \"data\"}, with ids and data as at /api/events; \"ready\" with an id stands for the id alone there. "
        + "A page shows its token among the protocols, parley.token.<token> beside parley, or is known by its cookie; others send Authorization. The "
        + "server pings every 15 s. What a client sends is dropped: at most 60 text messages a minute of at most 1 KiB. Closed with 1001 when the "
        + "server stops, 1008 when the right to it ends.";

    private static readonly QueryParameter LastEventId = new(
        "last_event_id",
        "string",
        "The same for who cannot send the header; the header is stronger"
    );
    private static readonly QueryParameter Words = new("words", "boolean", "Tell the events of answers too");

    public static void MapRealtime(this IEndpointRouteBuilder routes)
    {
        var at = routes.MapGroup("/api").WithTags("events").ForUsers(KeyScopes.Chat);
        at.MapGet("/events", Follow)
            .Describe("followEvents", "What happens to one's conversations, as it happens", Details)
            .Takes(new HeaderParameter("Last-Event-ID", "Id of the last event the reader has"), LastEventId, Words)
            .WithMetadata(new StandingStream())
            .ReturnsEvents<HubEvent>("text/event-stream");
        at.MapGet("/ws", FollowBySocket)
            .Describe("openSocket", "The same events over WebSocket", SocketDetails)
            .Takes(LastEventId, Words)
            .WithMetadata(new StandingStream(IsSocket: true))
            .WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status101SwitchingProtocols))
            .Fails(ProblemCodes.UpgradeRequired, ProblemCodes.TooManyRequests);
    }

    private static FeedStream Follow(HttpRequest request, Caller caller, Hub hub, string? last_event_id, bool? words) =>
        new(hub, caller.OwnerId, FeedRequest.Read(request, last_event_id, words));

    private static FeedSocket FollowBySocket(
        HttpRequest request,
        Caller caller,
        Hub hub,
        string? last_event_id,
        bool? words
    ) => new(hub, caller.OwnerId, FeedRequest.Read(request, last_event_id, words));
}

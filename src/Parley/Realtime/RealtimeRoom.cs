using Parley.Conversations;
using Parley.Identity;
using Parley.Kernel.Http;

namespace Parley.Realtime;

/// <summary>What happens to a person's conversations, told to every tab and device of theirs.</summary>
internal static class RealtimeRoom
{
    public static IServiceCollection AddRealtime(this IServiceCollection services)
    {
        services.AddSingleton<Hub>();
        services.AddSingleton<IWriteParticipant, WriteNews>();
        return services;
    }

    public static void MapRealtime(this IEndpointRouteBuilder routes) =>
        routes
            .MapGroup("/api")
            .WithTags("events")
            .ForUsers(KeyScopes.Chat)
            .MapGet("/events", (Caller caller, Hub hub) => new HubStream(hub, caller.OwnerId))
            .Describe(
                "followEvents",
                "What happens to one's conversations, as it happens",
                "Events: turn (an answer began or ended; its words are at /api/chat/turns/{id}/events), conversation (it has new messages or another "
                    + "title), resync (too much happened at once: read lists anew). The first event is resync with the answers that are under way."
            )
            .ReturnsEvents<HubEvent>("text/event-stream");
}

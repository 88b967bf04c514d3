using Parley.Identity;
using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Conversations;

/// <summary>Routes of grants.</summary>
internal static class SharingEndpoints
{
    private const string Details =
        "A grant lets a user, or everybody in a group, read, and where it says so write (add and edit messages) or share (grant on, as far as "
        + "their own rights go). Deleting stays the owner's.";

    public static void MapSharingRoutes(this IEndpointRouteBuilder routes)
    {
        var conversations = routes
            .MapGroup("/api/conversations/{id}/grants")
            .WithTags("sharing")
            .ForUsers(KeyScopes.Conversations);
        conversations
            .MapGet("/", ListOfConversation)
            .Describe("listConversationGrants", "Who else may read, write or share a conversation")
            .Returns<Page<GrantView>>()
            .Fails(ProblemCodes.Forbidden);
        conversations
            .MapPut("/", SetOfConversation)
            .Describe("setConversationGrants", "Say who else may read, write or share a conversation", Details)
            .Returns<Page<GrantView>>()
            .Fails(ProblemCodes.Forbidden);
        var spaces = routes.MapGroup("/api/spaces/{id}/grants").WithTags("sharing").ForUsers(KeyScopes.Conversations);
        spaces
            .MapGet("/", ListOfSpace)
            .Describe("listSpaceGrants", "Who else may read, write or share what lies in a space")
            .Returns<Page<GrantView>>()
            .Fails(ProblemCodes.Forbidden);
        spaces
            .MapPut("/", SetOfSpace)
            .Describe("setSpaceGrants", "Say who else may read, write or share what lies in a space", Details)
            .Returns<Page<GrantView>>()
            .Fails(ProblemCodes.Forbidden);
    }

    private static Task<IResult> ListOfConversation(
        HttpContext http,
        Caller caller,
        ConversationId id,
        Sharing sharing
    ) => List(http, caller, IdKind.Conversation, id.Value, sharing);

    private static Task<IResult> ListOfSpace(HttpContext http, Caller caller, SpaceId id, Sharing sharing) =>
        List(http, caller, IdKind.Space, id.Value, sharing);

    private static Task<IResult> SetOfConversation(
        HttpContext http,
        ConversationId id,
        RequestOrigin origin,
        Body<SetGrants> body,
        Sharing sharing
    ) => Set(http, origin, IdKind.Conversation, id.Value, body, sharing);

    private static Task<IResult> SetOfSpace(
        HttpContext http,
        SpaceId id,
        RequestOrigin origin,
        Body<SetGrants> body,
        Sharing sharing
    ) => Set(http, origin, IdKind.Space, id.Value, body, sharing);

    private static async Task<IResult> List(HttpContext http, Caller caller, IdKind kind, long id, Sharing sharing) =>
        Json(await http.Timed("db", sharing.ListAsync(caller, kind, id, http.RequestAborted)));

    private static async Task<IResult> Set(
        HttpContext http,
        RequestOrigin origin,
        IdKind kind,
        long id,
        Body<SetGrants> body,
        Sharing sharing
    ) => Json(await http.Timed("db", sharing.SetAsync(origin, kind, id, body.Value.Wanted, http.RequestAborted)));

    private static JsonAnswer<Page<GrantView>> Json(Page<GrantView> page) =>
        new(page, IdentityJson.Default.PageGrantView);
}

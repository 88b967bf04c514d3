using Parley.Identity;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Conversations;

/// <summary>Routes of messages.</summary>
internal static class MessageEndpoints
{
    public static void MapMessageRoutes(this IEndpointRouteBuilder routes)
    {
        var at = routes
            .MapGroup("/api/conversations/{id}/messages")
            .WithTags("messages")
            .ForUsers(KeyScopes.Conversations);
        at.MapGet("/", List)
            .Describe(
                "listMessages",
                "Page through messages",
                "A page ends at limit, or past about 4 MB of text; next_cursor says where they go on."
            )
            .Returns<Page<MessageView>>();
        at.MapPost("/", Add)
            .Describe("addMessage", "Add a message; it becomes the end of the active path")
            .Returns<MessageView>(StatusCodes.Status201Created)
            .Fails(ProblemCodes.QuotaUsedUp)
            .WithBodyLimit(HttpOptions.MessageBodyBytes);
        at.MapGet("/outline", Outline)
            .Describe(
                "outlineMessages",
                "The shape of a conversation: every message without its words",
                "In the order of messages with tree=true: the place of a message here is its offset there."
            )
            .Returns<MessageOutline>();
        at.MapGet("/{mid}", Get).Describe("getMessage", "One message").Returns<MessageView>();
        at.MapPatch("/{mid}", Change)
            .Describe(
                "changeMessage",
                "Edit a message, which makes a branch beside it unless in_place; favourite; pinned; reactions",
                "A pinned message is sent to models with every question after it on its path, before anything else that fits their window."
            )
            .Returns<MessageView>()
            .Fails(ProblemCodes.QuotaUsedUp)
            .WithBodyLimit(HttpOptions.MessageBodyBytes);
        at.MapDelete("/{mid}", Delete)
            .Describe("deleteMessage", "Delete a message; its replies move up, or go with it")
            .ReturnsNothing();
    }

    private static async Task<IResult> List(
        HttpContext http,
        Caller caller,
        ConversationId id,
        MessageOptions options,
        PageRequest page,
        ConversationStore store
    ) =>
        await http.Timed("db", store.ListMessagesAsync(caller, id.Value, options.Order, page, http.RequestAborted))
            is { } found
            ? new JsonAnswer<Page<MessageView>>(found, ConversationsJson.Default.PageMessageView)
            : ProblemResult.NotFound("conversation");

    private static async Task<IResult> Outline(
        HttpContext http,
        Caller caller,
        ConversationId id,
        MessageOutline.OutlineOptions options,
        ConversationStore store
    ) =>
        await http.Timed("db", store.OutlineAsync(caller, id.Value, options, http.RequestAborted)) is { } found
            ? new JsonAnswer<MessageOutline>(found, ConversationsJson.Default.MessageOutline)
            : ProblemResult.NotFound("conversation");

    private static async Task<IResult> Add(
        HttpContext http,
        Caller caller,
        ConversationId id,
        Body<AddMessage> body,
        IdempotencyKey key,
        MessageEdits edits,
        Quotas quotas
    )
    {
        var added = await http.Timed("db", edits.AddAsync(caller, id.Value, body, key, http.RequestAborted));
        await quotas.TellAsync(http, caller.OwnerId, QuotaKind.Messages);
        return added;
    }

    private static async Task<IResult> Get(
        HttpContext http,
        Caller caller,
        ConversationId id,
        MessageId mid,
        ConversationStore store
    ) =>
        await http.Timed("db", store.FindMessageAsync(caller, id.Value, mid.Value, http.RequestAborted)) is { } found
            ? Json(found)
            : ProblemResult.NotFound("message");

    private static async Task<IResult> Change(
        HttpContext http,
        Caller caller,
        ConversationId id,
        MessageId mid,
        Body<ChangeMessage> body,
        IfMatch match,
        MessageEdits edits
    ) =>
        Json(
            await http.Timed(
                "db",
                edits.ChangeAsync(caller, id.Value, mid.Value, body.Value, match, http.RequestAborted)
            )
        );

    private static async Task<IResult> Delete(
        HttpContext http,
        Caller caller,
        ConversationId id,
        MessageId mid,
        DeleteOptions options,
        IfMatch match,
        MessageEdits edits
    )
    {
        await edits.DeleteAsync(caller, id.Value, mid.Value, options.Branch, match, http.RequestAborted);
        return TypedResults.NoContent();
    }

    private static JsonAnswer<MessageView> Json(MessageView view) => new(view, ConversationsJson.Default.MessageView);
}

using Parley.Identity;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Conversations;

/// <summary>Routes of conversations (contracts/api.md, "Conversations").</summary>
internal static class ConversationEndpoints
{
    public static void MapConversationRoutes(this IEndpointRouteBuilder routes)
    {
        var at = routes.MapGroup("/api/conversations").WithTags("conversations").ForUsers(KeyScopes.Conversations);
        at.MapGet("/", List)
            .Describe("listConversations", "List conversations, last changed first")
            .Returns<Page<ConversationItem>>();
        at.MapPost("/", Create)
            .Describe("createConversation", "Make a conversation")
            .Returns<ConversationView>(StatusCodes.Status201Created)
            .ReturnsETag();
        at.MapGet("/{id}", Open)
            .Describe(
                "getConversation",
                "One conversation with the messages of its active path",
                "Messages end at limit, or past about 4 MB of text; then next_cursor says where they go on under /api/conversations/{id}/messages (with the same tree)."
            )
            .Returns<ConversationView>()
            .ReturnsETag(known: true);
        at.MapPut("/{id}", Change)
            .Describe("replaceConversation", "Change a conversation; the same as PATCH")
            .Returns<ConversationView>()
            .ReturnsETag()
            .WithBodyLimit(HttpOptions.MessageBodyBytes);
        at.MapPatch("/{id}", Change)
            .Describe("changeConversation", "Change a conversation; what is absent stays")
            .Returns<ConversationView>()
            .ReturnsETag()
            .WithBodyLimit(HttpOptions.MessageBodyBytes);
        at.MapDelete("/{id}", Delete)
            .Describe("deleteConversation", "Put it into the bin for 30 days, or delete it for good")
            .ReturnsNothing()
            .Fails(ProblemCodes.Forbidden);
        at.MapPost("/{id}/restore", Restore)
            .Describe("restoreConversation", "Take it out of the bin")
            .Returns<ConversationView>()
            .ReturnsETag();
        at.MapPost("/{id}/archive", Archive)
            .Describe("archiveConversation", "Archive it, or take it out of the archive")
            .Returns<ConversationView>()
            .ReturnsETag();
        at.MapPost("/{id}/fork", Fork)
            .Describe("forkConversation", "Copy a path, or the whole tree, into a new conversation")
            .Returns<ConversationView>(StatusCodes.Status201Created)
            .ReturnsETag();
        routes
            .MapGet("/api/bin", Bin)
            .WithTags("conversations")
            .ForUsers(KeyScopes.Conversations)
            .Describe("listBin", "What lies in the bin, last deleted first")
            .Returns<Page<ConversationItem>>();
        routes
            .MapDelete("/api/bin", EmptyBin)
            .WithTags("conversations")
            .ForUsers(KeyScopes.Conversations)
            .Describe(
                "emptyBin",
                "Delete for good what lies in the bin",
                "What comes into it meanwhile stays. Deletes for some seconds at most; while more is true, ask again."
            )
            .Returns<BinEmptied>();
    }

    private static async Task<IResult> List(
        HttpContext http,
        Caller caller,
        ConversationFilter filter,
        PageRequest page,
        ConversationStore store
    ) => Json(await http.Timed("db", store.ListAsync(caller, filter, page, http.RequestAborted)));

    private static async Task<IResult> Bin(
        HttpContext http,
        Caller caller,
        PageRequest page,
        ConversationStore store
    ) =>
        Json(
            await http.Timed(
                "db",
                store.ListAsync(caller, new ConversationFilter { Binned = true }, page, http.RequestAborted)
            )
        );

    private static async Task<IResult> EmptyBin(HttpContext http, Caller caller, ConversationEdits edits) =>
        new JsonAnswer<BinEmptied>(
            await http.Timed("db", edits.EmptyBinAsync(caller, http.RequestAborted)),
            ConversationsJson.Default.BinEmptied
        );

    private static async Task<IResult> Create(
        HttpContext http,
        Caller caller,
        Body<CreateConversation> body,
        IdempotencyKey key,
        ConversationEdits edits
    ) => await http.Timed("db", edits.CreateAsync(caller, body, key, http.RequestAborted));

    private static async Task<IResult> Open(
        HttpContext http,
        Caller caller,
        ConversationId id,
        OpenOptions options,
        ConversationStore store
    )
    {
        var found = await http.Timed(
            "db",
            store.OpenAsync(caller, id.Value, options.Order, options.Limit, http.RequestAborted)
        );
        if (found is null)
        {
            return ProblemResult.NotFound("conversation");
        }

        return ETags.IsKnown(http.Request, found.Version)
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : Json(found);
    }

    private static async Task<IResult> Change(
        HttpContext http,
        Caller caller,
        ConversationId id,
        Body<ChangeConversation> body,
        IfMatch match,
        ConversationEdits edits
    ) => Json(await http.Timed("db", edits.ChangeAsync(caller, id.Value, body.Value, match, http.RequestAborted)));

    internal static async Task<IResult> Delete(
        HttpContext http,
        Caller caller,
        ConversationId id,
        DeleteOptions options,
        IfMatch match,
        ConversationEdits edits
    )
    {
        await (
            options.Permanent
                ? edits.RemoveAsync(caller, id.Value, match, http.RequestAborted)
                : edits.BinAsync(caller, id.Value, match, http.RequestAborted)
        );
        return TypedResults.NoContent();
    }

    private static async Task<IResult> Restore(
        HttpContext http,
        Caller caller,
        ConversationId id,
        ConversationEdits edits
    ) => Json(await http.Timed("db", edits.RestoreAsync(caller, id.Value, http.RequestAborted)));

    private static async Task<IResult> Archive(
        HttpContext http,
        Caller caller,
        ConversationId id,
        OptionalBody<ArchiveConversation> body,
        IfMatch match,
        ConversationEdits edits
    )
    {
        var change = new ChangeConversation { Archived = body.Value.Archived ?? true };
        return Json(await http.Timed("db", edits.ChangeAsync(caller, id.Value, change, match, http.RequestAborted)));
    }

    private static async Task<IResult> Fork(
        HttpContext http,
        Caller caller,
        ConversationId id,
        OptionalBody<ForkConversation> body,
        IdempotencyKey key,
        ConversationFork fork
    ) => await http.Timed("db", fork.RunAsync(caller, id.Value, body.Value, body.Utf8, key, http.RequestAborted));

    private static JsonAnswer<Page<ConversationItem>> Json(Page<ConversationItem> page) =>
        new(page, ConversationsJson.Default.PageConversationItem);

    private static JsonAnswer<ConversationView> Json(ConversationView view) =>
        new(view, ConversationsJson.Default.ConversationView) { ETag = ETags.Of(view.Version) };
}

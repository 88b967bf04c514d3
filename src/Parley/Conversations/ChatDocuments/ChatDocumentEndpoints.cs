using Parley.Identity;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Conversations.ChatDocuments;

/// <summary>The same conversations as chat documents (contracts/api.md, "The chat-document surface").</summary>
internal static class ChatDocumentEndpoints
{
    /// <summary>A document holds its active path twice.</summary>
    private const long DocumentBytes = 32 * 1024 * 1024;

    private static readonly PathParameter Mid = new("mid", "The message's id in the document");

    public static void MapChatDocumentRoutes(this IEndpointRouteBuilder routes)
    {
        var at = routes.MapGroup("/api/chats").WithTags("chat documents").ForUsers(KeyScopes.Conversations);
        at.MapGet("/", List).Describe("listChats", "List chats, last changed first").Returns<Page<ChatItem>>();
        at.MapPost("/", Create)
            .Describe(
                "createChat",
                "Make a conversation from a chat document",
                "Unknown and own parents, circles and children that are none are mended, and warnings say so."
            )
            .Returns<ChatView>(StatusCodes.Status201Created)
            .ReturnsETag()
            .Fails(ProblemCodes.QuotaUsedUp)
            .WithBodyLimit(DocumentBytes);
        at.MapPost("/delete", DeleteMany)
            .Describe("deleteChats", "Put many chats into the bin for 30 days")
            .Returns<DeletedChats>();
        at.MapGet("/{id}", Open)
            .Describe("getChat", "One conversation as a chat document, every branch in it")
            .Returns<ChatView>()
            .ReturnsETag(known: true)
            .Fails(ProblemCodes.TooLarge);
        at.MapPost("/{id}", Write)
            .Describe(
                "writeChat",
                "Lay a chat document over the conversation",
                "Messages are united by id: new ones are added, others take the words of the document, those it does not hold stay. Only what deleted names goes. "
                    + "The chat stands at currentId, unless it has gone on from there with messages that the document does not hold."
            )
            .Returns<ChatView>()
            .ReturnsETag()
            .Fails(ProblemCodes.QuotaUsedUp)
            .WithBodyLimit(DocumentBytes);
        at.MapDelete("/{id}", ConversationEndpoints.Delete)
            .Describe("deleteChat", "Put it into the bin for 30 days, or delete it for good")
            .ReturnsNothing()
            .Fails(ProblemCodes.Forbidden);
        at.MapPost("/{id}/archive", Archive)
            .Describe("archiveChat", "Archive it, or take it out of the archive")
            .Returns<ChatView>()
            .ReturnsETag();
        var messages = at.MapGroup("/{id}/messages");
        messages
            .MapGet("/", ListMessages)
            .Describe("listChatMessages", "Page through messages as documents hold them")
            .Returns<Page<RawJson>>();
        messages
            .MapPost("/", Add)
            .Describe("addChatMessage", "Add a message; the chat then stands at it")
            .Returns<RawJson>(StatusCodes.Status201Created)
            .Fails(ProblemCodes.QuotaUsedUp)
            .WithBodyLimit(HttpOptions.MessageBodyBytes);
        messages
            .MapPatch("/{mid}", Change)
            .Describe("changeChatMessage", "Change members of a message in place; null takes one away")
            .Takes(Mid)
            .Returns<RawJson>()
            .WithBodyLimit(HttpOptions.MessageBodyBytes);
        messages
            .MapDelete("/{mid}", DeleteMessage)
            .Describe("deleteChatMessage", "Delete a message; its replies move up, or go with it")
            .Takes(Mid)
            .ReturnsNothing();
    }

    private static async Task<IResult> List(
        HttpContext http,
        Caller caller,
        ConversationFilter filter,
        PageRequest page,
        ConversationStore store
    )
    {
        var found = await http.Timed("db", store.ListAsync(caller, filter, page, http.RequestAborted));
        return new JsonAnswer<Page<ChatItem>>(
            new Page<ChatItem>([.. found.Items.Select(ChatItem.Of)], found.Total, found.NextCursor)
            {
                Number = found.Number,
                PageSize = found.PageSize,
            },
            ConversationsJson.Default.PageChatItem
        );
    }

    private static async Task<IResult> Create(
        HttpContext http,
        Caller caller,
        Body<CreateChat> body,
        IdempotencyKey key,
        ChatDocumentStore chats
    ) => await http.Timed("db", chats.CreateAsync(caller, body, key, http.RequestAborted));

    private static async Task<IResult> DeleteMany(
        HttpContext http,
        Caller caller,
        Body<DeleteChats> body,
        ConversationEdits edits
    )
    {
        var wanted = body.Value.Ids!;
        var binned = await http.Timed("db", edits.BinManyAsync(caller, [.. wanted.Select(Key)], http.RequestAborted));
        return new JsonAnswer<DeletedChats>(
            new DeletedChats(
                [.. wanted.Where(id => binned.Contains(Key(id)))],
                [.. wanted.Where(id => !binned.Contains(Key(id)))]
            ),
            ConversationsJson.Default.DeletedChats
        );
    }

    private static async Task<IResult> Open(HttpContext http, Caller caller, ConversationId id, ChatDocumentStore chats)
    {
        var found = await http.Timed("db", chats.FindAsync(caller, id.Value, http.RequestAborted));
        if (found is null)
        {
            return ProblemResult.NotFound("conversation");
        }

        return ETags.IsKnown(http.Request, found.Version)
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : Json(found);
    }

    private static async Task<IResult> Write(
        HttpContext http,
        Caller caller,
        ConversationId id,
        Body<WriteChat> body,
        IfMatch match,
        IdempotencyKey key,
        ChatDocumentStore chats
    ) => await http.Timed("db", chats.WriteAsync(caller, id.Value, body, match, key, http.RequestAborted));

    private static async Task<IResult> Archive(
        HttpContext http,
        Caller caller,
        ConversationId id,
        OptionalBody<ArchiveConversation> body,
        IfMatch match,
        ConversationEdits edits,
        ChatDocumentStore chats
    )
    {
        var change = new ChangeConversation { Archived = body.Value.Archived ?? true };
        await http.Timed("db", edits.ChangeAsync(caller, id.Value, change, match, http.RequestAborted));
        return await chats.FindAsync(caller, id.Value, http.RequestAborted) is { } found
            ? Json(found)
            : ProblemResult.NotFound("conversation");
    }

    private static async Task<IResult> ListMessages(
        HttpContext http,
        Caller caller,
        ConversationId id,
        MessageOptions options,
        PageRequest page,
        ChatDocumentStore chats
    ) =>
        await http.Timed("db", chats.ListMessagesAsync(caller, id.Value, options.Order, page, http.RequestAborted))
            is { } found
            ? new JsonAnswer<Page<RawJson>>(found, ConversationsJson.Default.PageRawJson)
            : ProblemResult.NotFound("conversation");

    private static async Task<IResult> Add(
        HttpContext http,
        Caller caller,
        ConversationId id,
        Body<AddChatMessage> body,
        IdempotencyKey key,
        ChatDocumentStore chats,
        Quotas quotas
    )
    {
        var added = await http.Timed("db", chats.AddAsync(caller, id.Value, body, key, http.RequestAborted));
        await quotas.TellAsync(http, caller.OwnerId, QuotaKind.Messages);
        return added;
    }

    private static async Task<IResult> Change(
        HttpContext http,
        Caller caller,
        ConversationId id,
        string mid,
        Body<ChangeChatMessage> body,
        IfMatch match,
        ChatDocumentStore chats
    ) =>
        new JsonAnswer<RawJson>(
            await http.Timed("db", chats.ChangeAsync(caller, id.Value, mid, body.Value, match, http.RequestAborted)),
            ConversationsJson.Default.RawJson
        );

    private static async Task<IResult> DeleteMessage(
        HttpContext http,
        Caller caller,
        ConversationId id,
        string mid,
        DeleteOptions options,
        IfMatch match,
        ChatDocumentStore chats
    )
    {
        await chats.DeleteAsync(caller, id.Value, mid, options.Branch, match, http.RequestAborted);
        return TypedResults.NoContent();
    }

    private static long Key(string id) => ConversationId.TryParse(id, null, out var parsed) ? parsed.Value : 0;

    private static JsonAnswer<ChatView> Json(ChatView view) =>
        new(view, ConversationsJson.Default.ChatView) { ETag = ETags.Of(view.Version) };
}

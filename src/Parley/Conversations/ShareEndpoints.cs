using System.Text.Json;
using Parley.Identity;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Conversations;

/// <summary>Routes of share links: made, listed and revoked by their owner, read by anybody.</summary>
internal static class ShareEndpoints
{
    public static void MapShareRoutes(this IEndpointRouteBuilder routes)
    {
        var ofOne = routes
            .MapGroup("/api/conversations/{id}/share")
            .WithTags("sharing")
            .ForUsers(KeyScopes.Conversations);
        ofOne
            .MapPost("/", Make)
            .Describe(
                "shareConversation",
                "Make a link by which anybody reads a path as it is now",
                "Hidden messages, system prompts and files are not shown, thinking and tools only if asked for. The link is in this answer and nowhere else."
            )
            .Returns<NewShareView>(StatusCodes.Status201Created)
            .Fails(ProblemCodes.Forbidden, ProblemCodes.Conflict);
        ofOne
            .MapGet("/", ListOfOne)
            .Describe("listConversationShares", "The links of a conversation")
            .Returns<Page<ShareView>>()
            .Fails(ProblemCodes.Forbidden);
        var all = routes.MapGroup("/api/shares").WithTags("sharing").ForUsers(KeyScopes.Conversations);
        all.MapGet("/", List).Describe("listShares", "All of one's own links").Returns<Page<ShareView>>();
        all.MapDelete("/{id}", Revoke)
            .Describe("revokeShare", "Revoke a link: from now on it opens nothing")
            .ReturnsNothing();
        routes
            .MapGet("/api/shared/{token}", ReadJson)
            .WithTags("sharing")
            .ForAnyone()
            .Takes(new PathParameter("token", "What opens it"))
            .Describe("getShared", "What a link shows")
            .Returns<SharedConversation>();
        routes
            .MapGet("/s/{token}", ReadPage)
            .WithTags("sharing")
            .ForAnyone()
            .Takes(new PathParameter("token", "What opens it"))
            .Describe("getSharedPage", "What a link shows, as a page")
            .ReturnsFile("text/html");
    }

    private static async Task<IResult> Make(
        HttpContext http,
        RequestOrigin origin,
        ConversationId id,
        OptionalBody<CreateShare> body,
        ShareLinks links
    )
    {
        var made = await http.Timed("db", links.MakeAsync(origin, id.Value, body.Value, http.RequestAborted));
        return new JsonAnswer<NewShareView>(made, ConversationsJson.Default.NewShareView, StatusCodes.Status201Created)
        {
            Location = made.Path,
        };
    }

    private static async Task<IResult> ListOfOne(
        HttpContext http,
        Caller caller,
        ConversationId id,
        PageRequest page,
        ShareLinks links
    ) => Json(await http.Timed("db", links.ListAsync(caller, id.Value, page, http.RequestAborted)));

    private static async Task<IResult> List(HttpContext http, Caller caller, PageRequest page, ShareLinks links) =>
        Json(await http.Timed("db", links.ListAsync(caller, null, page, http.RequestAborted)));

    private static async Task<IResult> Revoke(HttpContext http, RequestOrigin origin, ShareId id, ShareLinks links) =>
        await http.Timed("db", links.RevokeAsync(origin, id.Value, http.RequestAborted))
            ? TypedResults.NoContent()
            : ProblemResult.NotFound("link");

    private static async Task<IResult> ReadJson(HttpContext http, string token, ShareLinks links)
    {
        Hide(http);
        if (await http.Timed("db", links.FindAsync(token, http.RequestAborted)) is not { } shown)
        {
            return ProblemResult.NotFound("link");
        }

        return await SendAsync(http, shown, "application/json");
    }

    private static async Task<IResult> ReadPage(HttpContext http, string token, ShareLinks links)
    {
        Hide(http);
        if (await http.Timed("db", links.FindAsync(token, http.RequestAborted)) is not { } shown)
        {
            return ProblemResult.NotFound("link");
        }

        SharePage.SetHeaders(http.Response.Headers);
        var conversation = JsonSerializer.Deserialize(shown, ConversationsJson.Default.SharedConversation)!;
        return await SendAsync(http, SharePage.Write(conversation), SharePage.ContentType);
    }

    private static async Task<IResult> SendAsync(HttpContext http, byte[] body, string type)
    {
        http.Response.ContentType = type;
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body, http.RequestAborted);
        return TypedResults.Empty;
    }

    /// <summary>From search engines; no cache keeps it either, since every answer is <c>no-store</c>.</summary>
    private static void Hide(HttpContext http) => http.Response.Headers["X-Robots-Tag"] = "noindex, nofollow";

    private static JsonAnswer<Page<ShareView>> Json(Page<ShareView> page) =>
        new(page, ConversationsJson.Default.PageShareView);
}

using Parley.Identity;
using Parley.Kernel.Http;

namespace Parley.Conversations;

/// <summary>Routes of tags, spaces and folders.</summary>
internal static class LabelEndpoints
{
    public static void MapLabelRoutes(this IEndpointRouteBuilder routes)
    {
        var tags = routes.MapGroup("/api/tags").WithTags("tags").ForUsers(KeyScopes.Conversations);
        tags.MapGet("/", ListTags).Describe("listTags", "List tags by name, with counts").Returns<Page<LabelView>>();
        tags.MapPost("/", CreateTag)
            .Describe("createTag", "Make a tag")
            .Returns<LabelView>(StatusCodes.Status201Created);
        tags.MapPatch("/{id}", ChangeTag).Describe("changeTag", "Rename or paint a tag").Returns<LabelView>();
        tags.MapDelete("/{id}", DeleteTag)
            .Describe("deleteTag", "Delete a tag; its conversations stay")
            .ReturnsNothing();
        tags.MapPost("/{id}/merge", MergeTag)
            .Describe("mergeTag", "Give its conversations to another tag and delete it")
            .Returns<LabelView>();

        var spaces = routes.MapGroup("/api/spaces").WithTags("spaces").ForUsers(KeyScopes.Conversations);
        spaces
            .MapGet("/", ListSpaces)
            .Describe("listSpaces", "List spaces by name, with counts")
            .Returns<Page<LabelView>>();
        spaces
            .MapPost("/", CreateSpace)
            .Describe("createSpace", "Make a space")
            .Returns<LabelView>(StatusCodes.Status201Created);
        spaces.MapPatch("/{id}", ChangeSpace).Describe("changeSpace", "Rename or paint a space").Returns<LabelView>();
        spaces
            .MapDelete("/{id}", DeleteSpace)
            .Describe("deleteSpace", "Delete a space; its conversations go to the default one")
            .ReturnsNothing();
        spaces
            .MapPost("/{id}/merge", MergeSpace)
            .Describe("mergeSpace", "Move its conversations to another space and delete it")
            .Returns<LabelView>();

        var folders = routes.MapGroup("/api/folders").WithTags("folders").ForUsers(KeyScopes.Conversations);
        folders
            .MapGet("/", ListFolders)
            .Describe("listFolders", "List folders; parent_id says how they nest")
            .Returns<Page<FolderView>>();
        folders
            .MapPost("/", CreateFolder)
            .Describe("createFolder", "Make a folder")
            .Returns<FolderView>(StatusCodes.Status201Created);
        folders
            .MapPatch("/{id}", ChangeFolder)
            .Describe("changeFolder", "Rename or move a folder")
            .Returns<FolderView>();
        folders
            .MapDelete("/{id}", DeleteFolder)
            .Describe("deleteFolder", "Delete a folder; what lies in it moves up")
            .ReturnsNothing();
    }

    private static Task<IResult> ListTags(HttpContext http, Caller caller, PageRequest page, LabelStore store) =>
        List(http, caller, LabelKind.Tag, page, store);

    private static Task<IResult> ListSpaces(HttpContext http, Caller caller, PageRequest page, LabelStore store) =>
        List(http, caller, LabelKind.Space, page, store);

    private static async Task<IResult> CreateTag(
        HttpContext http,
        Caller caller,
        Body<CreateLabel> body,
        IdempotencyKey key,
        LabelStore store
    ) => await http.Timed("db", store.CreateAsync(caller, LabelKind.Tag, body, key, http.RequestAborted));

    private static async Task<IResult> CreateSpace(
        HttpContext http,
        Caller caller,
        Body<CreateLabel> body,
        IdempotencyKey key,
        LabelStore store
    ) => await http.Timed("db", store.CreateAsync(caller, LabelKind.Space, body, key, http.RequestAborted));

    private static async Task<IResult> ChangeTag(
        HttpContext http,
        Caller caller,
        TagId id,
        Body<ChangeLabel> body,
        LabelStore store
    ) =>
        Json(
            await http.Timed("db", store.ChangeAsync(caller, LabelKind.Tag, id.Value, body.Value, http.RequestAborted))
        );

    private static async Task<IResult> ChangeSpace(
        HttpContext http,
        Caller caller,
        SpaceId id,
        Body<ChangeLabel> body,
        LabelStore store
    ) =>
        Json(
            await http.Timed(
                "db",
                store.ChangeAsync(caller, LabelKind.Space, id.Value, body.Value, http.RequestAborted)
            )
        );

    private static async Task<IResult> MergeTag(
        HttpContext http,
        Caller caller,
        TagId id,
        Body<MergeLabel> body,
        LabelStore store
    ) =>
        Json(
            await http.Timed(
                "db",
                store.MergeAsync(caller, LabelKind.Tag, id.Value, body.Value.Into!, http.RequestAborted)
            )
        );

    private static async Task<IResult> MergeSpace(
        HttpContext http,
        Caller caller,
        SpaceId id,
        Body<MergeLabel> body,
        LabelStore store
    ) =>
        Json(
            await http.Timed(
                "db",
                store.MergeAsync(caller, LabelKind.Space, id.Value, body.Value.Into!, http.RequestAborted)
            )
        );

    private static async Task<IResult> DeleteTag(HttpContext http, Caller caller, TagId id, LabelStore store)
    {
        await store.DeleteAsync(caller, LabelKind.Tag, id.Value, http.RequestAborted);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> DeleteSpace(HttpContext http, Caller caller, SpaceId id, LabelStore store)
    {
        await store.DeleteAsync(caller, LabelKind.Space, id.Value, http.RequestAborted);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> ListFolders(
        HttpContext http,
        Caller caller,
        PageRequest page,
        FolderStore store
    ) =>
        new JsonAnswer<Page<FolderView>>(
            await http.Timed("db", store.ListAsync(caller, page, http.RequestAborted)),
            ConversationsJson.Default.PageFolderView
        );

    private static async Task<IResult> CreateFolder(
        HttpContext http,
        Caller caller,
        Body<CreateFolder> body,
        IdempotencyKey key,
        FolderStore store
    ) => await http.Timed("db", store.CreateAsync(caller, body, key, http.RequestAborted));

    private static async Task<IResult> ChangeFolder(
        HttpContext http,
        Caller caller,
        FolderId id,
        Body<ChangeFolder> body,
        FolderStore store
    ) =>
        new JsonAnswer<FolderView>(
            await http.Timed("db", store.ChangeAsync(caller, id.Value, body.Value, http.RequestAborted)),
            ConversationsJson.Default.FolderView
        );

    private static async Task<IResult> DeleteFolder(HttpContext http, Caller caller, FolderId id, FolderStore store)
    {
        await store.DeleteAsync(caller, id.Value, http.RequestAborted);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> List(
        HttpContext http,
        Caller caller,
        LabelKind kind,
        PageRequest page,
        LabelStore store
    ) =>
        new JsonAnswer<Page<LabelView>>(
            await http.Timed("db", store.ListAsync(caller, kind, page, http.RequestAborted)),
            ConversationsJson.Default.PageLabelView
        );

    private static JsonAnswer<LabelView> Json(LabelView view) => new(view, ConversationsJson.Default.LabelView);
}

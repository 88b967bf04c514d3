using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Identity;

/// <summary>Groups: for admins to keep, and for everybody to see which ones they are in.</summary>
internal static class GroupEndpoints
{
    public static void MapGroupRoutes(this IEndpointRouteBuilder routes)
    {
        routes
            .MapGet("/api/auth/groups", ListOwnAsync)
            .WithTags("identity")
            .ForSessions()
            .Describe("listOwnGroups", "The groups one is in, oldest first")
            .Returns<Page<GroupView>>();
        var at = routes.MapGroup("/api/groups").WithTags("identity").ForAdmins(KeyScopes.Users);
        at.MapGet("/", ListAsync).Describe("listGroups", "List groups, oldest first").Returns<Page<GroupView>>();
        at.MapPost("/", CreateAsync)
            .Describe("createGroup", "Make a group")
            .Returns<GroupView>(StatusCodes.Status201Created)
            .Fails(ProblemCodes.Conflict);
        at.MapGet("/{id}", GetAsync).Describe("getGroup", "One group").Returns<GroupView>();
        at.MapPatch("/{id}", RenameAsync)
            .Describe("renameGroup", "Rename a group")
            .Returns<GroupView>()
            .Fails(ProblemCodes.Conflict);
        at.MapDelete("/{id}", RemoveAsync)
            .Describe("deleteGroup", "Delete a group; its members stay, and lose what it was granted")
            .ReturnsNothing();
        at.MapGet("/{id}/members", ListMembersAsync)
            .Describe("listGroupMembers", "Who is in a group, oldest account first")
            .Returns<Page<UserView>>();
        at.MapPut("/{id}/members", SetMembersAsync)
            .Describe("setGroupMembers", "Have these and no others in a group")
            .Returns<GroupView>();
        at.MapPut("/{id}/members/{uid}", AddMemberAsync)
            .Describe("addGroupMember", "Put somebody into a group")
            .Returns<GroupView>();
        at.MapDelete("/{id}/members/{uid}", RemoveMemberAsync)
            .Describe("removeGroupMember", "Take somebody out of a group")
            .Returns<GroupView>();
    }

    private static async Task<IResult> ListOwnAsync(
        HttpContext http,
        Caller caller,
        PageRequest page,
        GroupAdmin groups
    ) => Json(await http.Timed("db", groups.ListOfUserAsync(caller.OwnerId, page, http.RequestAborted)));

    private static async Task<IResult> ListAsync(HttpContext http, PageRequest page, GroupAdmin groups) =>
        Json(await http.Timed("db", groups.ListAsync(page, http.RequestAborted)));

    private static async Task<IResult> CreateAsync(
        HttpContext http,
        RequestOrigin origin,
        Body<NameGroup> body,
        IdempotencyKey key,
        GroupAdmin groups
    ) => await groups.AddAsync(origin, body, key, http.RequestAborted);

    private static async Task<IResult> GetAsync(HttpContext http, GroupId id, GroupAdmin groups) =>
        Show(await http.Timed("db", groups.FindAsync(id.Value, http.RequestAborted)));

    private static async Task<IResult> RenameAsync(
        HttpContext http,
        GroupId id,
        RequestOrigin origin,
        Body<NameGroup> body,
        GroupAdmin groups
    ) => Show(await groups.RenameAsync(id.Value, body.Value.Name!, origin, http.RequestAborted));

    private static async Task<IResult> RemoveAsync(
        HttpContext http,
        GroupId id,
        RequestOrigin origin,
        GroupAdmin groups
    ) =>
        await groups.RemoveAsync(id.Value, origin, http.RequestAborted)
            ? TypedResults.NoContent()
            : ProblemResult.NotFound("group");

    private static async Task<IResult> ListMembersAsync(
        HttpContext http,
        GroupId id,
        PageRequest page,
        GroupAdmin groups
    ) =>
        await http.Timed("db", groups.ListMembersAsync(id.Value, page, http.RequestAborted)) is { } found
            ? new JsonAnswer<Page<UserView>>(found, IdentityJson.Default.PageUserView)
            : ProblemResult.NotFound("group");

    private static async Task<IResult> SetMembersAsync(
        HttpContext http,
        GroupId id,
        RequestOrigin origin,
        Body<SetMembers> body,
        GroupAdmin groups
    ) => Show(await groups.SetMembersAsync(id.Value, body.Value.Ids, origin, http.RequestAborted));

    private static async Task<IResult> AddMemberAsync(
        HttpContext http,
        GroupId id,
        UserId uid,
        RequestOrigin origin,
        GroupAdmin groups
    ) => Show(await groups.AddMemberAsync(id.Value, uid.Value, origin, http.RequestAborted));

    private static async Task<IResult> RemoveMemberAsync(
        HttpContext http,
        GroupId id,
        UserId uid,
        RequestOrigin origin,
        GroupAdmin groups
    ) => Show(await groups.RemoveMemberAsync(id.Value, uid.Value, origin, http.RequestAborted));

    private static JsonAnswer<Page<GroupView>> Json(Page<GroupView> page) =>
        new(page, IdentityJson.Default.PageGroupView);

    private static IResult Show(Group? group) =>
        group is null
            ? ProblemResult.NotFound("group")
            : new JsonAnswer<GroupView>(GroupView.Of(group), IdentityJson.Default.GroupView);
}

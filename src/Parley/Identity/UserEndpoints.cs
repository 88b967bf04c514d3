using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Identity;

/// <summary>Accounts, for admins.</summary>
internal static class UserEndpoints
{
    public static void MapUserRoutes(this IEndpointRouteBuilder routes)
    {
        var at = routes.MapGroup("/api/users").WithTags("identity").ForAdmins(KeyScopes.Users);
        at.MapGet("/", ListAsync).Describe("listUsers", "List accounts, oldest first").Returns<Page<UserView>>();
        at.MapPost("/", CreateAsync)
            .Describe("createUser", "Make an account")
            .Returns<UserView>(StatusCodes.Status201Created)
            .Fails(ProblemCodes.Conflict);
        at.MapGet("/{id}", GetAsync).Describe("getUser", "One account").Returns<UserView>();
        at.MapPatch("/{id}", ChangeAsync)
            .Describe("changeUser", "Change name, role or password of an account, disable or enable it")
            .Returns<UserView>()
            .Fails(ProblemCodes.Conflict);
    }

    private static async Task<IResult> ListAsync(HttpContext http, PageRequest page, UserAdmin users) =>
        new JsonAnswer<Page<UserView>>(
            await http.Timed("db", users.ListAsync(page, http.RequestAborted)),
            IdentityJson.Default.PageUserView
        );

    private static async Task<IResult> CreateAsync(
        HttpContext http,
        RequestOrigin origin,
        Body<CreateUser> body,
        IdempotencyKey key,
        UserAdmin users
    ) => await users.AddAsync(origin, body, key, http.RequestAborted);

    private static async Task<IResult> GetAsync(HttpContext http, UserId id, Accounts accounts) =>
        Show(await http.Timed("db", accounts.FindAsync(id.Value, http.RequestAborted)));

    private static async Task<IResult> ChangeAsync(
        HttpContext http,
        UserId id,
        RequestOrigin origin,
        Body<ChangeUser> body,
        UserAdmin users
    ) => Show(await users.ChangeAsync(id.Value, body.Value, origin, http.RequestAborted));

    private static IResult Show(User? user) =>
        user is null
            ? ProblemResult.NotFound("user")
            : new JsonAnswer<UserView>(UserView.Of(user), IdentityJson.Default.UserView);
}

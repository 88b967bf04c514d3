using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Identity;

/// <summary>Accounts, for admins.</summary>
internal static class UserEndpoints
{
    private static readonly TimeSpan WaitForContent = TimeSpan.FromSeconds(30);

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
        at.MapDelete("/{id}", RemoveAsync)
            .Describe(
                "deleteUser",
                "Remove an account, with what it owns or without",
                "The account is gone at once, with its sessions and keys. What it owned is removed (remove_content) or handed over (give_to); where that takes "
                    + "longer than 30 s the answer is 202, and it goes on. An account that owns nothing needs neither."
            )
            .ReturnsNothing()
            .WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status202Accepted))
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

    private static async Task<IResult> RemoveAsync(
        HttpContext http,
        UserId id,
        RemoveOptions options,
        RequestOrigin origin,
        UserRemoval removal
    )
    {
        if (!await removal.BeginAsync(id.Value, options.Choice, origin, http.RequestAborted))
        {
            return ProblemResult.NotFound("user");
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        limit.CancelAfter(WaitForContent);
        return await removal.WaitAsync(id.Value, limit.Token)
            ? TypedResults.NoContent()
            : TypedResults.StatusCode(StatusCodes.Status202Accepted);
    }

    private static IResult Show(User? user) =>
        user is null
            ? ProblemResult.NotFound("user")
            : new JsonAnswer<UserView>(UserView.Of(user), IdentityJson.Default.UserView);
}

/// <summary>What becomes of what a removed account owned.</summary>
internal sealed record RemoveOptions(ContentChoice Choice) : IEndpointParameterMetadataProvider
{
    public static ValueTask<RemoveOptions?> BindAsync(HttpContext http)
    {
        var query = new QueryReader(http.Request.Query);
        long? heir =
            query.Text("give_to") is not { } text ? null
            : Ids.TryParse(text, IdKind.User, out var id) ? id
            : throw QueryReader.Invalid("give_to", "must be the id of another account");
        var remove = query.Bool("remove_content") ?? false;
        return heir is not null && remove
            ? throw QueryReader.Invalid("remove_content", "and give_to exclude each other")
            : ValueTask.FromResult<RemoveOptions?>(new RemoveOptions(new ContentChoice(heir, remove)));
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        builder.Metadata.Add(
            new QueryParameter("give_to", "string", "Hand what it owns over to this account") { Format = "uuid" }
        );
        builder.Metadata.Add(new QueryParameter("remove_content", "boolean", "Remove what it owns, for good"));
    }
}

using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Identity.Passkeys;

/// <summary>Signing in with a passkey, and one's own passkeys.</summary>
internal static class PasskeyEndpoints
{
    public static void AddPasskeys(this IServiceCollection services)
    {
        services.AddSingleton<PasskeyStore>();
        services.AddSingleton<PasskeyChallenges>();
        services.AddSingleton<PasskeyCeremonies>();
    }

    public static void MapPasskeyRoutes(this IEndpointRouteBuilder routes)
    {
        var at = routes.MapGroup("/api/auth/passkeys").WithTags("identity");
        at.MapGet("/", ListAsync)
            .ForSessions()
            .Describe("listPasskeys", "One's own passkeys, oldest first")
            .Returns<Page<PasskeyView>>();
        at.MapPost("/options", BeginAddingAsync)
            .ForSessions()
            .Describe(
                "beginPasskey",
                "What to ask the browser for to make a passkey",
                "Give it to PublicKeyCredential.parseCreationOptionsFromJSON(); good for five minutes."
            )
            .Returns<PasskeyOptions>()
            .Fails(ProblemCodes.Conflict);
        at.MapPost("/", AddAsync)
            .ForSessions()
            .Describe(
                "addPasskey",
                "Sign in with this passkey from now on",
                "It has to verify the person, by finger, face or PIN. What attests its make is not asked for and not looked at."
            )
            .Returns<PasskeyView>(StatusCodes.Status201Created)
            .Fails(ProblemCodes.Conflict);
        at.MapPatch("/{id}", RenameAsync)
            .ForSessions()
            .Describe("renamePasskey", "Give a passkey another name")
            .Returns<PasskeyView>();
        at.MapDelete("/{id}", RemoveAsync)
            .ForSessions()
            .Describe("removePasskey", "Sign in with a passkey no longer")
            .ReturnsNothing();
        at.MapPost("/signin/options", BeginSignIn)
            .ForAnyone()
            .Describe(
                "beginPasskeySignIn",
                "What to ask the browser for to sign in with a passkey",
                "Give it to PublicKeyCredential.parseRequestOptionsFromJSON(); good for five minutes, once."
            )
            .Returns<PasskeyOptions>()
            .Fails(ProblemCodes.Conflict);
        at.MapPost("/signin", SignInAsync)
            .ForAnyone()
            .Describe("signInByPasskey", "Sign in with a passkey alone: it stands for both factors")
            .Returns<TokenAnswer>()
            .Fails(ProblemCodes.Unauthenticated, ProblemCodes.Conflict, ProblemCodes.TooManyRequests);
    }

    private static async Task<IResult> ListAsync(
        HttpContext http,
        Caller caller,
        PageRequest page,
        PasskeyStore passkeys
    ) =>
        new JsonAnswer<Page<PasskeyView>>(
            await http.Timed("db", passkeys.ListAsync(caller.OwnerId, page, http.RequestAborted)),
            IdentityJson.Default.PagePasskeyView
        );

    private static async Task<IResult> BeginAddingAsync(
        HttpContext http,
        RequestOrigin origin,
        Body<ShowPassword> body,
        PasskeyCeremonies ceremonies
    )
    {
        var host = PasskeyHost.Of(http.Request);
        var password = body.Value.CurrentPassword!;
        return Show(await ceremonies.BeginAddingAsync(password, host, origin, http.RequestAborted));
    }

    private static async Task<IResult> AddAsync(
        HttpContext http,
        RequestOrigin origin,
        Body<AddPasskey> body,
        PasskeyCeremonies ceremonies
    )
    {
        var host = PasskeyHost.Of(http.Request);
        var made = await ceremonies.AddAsync(body.Value, host, origin, http.RequestAborted);
        return new JsonAnswer<PasskeyView>(made, IdentityJson.Default.PasskeyView, StatusCodes.Status201Created)
        {
            Location = "/api/auth/passkeys",
        };
    }

    private static async Task<IResult> RenameAsync(
        HttpContext http,
        PasskeyId id,
        RequestOrigin origin,
        Body<RenamePasskey> body,
        PasskeyStore passkeys
    )
    {
        var name = body.Value.Name!.Trim();
        return await passkeys.RenameAsync(origin, id.Value, name, http.RequestAborted) is { } view
            ? new JsonAnswer<PasskeyView>(view, IdentityJson.Default.PasskeyView)
            : ProblemResult.NotFound("passkey");
    }

    private static async Task<IResult> RemoveAsync(
        HttpContext http,
        PasskeyId id,
        RequestOrigin origin,
        PasskeyStore passkeys
    ) =>
        await passkeys.RemoveAsync(origin, id.Value, http.RequestAborted)
            ? TypedResults.NoContent()
            : ProblemResult.NotFound("passkey");

    private static IResult BeginSignIn(HttpContext http, PasskeyCeremonies ceremonies) =>
        Show(ceremonies.BeginSignIn(PasskeyHost.Of(http.Request)));

    private static async Task<IResult> SignInAsync(
        HttpContext http,
        RequestOrigin origin,
        Body<PasskeySignIn> body,
        PasskeyCeremonies ceremonies
    )
    {
        var host = PasskeyHost.Of(http.Request);
        var tokens = await ceremonies.SignInAsync(body.Value, host, origin, http.RequestAborted);
        return AuthEndpoints.Answer(http, tokens, body.Value.Cookie == true, StatusCodes.Status200OK);
    }

    private static JsonAnswer<PasskeyOptions> Show(PasskeyOptions options) =>
        new(options, IdentityJson.Default.PasskeyOptions);
}

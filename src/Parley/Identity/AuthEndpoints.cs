using Parley.Identity.OpenWebUi;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Identity;

/// <summary>Signing in and out, and what people do with their own account.</summary>
internal static class AuthEndpoints
{
    public static void MapAuthRoutes(this IEndpointRouteBuilder routes)
    {
        var at = routes.MapGroup("/api/auth").WithTags("identity");
        at.MapPost("/signup", SignUpAsync)
            .ForAnyone()
            .Describe("signUp", "Make an account of one's own; the first one needs the setup code")
            .Returns<TokenAnswer>(StatusCodes.Status201Created)
            .Fails(ProblemCodes.Forbidden, ProblemCodes.Conflict, ProblemCodes.TooManyRequests);
        at.MapPost("/signin", SignInAsync)
            .ForAnyone()
            .Describe("signIn", "Sign in with address and password")
            .Returns<TokenAnswer>()
            .Fails(ProblemCodes.Unauthenticated, ProblemCodes.SecondFactor, ProblemCodes.TooManyRequests);
        at.MapPost("/refresh", RefreshAsync)
            .ForAnyone()
            .Describe("refreshTokens", "New tokens for a refresh token, which is good once")
            .Returns<TokenAnswer>()
            .Fails(ProblemCodes.Unauthenticated);
        at.MapPost("/signout", SignOutAsync).ForSessions().Describe("signOut", "End this session").ReturnsNothing();
        at.MapGet("/me", MeAsync).ForSessions().Describe("getMe", "One's own account").Returns<UserView>();
        at.MapPatch("/me", ChangeMeAsync)
            .ForSessions()
            .Describe("changeMe", "Change one's own name")
            .Returns<UserView>();
        at.MapPost("/password", ChangePasswordAsync)
            .ForSessions()
            .Describe("changePassword", "Change one's own password; every other session ends")
            .ReturnsNothing();
        at.MapPost("/email", ChangeEmailAsync)
            .ForSessions()
            .Describe("changeEmail", "Change one's own address; every other session ends")
            .Returns<UserView>();
        at.MapGet("/sessions", ListSessionsAsync)
            .ForSessions()
            .Describe("listSessions", "Where one is signed in, oldest first")
            .Returns<Page<SessionView>>();
        at.MapDelete("/sessions/{id}", EndSessionAsync)
            .ForSessions()
            .Describe("endSession", "End one of one's own sessions")
            .ReturnsNothing();
        at.MapDelete("/sessions", EndOtherSessionsAsync)
            .ForSessions()
            .Describe("endOtherSessions", "End every session but this one")
            .ReturnsNothing();
        at.MapGet("/keys", ListKeysAsync)
            .ForSessions()
            .Describe("listKeys", "One's own API keys, oldest first")
            .Returns<Page<KeyView>>();
        at.MapPost("/keys", CreateKeyAsync)
            .ForSessions()
            .Describe(
                "createKey",
                "Make an API key",
                "The key is in this answer and nowhere else; it cannot be shown again."
            )
            .Returns<NewKeyView>(StatusCodes.Status201Created);
        at.MapDelete("/keys/{id}", RevokeKeyAsync)
            .ForSessions()
            .Describe("revokeKey", "Revoke an API key")
            .ReturnsNothing();
    }

    private static async Task<IResult> SignUpAsync(
        HttpContext http,
        RequestOrigin origin,
        Body<SignUp> body,
        SignIns signIns
    )
    {
        var tokens = await signIns.SignUpAsync(body.Value, origin, http.RequestAborted);
        return Answer(http, tokens, body.Value.Cookie == true, StatusCodes.Status201Created);
    }

    private static async Task<IResult> SignInAsync(
        HttpContext http,
        RequestOrigin origin,
        Body<SignIn> body,
        SignIns signIns
    )
    {
        var tokens = await signIns.SignInAsync(body.Value, origin, http.RequestAborted);
        return Answer(http, tokens, body.Value.Cookie == true, StatusCodes.Status200OK);
    }

    private static async Task<IResult> RefreshAsync(
        HttpContext http,
        RequestOrigin origin,
        OptionalBody<Refresh> body,
        Sessions sessions
    )
    {
        var cookie = http.Request.Cookies[Credential.RefreshCookie];
        var fromCookie = body.Value.RefreshToken is null && cookie is not null;
        if (fromCookie && CrossSite.Refuse(http.Request, required: true, takesFiles: false) is { } refusal)
        {
            return refusal;
        }

        var token = body.Value.RefreshToken ?? cookie;
        var tokens = token is null ? null : await sessions.RefreshAsync(token, origin, http.RequestAborted);
        return tokens is null
            ? new ProblemResult(ProblemCodes.Unauthenticated, "that refresh token is not good, or no longer: sign in")
            : Answer(http, tokens, fromCookie, StatusCodes.Status200OK);
    }

    private static async Task<IResult> SignOutAsync(
        HttpContext http,
        Caller caller,
        RequestOrigin origin,
        Sessions sessions,
        OpenWebUiCallers openWebUi
    )
    {
        if (caller.Door == CallerDoor.Session)
        {
            await sessions.EndAsync(
                caller.OwnerId,
                caller.CredentialId!.Value,
                origin,
                AuditActions.SignOut,
                http.RequestAborted
            );
        }
        else if (caller.Door == CallerDoor.OpenWebUi)
        {
            await openWebUi.EndAsync(Credential.Of(http.Request).Text!, origin, http.RequestAborted);
        }

        Credential.ClearCookies(http.Response);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> MeAsync(HttpContext http, Caller caller, Accounts accounts) =>
        await ShowAsync(http, caller, accounts);

    private static async Task<IResult> ChangeMeAsync(
        HttpContext http,
        Caller caller,
        RequestOrigin origin,
        Body<ChangeMe> body,
        OwnAccount own,
        Accounts accounts
    )
    {
        await own.RenameAsync(body.Value.Name!.Trim(), origin, http.RequestAborted);
        return await ShowAsync(http, caller, accounts);
    }

    private static async Task<IResult> ChangePasswordAsync(
        HttpContext http,
        RequestOrigin origin,
        Body<ChangePassword> body,
        OwnAccount own
    )
    {
        await own.ChangePasswordAsync(body.Value, origin, http.RequestAborted);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> ChangeEmailAsync(
        HttpContext http,
        Caller caller,
        RequestOrigin origin,
        Body<ChangeEmail> body,
        OwnAccount own,
        Accounts accounts
    )
    {
        await own.ChangeEmailAsync(body.Value, origin, http.RequestAborted);
        return await ShowAsync(http, caller, accounts);
    }

    private static async Task<IResult> ListSessionsAsync(
        HttpContext http,
        Caller caller,
        PageRequest page,
        Sessions sessions
    ) =>
        new JsonAnswer<Page<SessionView>>(
            await http.Timed("db", sessions.ListAsync(caller, page, http.RequestAborted)),
            IdentityJson.Default.PageSessionView
        );

    private static async Task<IResult> EndSessionAsync(
        HttpContext http,
        Caller caller,
        SessionId id,
        RequestOrigin origin,
        Sessions sessions
    ) =>
        await sessions.EndAsync(caller.OwnerId, id.Value, origin, AuditActions.SessionEnd, http.RequestAborted)
            ? TypedResults.NoContent()
            : ProblemResult.NotFound("session");

    private static async Task<IResult> EndOtherSessionsAsync(
        HttpContext http,
        Caller caller,
        RequestOrigin origin,
        Sessions sessions
    )
    {
        await sessions.EndOthersAsync(caller, origin, http.RequestAborted);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> ListKeysAsync(HttpContext http, Caller caller, PageRequest page, ApiKeys keys) =>
        new JsonAnswer<Page<KeyView>>(
            await http.Timed("db", keys.ListAsync(caller.OwnerId, page, http.RequestAborted)),
            IdentityJson.Default.PageKeyView
        );

    private static async Task<IResult> CreateKeyAsync(
        HttpContext http,
        RequestOrigin origin,
        Body<CreateKey> body,
        ApiKeys keys
    ) =>
        new JsonAnswer<NewKeyView>(
            await keys.AddAsync(origin, body.Value, http.RequestAborted),
            IdentityJson.Default.NewKeyView,
            StatusCodes.Status201Created
        )
        {
            Location = "/api/auth/keys",
        };

    private static async Task<IResult> RevokeKeyAsync(HttpContext http, KeyId id, RequestOrigin origin, ApiKeys keys) =>
        await keys.RevokeAsync(origin, id.Value, http.RequestAborted)
            ? TypedResults.NoContent()
            : ProblemResult.NotFound("key");

    private static async Task<IResult> ShowAsync(HttpContext http, Caller caller, Accounts accounts)
    {
        var user = await accounts.FindAsync(caller.OwnerId, http.RequestAborted);
        var view = user is null ? UserView.OfLocalOwner : UserView.Of(user);
        return new JsonAnswer<UserView>(view, IdentityJson.Default.UserView);
    }

    /// <summary>Tokens in the body, or in cookies where the page has asked for them there.</summary>
    public static JsonAnswer<TokenAnswer> Answer(HttpContext http, SessionTokens tokens, bool cookie, int status)
    {
        if (cookie)
        {
            Credential.SetCookies(http.Response, tokens.Access, tokens.Refresh);
        }

        var answer = new TokenAnswer(
            UserView.Of(tokens.User),
            "Bearer",
            cookie ? null : tokens.Access,
            cookie ? null : tokens.Refresh,
            (long)AccessTokens.Life.TotalSeconds
        );
        return new JsonAnswer<TokenAnswer>(answer, IdentityJson.Default.TokenAnswer, status)
        {
            Location = status == StatusCodes.Status201Created ? "/api/auth/me" : null,
        };
    }
}

using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Primitives;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Identity.Oidc;

/// <summary>Where the browser goes next.</summary>
/// <param name="Url">Null where there is nothing further to do.</param>
internal sealed record GoTo(string? Url);

/// <summary>Joins the provider's account to one's own.</summary>
internal sealed record LinkProvider : IRequestBody<LinkProvider>
{
    public string? CurrentPassword { get; init; }

    /// <summary>Path of this server to end at; <c>/</c> where nothing is said.</summary>
    public string? Return { get; init; }

    public static JsonTypeInfo<LinkProvider> Json => IdentityJson.Default.LinkProvider;

    public void Check(FieldChecks check)
    {
        check.Shown("current_password", CurrentPassword);
        if (Return is not null && !OwnPath.Is(Return))
        {
            check.Add("return", OwnPath.Wrong);
        }
    }
}

/// <summary>Signing in by an OpenID provider.</summary>
internal static class OidcEndpoints
{
    public static void MapOidcRoutes(this IEndpointRouteBuilder routes)
    {
        var at = routes.MapGroup("/api/auth/oidc").WithTags("identity");
        at.MapGet("/start", StartAsync)
            .ForAnyone()
            .Describe(
                "startOidc",
                "Sign in by the OpenID provider",
                "For the browser's address bar: it goes to the provider, and comes back signed in by cookies."
            )
            .Takes(new QueryParameter("return", "string", "Path of this server to end at") { Default = "/" })
            .Redirects()
            .Fails(ProblemCodes.ProviderFailed);
        at.MapGet("/callback", CallbackAsync)
            .ForAnyone()
            .Describe("finishOidc", "Where the OpenID provider sends the browser back to")
            .Takes(
                new QueryParameter("code", "string", "Stands for the sign-in, once"),
                new QueryParameter("state", "string", "As it was sent along"),
                new QueryParameter("iss", "string", "The provider"),
                new QueryParameter("error", "string", "Why there is no code")
            )
            .Redirects()
            .Fails(
                ProblemCodes.Unauthenticated,
                ProblemCodes.Forbidden,
                ProblemCodes.Conflict,
                ProblemCodes.ProviderFailed
            );
        at.MapPost("/code", ShowCodeAsync)
            .ForAnyone()
            .Describe(
                "showCodeOidc",
                "Show a code after the provider's yes, where one is asked for",
                "The browser comes back to its path with #second-factor and is not signed in yet; this signs it in by cookies."
            )
            .Returns<TokenAnswer>()
            .Fails(ProblemCodes.Unauthenticated, ProblemCodes.SecondFactor, ProblemCodes.TooManyRequests);
        at.MapPost("/link", LinkAsync)
            .ForSessions()
            .Describe(
                "linkOidc",
                "Join an account of the OpenID provider's to one's own",
                "Send the browser to the address in the answer; it comes back with the accounts joined."
            )
            .Returns<GoTo>()
            .Fails(ProblemCodes.ProviderFailed);
        at.MapPost("/unlink", UnlinkAsync)
            .ForSessions()
            .Describe("unlinkOidc", "Part one's own account from the OpenID provider's")
            .ReturnsNothing();
        at.MapPost("/signout", SignOutAsync)
            .ForSessions()
            .Describe(
                "signOutOidc",
                "End this session, and say where the provider's is ended",
                "Send the browser to the address in the answer, or the next sign-in asks for nothing."
            )
            .Returns<GoTo>();
    }

    private static async Task<IResult> StartAsync(HttpContext http, OidcSignIns signIns)
    {
        var goOn = new QueryReader(http.Request.Query).Text("return") ?? "/";
        return OwnPath.Is(goOn)
            ? Redirect(http, await signIns.BeginAsync(http, goOn, link: null))
            : throw QueryReader.Invalid("return", OwnPath.Wrong);
    }

    private static async Task<IResult> ShowCodeAsync(
        HttpContext http,
        RequestOrigin origin,
        Body<ShowCode> body,
        ProviderCodes codes
    )
    {
        if (CrossSite.Refuse(http.Request, required: true, takesFiles: false) is { } refusal)
        {
            return refusal;
        }

        var tokens = await codes.ShowAsync(http, body.Value.Code!, origin);
        return AuthEndpoints.Answer(http, tokens, cookie: true, StatusCodes.Status200OK);
    }

    private static async Task<IResult> CallbackAsync(HttpContext http, OidcSignIns signIns, ProviderCodes codes)
    {
        var query = http.Request.Query;
        var answer = new ProviderAnswer(
            One(query["code"]),
            One(query["state"]),
            One(query["iss"]),
            One(query["error"])
        );
        try
        {
            var done = await signIns.EndAsync(http, answer);
            if (done.Tokens is { } tokens)
            {
                Credential.SetCookies(http.Response, tokens.Access, tokens.Refresh);
            }

            if (done.AskedUser is { } asked)
            {
                codes.Ask(http.Response, asked);
                return Redirect(http, done.Return.Split('#')[0] + "#second-factor");
            }

            return Redirect(http, done.Return);
        }
        catch (ProblemException refused)
        {
            // Here and not further out, where the answer starts afresh: the ticket is to go whatever came of it.
            return new ProblemResult(refused.Code, refused.Message);
        }
    }

    private static async Task<IResult> LinkAsync(
        HttpContext http,
        Caller caller,
        RequestOrigin origin,
        Body<LinkProvider> body,
        OwnAccount own,
        OidcSignIns signIns
    )
    {
        await own.RequireAsync(body.Value.CurrentPassword!, origin, http.RequestAborted);
        var next = await signIns.BeginAsync(http, body.Value.Return ?? "/", caller);
        return new JsonAnswer<GoTo>(new GoTo(next), IdentityJson.Default.GoTo);
    }

    private static async Task<IResult> UnlinkAsync(
        HttpContext http,
        RequestOrigin origin,
        Body<ShowPassword> body,
        OwnAccount own,
        ProviderAccounts accounts
    )
    {
        var user = await own.RequireAsync(body.Value.CurrentPassword!, origin, http.RequestAborted);
        return await accounts.UnlinkAsync(user.Id, origin, http.RequestAborted)
            ? TypedResults.NoContent()
            : ProblemResult.NotFound("joined account");
    }

    private static async Task<IResult> SignOutAsync(
        HttpContext http,
        Caller caller,
        RequestOrigin origin,
        OidcSignIns signIns,
        Sessions sessions
    )
    {
        var next = await signIns.EndSessionAsync(http);
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

        Credential.ClearCookies(http.Response);
        return new JsonAnswer<GoTo>(new GoTo(next), IdentityJson.Default.GoTo);
    }

    /// <summary>A parameter that is there twice could mean one thing here and another to the provider.</summary>
    private static string? One(StringValues values) => values is [{ Length: > 0 and <= 4096 } one] ? one : null;

    /// <summary>Not the framework's: an address is already encoded, and this answers in 303, which is always followed by GET.</summary>
    private static IResult Redirect(HttpContext http, string to)
    {
        http.Response.Headers.Location = to;
        return TypedResults.StatusCode(StatusCodes.Status303SeeOther);
    }

    private static RouteHandlerBuilder Redirects(this RouteHandlerBuilder route) =>
        route.WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status303SeeOther));
}

/// <summary>Redirect targets are paths of this server and nothing else (S26).</summary>
internal static class OwnPath
{
    public const string Wrong = "must be a path of this server, such as /chats";
    private const int Longest = 500;

    /// <summary>A second slash, or a backslash, which browsers take for one, would name another server.</summary>
    public static bool Is(string path) =>
        path.Length <= Longest
        && path.StartsWith('/')
        && !path.StartsWith("//", StringComparison.Ordinal)
        && !path.AsSpan().ContainsAnyExceptInRange('!', '~')
        && !path.Contains('\\', StringComparison.Ordinal);
}

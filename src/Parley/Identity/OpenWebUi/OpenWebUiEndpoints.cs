using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Identity.OpenWebUi;

/// <summary>Moving here from an Open WebUI, while both serve.</summary>
internal static class OpenWebUiEndpoints
{
    public static void AddOpenWebUi(this IServiceCollection services)
    {
        services.AddSingleton<OpenWebUiTokens>();
        services.AddSingleton<OpenWebUiCallers>();
        services.AddSingleton<OpenWebUiAccounts>();
    }

    public static void MapOpenWebUiRoutes(this IEndpointRouteBuilder routes)
    {
        var at = routes.MapGroup("/api/open-webui").WithTags("identity");
        at.MapPost("/users", TakeOverAsync)
            .ForAdmins(KeyScopes.Users)
            .Describe(
                "takeOverUsers",
                "Take accounts of an Open WebUI over",
                "The rows of its table user, with the hashes of auth: people sign in here with the password they have there, "
                    + "and their API keys are good here too. Sent again, those that are known stay as they are."
            )
            .Returns<TakenOverUsers>();
        at.MapPost("/token", IssueAsync)
            .ForSessions()
            .Describe(
                "issueOpenWebUiToken",
                "A token that the Open WebUI beside this server takes too",
                "Here it ends with the session it is made in; there it is good until it expires."
            )
            .Returns<OpenWebUiToken>()
            .Fails(ProblemCodes.NotFound, ProblemCodes.Conflict);
    }

    private static async Task<IResult> TakeOverAsync(
        HttpContext http,
        RequestOrigin origin,
        Body<TakeOverUsers> body,
        OpenWebUiAccounts accounts
    ) =>
        new JsonAnswer<TakenOverUsers>(
            await accounts.TakeOverAsync(body.Value, origin, http.RequestAborted),
            IdentityJson.Default.TakenOverUsers
        );

    private static async Task<IResult> IssueAsync(
        HttpContext http,
        Caller caller,
        RequestOrigin origin,
        OpenWebUiCallers callers
    ) =>
        new JsonAnswer<OpenWebUiToken>(
            await callers.IssueAsync(caller, origin, http.RequestAborted),
            IdentityJson.Default.OpenWebUiToken
        );
}

using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Identity;

/// <summary>One's own second factor.</summary>
internal static class SecondFactorEndpoints
{
    public static void MapSecondFactorRoutes(this IEndpointRouteBuilder routes)
    {
        var at = routes.MapGroup("/api/auth/second-factor").WithTags("identity").ForSessions();
        at.MapPost("/", BeginAsync)
            .Describe("beginSecondFactor", "A secret for an authenticator app; it counts once a code was shown")
            .Returns<SecretView>()
            .Fails(ProblemCodes.Conflict);
        at.MapPost("/confirm", ConfirmAsync)
            .Describe(
                "confirmSecondFactor",
                "Show a code, and have one asked for from now on",
                "The recovery codes are in this answer and nowhere else. Every other session ends."
            )
            .Returns<RecoveryView>();
        at.MapPost("/remove", RemoveAsync)
            .Describe("removeSecondFactor", "Ask for no code any more; every other session ends")
            .ReturnsNothing();
    }

    private static async Task<IResult> BeginAsync(
        HttpContext http,
        RequestOrigin origin,
        Body<ShowPassword> body,
        SecondFactor second
    ) =>
        new JsonAnswer<SecretView>(
            await second.BeginAsync(body.Value.CurrentPassword!, origin, http.RequestAborted),
            IdentityJson.Default.SecretView
        );

    private static async Task<IResult> ConfirmAsync(
        HttpContext http,
        RequestOrigin origin,
        Body<ShowCode> body,
        SecondFactor second
    ) =>
        new JsonAnswer<RecoveryView>(
            await second.ConfirmAsync(body.Value.Code!, origin, http.RequestAborted),
            IdentityJson.Default.RecoveryView
        );

    private static async Task<IResult> RemoveAsync(
        HttpContext http,
        RequestOrigin origin,
        Body<ShowPassword> body,
        SecondFactor second
    )
    {
        await second.RemoveAsync(body.Value.CurrentPassword!, origin, http.RequestAborted);
        return TypedResults.NoContent();
    }
}

using Parley.Conversations;
using Parley.Identity;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Chat;

/// <summary>Routes of one question to several models.</summary>
internal static class CompareEndpoints
{
    public static void MapCompareRoutes(this IEndpointRouteBuilder routes)
    {
        routes
            .MapPost("/api/chat/compare", CompareAsync)
            .WithTags("chat")
            .ForUsers(KeyScopes.Chat)
            .Describe(
                "compareModels",
                "Ask several models at once; their answers stand side by side below the question",
                "Each is a turn of its own: follow it at /api/chat/turns/{id}/events, stop it alone or all of them by the "
                    + "question, choose another for the active path by active_leaf of the conversation. Counts as a request "
                    + "for each model."
            )
            .Returns<Comparison>(StatusCodes.Status201Created)
            .Fails(ProblemCodes.QuotaUsedUp, ProblemCodes.TooManyRequests)
            .WithBodyLimit(HttpOptions.MessageBodyBytes);
        routes
            .MapPost("/api/conversations/{id}/messages/{mid}/stop", StopAsync)
            .WithTags("chat")
            .ForUsers(KeyScopes.Chat)
            .Describe("stopAnswers", "Stop every answer to this question, or this answer; what has come is kept")
            .Returns<StoppedTurns>();
    }

    private static async Task<IResult> CompareAsync(
        HttpContext http,
        Caller caller,
        Body<CompareRequest> body,
        IdempotencyKey key,
        TurnDesk desk,
        RequestLimits limits,
        Quotas quotas,
        CancellationToken ct
    )
    {
        if (limits.Refuse(http, caller, body.Value.Models!.Count - 1) is { } refusal)
        {
            return refusal;
        }

        var comparison = await desk.CompareAsync(caller, body, key, ct);
        await quotas.TellAsync(http, caller.OwnerId, QuotaKind.Tokens);
        return new JsonAnswer<Comparison>(comparison, ChatJson.Default.Comparison, StatusCodes.Status201Created)
        {
            Location = "/api/conversations/" + comparison.ConversationId,
        };
    }

    private static async Task<IResult> StopAsync(
        Caller caller,
        ConversationId id,
        MessageId mid,
        TurnDesk desk,
        CancellationToken ct
    ) =>
        await desk.StopAllAsync(caller, new AnswerPlace(id.Value, mid.Value), ct) is { } stopped
            ? new JsonAnswer<StoppedTurns>(new StoppedTurns(stopped), ChatJson.Default.StoppedTurns)
            : ProblemResult.NotFound("message");
}

using Parley.Conversations;
using Parley.Identity;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Retrieval;

/// <summary>Retrieval over HTTP.</summary>
internal static class RetrievalEndpoints
{
    private const int UsualRelated = 8;

    public static void MapRetrieval(this IEndpointRouteBuilder routes)
    {
        routes
            .MapPost("/api/retrieve", RetrieveAsync)
            .WithTags("retrieval")
            .ForUsers(KeyScopes.Search, reads: true)
            .Describe(
                "retrieve",
                "The passages a question should be answered from",
                "Messages of one's conversations and pieces of one's documents, best first, until the budget of tokens is spent. Each passage names where it stands; lanes say how it was found."
            )
            .Returns<RetrieveResult>();
        routes
            .MapGet("/api/conversations/{id}/related", RelatedAsync)
            .WithTags("retrieval")
            .ForUsers(KeyScopes.Search)
            .Describe(
                "relatedConversations",
                "One's other conversations about what this one is about",
                "By the telling words of what was asked in it, and by its meaning; each names its message that is most like it."
            )
            .Takes(
                new QueryParameter("limit", "integer", "Conversations at most")
                {
                    Min = 1,
                    Max = RelatedConversations.Most,
                    Default = "8",
                }
            )
            .Returns<RelatedResult>();
    }

    private static async Task<IResult> RelatedAsync(
        Caller caller,
        ConversationId id,
        int? limit,
        RelatedConversations related,
        CancellationToken ct
    )
    {
        if (limit is < 1 or > RelatedConversations.Most)
        {
            return ProblemResult.Invalid("limit", $"from 1 to {RelatedConversations.Most}");
        }

        return await related.FindAsync(caller.OwnerId, id.Value, limit ?? UsualRelated, ct) is { } found
            ? new JsonAnswer<RelatedResult>(found, RetrievalJson.Default.RelatedResult)
            : ProblemResult.NotFound("conversation");
    }

    private static async Task<IResult> RetrieveAsync(
        HttpContext http,
        Caller caller,
        Body<RetrieveRequest> body,
        Retriever retriever,
        CancellationToken ct
    )
    {
        var question = body.Value.ToQuestion(caller.OwnerId);
        var found = await retriever.FindAsync(question, ct);
        if (http.Features.Get<RequestTiming>() is { } timing)
        {
            timing.Add("rank", found.Ranked);
            timing.Add("db", found.Read);
        }

        return new JsonAnswer<RetrieveResult>(
            RetrieveResult.Of(found, question.Mode),
            RetrievalJson.Default.RetrieveResult
        );
    }
}

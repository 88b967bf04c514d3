using Parley.Identity;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Requirements;

/// <summary>The statements of requirements documents over HTTP.</summary>
internal static class StatementEndpoints
{
    public static void MapStatementRoutes(this IEndpointRouteBuilder routes)
    {
        routes
            .MapGet("/api/prd/{id}/chunks", ListAsync)
            .WithTags("requirements")
            .ForUsers(KeyScopes.Documents)
            .Describe("listStatements", "The statements of a requirements document, in reading order")
            .Takes(
                new QueryParameter("type", "string", "Only those of that type") { Values = StatementKinds.Types },
                new QueryParameter("priority", "string", "Only those of that priority")
                {
                    Values = StatementKinds.Priorities,
                },
                new QueryParameter("status", "string", "Only those of that status") { Values = StatementKinds.Statuses }
            )
            .Returns<Page<StatementView>>();
        var at = routes.MapGroup("/api/chunks").WithTags("requirements").ForUsers(KeyScopes.Documents);
        at.MapGet("/{id}", GetAsync)
            .Describe("getStatement", "One statement of a requirements document")
            .Returns<StatementView>()
            .ReturnsETag();
        at.MapPatch("/{id}", ChangeAsync)
            .Describe(
                "changeStatement",
                "Choose a statement's type, priority or status",
                "What a person chose wins over the rules and stays when the document changes, for as long as the statement keeps its id."
            )
            .Returns<StatementView>()
            .ReturnsETag();
    }

    private static async Task<IResult> ListAsync(
        HttpContext http,
        Caller caller,
        RequirementsId id,
        PageRequest page,
        StatementStore statements
    )
    {
        var query = new QueryReader(http.Request.Query);
        var filter = new StatementFilter(
            Place(query, "type", StatementKinds.Types),
            Place(query, "priority", StatementKinds.Priorities),
            Place(query, "status", StatementKinds.Statuses)
        );
        return
            await http.Timed("db", statements.ListAsync(caller.OwnerId, id.Value, filter, page, http.RequestAborted))
                is { } found
            ? new JsonAnswer<Page<StatementView>>(found, RequirementsJson.Default.PageStatementView)
            : ProblemResult.NotFound("requirements document");
    }

    private static async Task<IResult> GetAsync(
        HttpContext http,
        Caller caller,
        StatementId id,
        StatementStore statements
    ) => Answer(await http.Timed("db", statements.FindAsync(caller.OwnerId, id.Value, http.RequestAborted)));

    private static async Task<IResult> ChangeAsync(
        HttpContext http,
        Caller caller,
        StatementId id,
        Body<ChangeStatement> body,
        IfMatch match,
        StatementStore statements
    ) =>
        Answer(
            await http.Timed(
                "db",
                statements.ChangeAsync(caller.OwnerId, id.Value, body.Value, match, http.RequestAborted)
            )
        );

    private static int? Place(QueryReader query, string name, string[] words) =>
        query.OneOf(name, words) is { } word ? Array.IndexOf(words, word) : null;

    private static IResult Answer(StatementView? view) =>
        view is null
            ? ProblemResult.NotFound("statement")
            : new JsonAnswer<StatementView>(view, RequirementsJson.Default.StatementView)
            {
                ETag = ETags.Of(view.Revision),
            };
}

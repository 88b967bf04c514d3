using Parley.Identity;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Requirements;

/// <summary>The graph of statements over HTTP.</summary>
internal static class GraphEndpoints
{
    private const int UsualNodes = 500;

    public static void MapGraphRoutes(this IEndpointRouteBuilder routes)
    {
        var at = routes.MapGroup("/api/graph").WithTags("requirements").ForUsers(KeyScopes.Documents);
        at.MapGet("/", ReadAsync)
            .Describe(
                "getGraph",
                "Statements and the links between them",
                "Of one document, or of the newest ones as far as the limit goes. BELONGS_TO is what headings and lists make of them; every other link has its "
                    + "evidence, how it was found, how sure that is and who confirmed it."
            )
            .Takes(
                new QueryParameter("document", "string", "Id of a requirements document") { Format = "uuid" },
                new QueryParameter("kinds", "string", "Only statements of these types")
                {
                    Values = StatementKinds.Types,
                    Repeats = true,
                },
                new QueryParameter("limit", "integer", "Statements at most")
                {
                    Min = 1,
                    Max = GraphStore.MostNodes,
                    Default = "500",
                }
            )
            .Returns<GraphView>();
        at.MapGet("/nodes/{id}", NodeAsync)
            .Describe("getGraphNode", "A statement with its links and what is at their other ends")
            .Returns<GraphNode>();
        at.MapGet("/path", PathAsync)
            .Describe("getGraphPath", "The shortest way from one statement to another, links taken either way")
            .Takes(
                new QueryParameter("from", "string", "Id of a statement; required") { Format = "uuid" },
                new QueryParameter("to", "string", "Id of a statement; required") { Format = "uuid" }
            )
            .Returns<GraphPath>()
            .Fails(ProblemCodes.NotFound);
        at.MapPost("/edges", AddAsync)
            .Describe(
                "addLink",
                "Add a link, or confirm one that was found",
                "A link that was rejected is there again. What a person added or confirmed stays as long as both statements do."
            )
            .Returns<LinkView>(StatusCodes.Status201Created)
            .Fails(ProblemCodes.NotFound);
        at.MapDelete("/edges/{id}", RejectAsync)
            .Describe("rejectLink", "Take a link away; one that was found is not found again")
            .ReturnsNothing();
    }

    private static async Task<IResult> ReadAsync(HttpContext http, Caller caller, GraphStore graph)
    {
        var query = new QueryReader(http.Request.Query);
        var document = query.Text("document");
        long id = 0;
        if (
            document is not null
            && (!RequirementsId.TryParse(document, null, out var named) || (id = named.Value) == 0)
        )
        {
            return ProblemResult.Invalid("document", "is no id of a requirements document");
        }

        var kinds = query.Texts("kinds");
        foreach (var kind in kinds)
        {
            if (Array.IndexOf(StatementKinds.Types, kind) < 0)
            {
                return ProblemResult.Invalid("kinds", $"must be one of {string.Join(", ", StatementKinds.Types)}");
            }
        }

        var limit = query.Int("limit", 1, GraphStore.MostNodes) ?? UsualNodes;
        return new JsonAnswer<GraphView>(
            await http.Timed("db", graph.ReadAsync(caller.OwnerId, id, kinds, limit, http.RequestAborted)),
            RequirementsJson.Default.GraphView
        );
    }

    private static async Task<IResult> NodeAsync(
        HttpContext http,
        Caller caller,
        StatementId id,
        PageRequest page,
        GraphStore graph
    ) =>
        await http.Timed("db", graph.FindNodeAsync(caller.OwnerId, id.Value, page, http.RequestAborted)) is { } node
            ? new JsonAnswer<GraphNode>(node, RequirementsJson.Default.GraphNode)
            : ProblemResult.NotFound("statement");

    private static async Task<IResult> PathAsync(HttpContext http, Caller caller, GraphStore graph)
    {
        var query = new QueryReader(http.Request.Query);
        var (from, to) = (GraphStore.StatementOf(query.Text("from")), GraphStore.StatementOf(query.Text("to")));
        if (from == 0 || to == 0)
        {
            return ProblemResult.Invalid(from == 0 ? "from" : "to", "must be an id of a statement");
        }

        return await http.Timed("db", graph.FindPathAsync(caller.OwnerId, from, to, http.RequestAborted)) is { } path
            ? new JsonAnswer<GraphPath>(path, RequirementsJson.Default.GraphPath)
            : ProblemResult.NotFound("statement");
    }

    private static async Task<IResult> AddAsync(
        HttpContext http,
        Caller caller,
        Body<AddLink> body,
        GraphStore graph
    ) =>
        await http.Timed("db", graph.AddAsync(caller.OwnerId, caller.OwnerId, body.Value, http.RequestAborted))
            is { } link
            ? new JsonAnswer<LinkView>(link, RequirementsJson.Default.LinkView, StatusCodes.Status201Created)
            {
                Location = "/api/graph/nodes/" + link.FromId,
            }
            : ProblemResult.NotFound("statement");

    private static async Task<IResult> RejectAsync(HttpContext http, Caller caller, LinkId id, GraphStore graph) =>
        await http.Timed("db", graph.RejectAsync(caller.OwnerId, caller.OwnerId, id.Value, http.RequestAborted))
            ? TypedResults.NoContent()
            : ProblemResult.NotFound("link");
}

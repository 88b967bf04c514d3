using System.Text;
using Parley.Identity;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Requirements;

/// <summary>Questions about requirements over HTTP.</summary>
internal static class TraceEndpoints
{
    private const int UsualAround = 3;
    private const int MostAround = 20;
    private static readonly string[] TraceFormats = ["json", "csv"];

    public static void MapTraceRoutes(this IEndpointRouteBuilder routes)
    {
        var at = routes.MapGroup("/api/prd").WithTags("requirements").ForUsers(KeyScopes.Documents);
        at.MapGet("/{id}/trace", TraceAsync)
            .Describe(
                "traceRequirements",
                "What tests, documents, shows and builds each requirement, feature and constraint",
                "Also across the documents of a space, where they name each other's ids. As JSON in pages, or whole as CSV."
            )
            .Takes(
                new QueryParameter("format", "string", "json or csv")
                {
                    Values = TraceFormats,
                    Default = TraceFormats[0],
                }
            )
            .Returns<Page<TraceRow>>()
            .ReturnsFile("text/csv");
        at.MapGet("/{id}/coverage", CoverageAsync)
            .Describe(
                "coverRequirements",
                "How much of what is asked for is tested, documented, designed and built, and what nothing tests"
            )
            .Returns<CoverageView>();
        at.MapGet("/{id}/conflicts", ConflictsAsync)
            .Describe(
                "listConflicts",
                "Pairs of statements that cannot both hold",
                "By rules: bounds of one measure that exclude each other, one predicate asked for and forbidden, before against after. A person who knows better "
                    + "deletes the link, and it is not found again."
            )
            .Returns<Page<ConflictView>>();
        routes
            .MapPost("/api/prd/impact", ImpactAsync)
            .WithTags("requirements")
            .ForUsers(KeyScopes.Documents, reads: true)
            .Describe("findImpact", "What a change of statements may reach, most surely first, each with the way there")
            .Returns<ImpactView>()
            .Fails(ProblemCodes.NotFound);
        routes
            .MapPost("/api/prd/context", PackAsync)
            .WithTags("requirements")
            .ForUsers(KeyScopes.Documents, reads: true)
            .Describe(
                "packRequirements",
                "The statements a question about requirements should be answered from",
                "By words and by links, best first, each with its id and document, packed into a budget of tokens that is never exceeded."
            )
            .Returns<PackedContext>();
        routes
            .MapGet("/api/chunks/{id}/context", ContextAsync)
            .WithTags("requirements")
            .ForUsers(KeyScopes.Documents)
            .Describe("getStatementContext", "A statement with what stands around it and what it is linked with")
            .Takes(
                new QueryParameter("around", "integer", "Statements before and behind it")
                {
                    Min = 0,
                    Max = MostAround,
                    Default = "3",
                }
            )
            .Returns<StatementContext>();
    }

    private static async Task<IResult> TraceAsync(
        HttpContext http,
        Caller caller,
        RequirementsId id,
        PageRequest page,
        TraceStore traces
    )
    {
        if (new QueryReader(http.Request.Query).OneOf("format", TraceFormats) == "csv")
        {
            return
                await http.Timed("db", traces.TraceCsvAsync(caller.OwnerId, id.Value, http.RequestAborted)) is { } csv
                ? TypedResults.Bytes(Encoding.UTF8.GetBytes(csv), "text/csv; charset=utf-8", "trace.csv")
                : ProblemResult.NotFound("requirements document");
        }

        return
            await http.Timed("db", traces.TraceAsync(caller.OwnerId, id.Value, page, http.RequestAborted)) is { } rows
            ? new JsonAnswer<Page<TraceRow>>(rows, RequirementsJson.Default.PageTraceRow)
            : ProblemResult.NotFound("requirements document");
    }

    private static async Task<IResult> CoverageAsync(
        HttpContext http,
        Caller caller,
        RequirementsId id,
        PageRequest page,
        TraceStore traces
    ) =>
        await http.Timed("db", traces.CoverAsync(caller.OwnerId, id.Value, page, http.RequestAborted)) is { } cover
            ? new JsonAnswer<CoverageView>(cover, RequirementsJson.Default.CoverageView)
            : ProblemResult.NotFound("requirements document");

    private static async Task<IResult> ConflictsAsync(
        HttpContext http,
        Caller caller,
        RequirementsId id,
        PageRequest page,
        TraceStore traces
    ) =>
        await http.Timed("db", traces.ListConflictsAsync(caller.OwnerId, id.Value, page, http.RequestAborted))
            is { } found
            ? new JsonAnswer<Page<ConflictView>>(found, RequirementsJson.Default.PageConflictView)
            : ProblemResult.NotFound("requirements document");

    private static async Task<IResult> ImpactAsync(
        HttpContext http,
        Caller caller,
        Body<ImpactRequest> body,
        ImpactFinder impact
    )
    {
        var changed = new List<long>();
        foreach (var id in body.Value.Chunks!)
        {
            changed.Add(GraphStore.StatementOf(id));
        }

        var depth = body.Value.Depth ?? ImpactFinder.UsualDepth;
        return
            await http.Timed("db", impact.FindAsync(caller.OwnerId, changed, depth, http.RequestAborted)) is { } found
            ? new JsonAnswer<ImpactView>(found, RequirementsJson.Default.ImpactView)
            : ProblemResult.NotFound("statement");
    }

    private static async Task<IResult> PackAsync(
        HttpContext http,
        Caller caller,
        Body<ContextRequest> body,
        ContextPacker packer
    )
    {
        var wish = body.Value.ToWish();
        var packed = await http.Timed("rank", packer.PackAsync(caller.OwnerId, wish, http.RequestAborted));
        return new JsonAnswer<PackedContext>(
            wish.AsProse ? packed with { Items = null } : packed,
            RequirementsJson.Default.PackedContext
        );
    }

    private static async Task<IResult> ContextAsync(HttpContext http, Caller caller, StatementId id, TraceStore traces)
    {
        var around = new QueryReader(http.Request.Query).Int("around", 0, MostAround) ?? UsualAround;
        return
            await http.Timed("db", traces.FindContextAsync(caller.OwnerId, id.Value, around, http.RequestAborted))
                is { } found
            ? new JsonAnswer<StatementContext>(found, RequirementsJson.Default.StatementContext)
            : ProblemResult.NotFound("statement");
    }
}

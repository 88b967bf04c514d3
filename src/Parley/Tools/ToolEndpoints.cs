using System.Text;
using Parley.Identity;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;
using Parley.Tools.Mcp;

namespace Parley.Tools;

/// <summary>Tools for users, and the servers of tools for admins.</summary>
internal static class ToolEndpoints
{
    public static void MapToolRoutes(this IEndpointRouteBuilder routes)
    {
        var tools = routes.MapGroup("/api/tools").WithTags("tools").ForUsers(KeyScopes.Chat);
        tools
            .MapGet("/", ListToolsAsync)
            .Describe("listTools", "The tools that a question may let its model call")
            .Returns<ToolList>();
        tools
            .MapDelete("/{id}/consent", ForgetAsync)
            .Describe("forgetToolConsent", "Take back what was allowed of a tool: it asks again")
            .Takes(new PathParameter("id", "The tool's name"))
            .ReturnsNothing();

        var at = routes.MapGroup("/api/tool-servers").WithTags("tools").ForAdmins(KeyScopes.Upstreams);
        at.MapGet("/", ListAsync)
            .Describe("listToolServers", "Servers of tools; never with a key")
            .Returns<ToolServerList>();
        at.MapPost("/", CreateAsync)
            .Describe("createToolServer", "Set up a server of tools")
            .Returns<ToolServerView>(StatusCodes.Status201Created)
            .Fails(ProblemCodes.Conflict);
        at.MapGet("/{id}", GetAsync).Describe("getToolServer", "One server of tools").Returns<ToolServerView>();
        at.MapPatch("/{id}", ChangeAsync)
            .Describe("changeToolServer", "Change a server of tools, or who may use it")
            .Returns<ToolServerView>()
            .Fails(ProblemCodes.Conflict);
        at.MapDelete("/{id}", RemoveAsync)
            .Describe("deleteToolServer", "Forget a server of tools")
            .ReturnsNothing()
            .Fails(ProblemCodes.Conflict);
        at.MapPost("/{id}/test", TestAsync)
            .Describe("testToolServer", "Ask a server for its tools, and say what came of it")
            .Returns<ToolServerTest>();
    }

    private static async Task<IResult> ListToolsAsync(Caller caller, ToolBox box, CancellationToken ct)
    {
        var tools = await box.ListAsync(caller, ct);
        return new JsonAnswer<ToolList>(
            new ToolList([.. tools.Select(ToolView.Of)], tools.Count),
            ToolJson.Default.ToolList
        );
    }

    private static async Task<IResult> ForgetAsync(
        Caller caller,
        string id,
        ToolConsents consents,
        CancellationToken ct
    ) => await consents.ForgetAsync(caller, id, ct) ? TypedResults.NoContent() : ProblemResult.NotFound("consent");

    private static async Task<IResult> ListAsync(
        ToolServerStore store,
        ToolCatalog catalog,
        StdioPeers programs,
        CancellationToken ct
    ) =>
        new JsonAnswer<ToolServerList>(
            new ToolServerList([.. (await store.AllAsync(ct)).Select(s => View(s, catalog, programs))]),
            ToolJson.Default.ToolServerList
        );

    private static async Task<IResult> CreateAsync(
        HttpContext http,
        RequestOrigin origin,
        Body<CreateToolServer> body,
        IdempotencyKey key,
        ToolServerStore store,
        IdempotentWrites writes
    ) =>
        await writes.RunAsync(
            origin.Caller!.OwnerId,
            key,
            // Not the body itself: a fast hash of a key is not to be kept.
            Encoding.UTF8.GetBytes($"{body.Value.Name}\n{body.Value.Kind}\n{body.Value.Url}"),
            tx =>
            {
                var view = ToolServerView.Of(store.Add(tx, origin, body.Value.Draft()), "ready", error: null);
                return StoredAnswer.Of(
                    view,
                    ToolJson.Default.ToolServerView,
                    StatusCodes.Status201Created,
                    "/api/tool-servers/" + view.Id
                );
            },
            http.RequestAborted
        );

    private static async Task<IResult> GetAsync(
        ToolServerId id,
        ToolServerStore store,
        ToolCatalog catalog,
        StdioPeers programs,
        CancellationToken ct
    ) => Show(await store.FindAsync(id.Value, ct), catalog, programs);

    private static async Task<IResult> ChangeAsync(
        ToolServerId id,
        RequestOrigin origin,
        Body<ChangeToolServer> body,
        ToolServerStore store,
        ToolCatalog catalog,
        StdioPeers programs,
        CancellationToken ct
    ) => Show(await store.ChangeAsync(origin, id.Value, body.Value.Draft(), ct), catalog, programs);

    private static async Task<IResult> RemoveAsync(
        ToolServerId id,
        RequestOrigin origin,
        ToolServerStore store,
        CancellationToken ct
    ) =>
        await store.RemoveAsync(origin, id.Value, ct)
            ? TypedResults.NoContent()
            : ProblemResult.NotFound("tool server");

    private static async Task<IResult> TestAsync(
        ToolServerId id,
        ToolServerStore store,
        ToolCatalog catalog,
        TimeProvider time,
        CancellationToken ct
    )
    {
        if (await store.FindAsync(id.Value, ct) is not { } server)
        {
            return ProblemResult.NotFound("tool server");
        }

        var began = time.GetTimestamp();
        var listing = new ToolListing([], []);
        string? error = null;
        try
        {
            listing = await catalog.ReadAsync(server, ct);
        }
        catch (ToolServerException failure)
        {
            error = failure.Message;
        }

        return new JsonAnswer<ToolServerTest>(
            new ToolServerTest(
                error is null,
                error,
                [.. listing.Tools.Select(t => t.Name)],
                listing.Left,
                Math.Round(time.GetElapsedTime(began).TotalMilliseconds, 1)
            ),
            ToolJson.Default.ToolServerTest
        );
    }

    private static IResult Show(ToolServer? server, ToolCatalog catalog, StdioPeers programs) =>
        server is null
            ? ProblemResult.NotFound("tool server")
            : new JsonAnswer<ToolServerView>(View(server, catalog, programs), ToolJson.Default.ToolServerView);

    private static ToolServerView View(ToolServer server, ToolCatalog catalog, StdioPeers programs) =>
        ToolServerView.Of(server, catalog.StateOf(server), catalog.ErrorOf(server), programs.ViewOf(server));
}

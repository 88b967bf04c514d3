using System.Text;
using Parley.Identity;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Providers;

/// <summary>Upstreams for admins, and the models of all of them for users.</summary>
internal static class UpstreamEndpoints
{
    public static void MapUpstreamRoutes(this IEndpointRouteBuilder routes)
    {
        var at = routes.MapGroup("/api/upstreams").WithTags("models").ForAdmins(KeyScopes.Upstreams);
        at.MapGet("/", ListAsync)
            .Describe("listUpstreams", "Model servers, with their health; never with a key")
            .Returns<UpstreamList>();
        at.MapPost("/", CreateAsync)
            .Describe("createUpstream", "Set up a model server")
            .Returns<UpstreamView>(StatusCodes.Status201Created)
            .Fails(ProblemCodes.Conflict);
        at.MapGet("/{id}", GetAsync).Describe("getUpstream", "One model server").Returns<UpstreamView>();
        at.MapPatch("/{id}", ChangeAsync)
            .Describe("changeUpstream", "Change a model server, or who may use it")
            .Returns<UpstreamView>()
            .Fails(ProblemCodes.Conflict);
        at.MapDelete("/{id}", RemoveAsync).Describe("deleteUpstream", "Forget a model server").ReturnsNothing();
        at.MapPost("/{id}/test", TestAsync)
            .Describe("testUpstream", "Ask a model server for its models, and say what came of it")
            .Returns<UpstreamTest>();

        var models = routes.MapGroup("/api/models").WithTags("models");
        models
            .MapGet("/list", ModelsAsync)
            .ForUsers(KeyScopes.Models)
            .Describe("listModels", "The models of all upstreams that you may use")
            .Returns<ModelList>();
        models
            .MapGet("/{id}/info", ModelAsync)
            .ForUsers(KeyScopes.Models)
            .Describe("getModel", "One model, by its name (a slash in it as %2F)")
            .Takes(new PathParameter("id", "The model's name; a slash in it as %2F"))
            .Returns<ModelView>();
        models
            .MapPost("/cache/clear", ClearAsync)
            .ForAdmins(KeyScopes.Upstreams)
            .Describe("clearModelCache", "Have every upstream asked for its models anew")
            .ReturnsNothing();
    }

    private static async Task<IResult> ListAsync(HttpContext http, UpstreamStore store, UpstreamHealths healths)
    {
        var views = new List<UpstreamView>();
        foreach (var setup in await store.AllAsync(http.RequestAborted))
        {
            views.Add(UpstreamView.Of(setup, healths.Of(setup.Upstream.Id)));
        }

        return new JsonAnswer<UpstreamList>(new UpstreamList(views), ProvidersJson.Default.UpstreamList);
    }

    private static async Task<IResult> CreateAsync(
        HttpContext http,
        RequestOrigin origin,
        Body<CreateUpstream> body,
        IdempotencyKey key,
        UpstreamStore store,
        UpstreamHealths healths,
        IdempotentWrites writes
    ) =>
        await writes.RunAsync(
            origin.Caller!.OwnerId,
            key,
            // Not the body itself: a fast hash of a key is not to be kept.
            Encoding.UTF8.GetBytes($"{body.Value.Name}\n{body.Value.Kind}\n{body.Value.BaseUrl}"),
            tx =>
            {
                var setup = store.Add(tx, origin, body.Value.Draft());
                var view = UpstreamView.Of(setup, healths.Of(setup.Upstream.Id));
                return StoredAnswer.Of(
                    view,
                    ProvidersJson.Default.UpstreamView,
                    StatusCodes.Status201Created,
                    "/api/upstreams/" + view.Id
                );
            },
            http.RequestAborted
        );

    private static async Task<IResult> GetAsync(
        HttpContext http,
        UpstreamId id,
        UpstreamStore store,
        UpstreamHealths healths
    ) => Show(await FindAsync(store, id, http.RequestAborted), healths);

    private static async Task<IResult> ChangeAsync(
        HttpContext http,
        UpstreamId id,
        RequestOrigin origin,
        Body<ChangeUpstream> body,
        UpstreamStore store,
        UpstreamHealths healths
    ) => Show(await store.ChangeAsync(origin, id.Value, body.Value.Draft(), http.RequestAborted), healths);

    private static async Task<IResult> RemoveAsync(
        HttpContext http,
        UpstreamId id,
        RequestOrigin origin,
        UpstreamStore store
    ) =>
        await store.RemoveAsync(origin, id.Value, http.RequestAborted)
            ? TypedResults.NoContent()
            : ProblemResult.NotFound("upstream");

    private static async Task<IResult> TestAsync(
        HttpContext http,
        UpstreamId id,
        UpstreamStore store,
        ModelCatalog catalog,
        UpstreamHealths healths,
        TimeProvider time
    )
    {
        if (await FindAsync(store, id, http.RequestAborted) is not { } setup)
        {
            return ProblemResult.NotFound("upstream");
        }

        var began = time.GetTimestamp();
        string? error = null;
        var count = 0;
        try
        {
            count = (await catalog.ListAsync(setup, http.RequestAborted)).Count;
            healths.Of(id.Value).Answered();
        }
        catch (UpstreamException failure)
        {
            error = failure.Message;
            healths.Of(id.Value).Failed(failure);
        }

        var took = Math.Round(time.GetElapsedTime(began).TotalMilliseconds, 1);
        return new JsonAnswer<UpstreamTest>(
            new UpstreamTest(error is null, error, count, took),
            ProvidersJson.Default.UpstreamTest
        );
    }

    private static async Task<IResult> ModelsAsync(HttpContext http, Caller caller, ModelRouter router)
    {
        var models = new List<ModelView>();
        foreach (var route in await http.Timed("upstream", router.ListAsync(caller, http.RequestAborted).AsTask()))
        {
            models.Add(ModelView.Of(route));
        }

        return new JsonAnswer<ModelList>(new ModelList(models, models.Count), ProvidersJson.Default.ModelList);
    }

    private static async Task<IResult> ModelAsync(HttpContext http, string id, Caller caller, ModelRouter router)
    {
        var name = id.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        return await router.FindAsync(caller, name, http.RequestAborted) is { } route
            ? new JsonAnswer<ModelView>(ModelView.Of(route), ProvidersJson.Default.ModelView)
            : ProblemResult.NotFound("model");
    }

    private static IResult ClearAsync(ModelCatalog catalog)
    {
        catalog.Clear();
        return TypedResults.NoContent();
    }

    private static async Task<UpstreamSetup?> FindAsync(UpstreamStore store, UpstreamId id, CancellationToken ct)
    {
        foreach (var setup in await store.AllAsync(ct))
        {
            if (setup.Upstream.Id == id.Value)
            {
                return setup;
            }
        }

        return null;
    }

    private static IResult Show(UpstreamSetup? setup, UpstreamHealths healths) =>
        setup is null
            ? ProblemResult.NotFound("upstream")
            : new JsonAnswer<UpstreamView>(
                UpstreamView.Of(setup, healths.Of(setup.Upstream.Id)),
                ProvidersJson.Default.UpstreamView
            );
}

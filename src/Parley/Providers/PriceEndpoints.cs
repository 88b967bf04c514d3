using Parley.Identity;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Providers;

/// <summary>Prices of models for admins, and what calls of models have cost.</summary>
internal static class PriceEndpoints
{
    private const string CostDetails =
        "Whole numbers: cost_micros are millionths of the currency. Calls whose model had no price then stand in items of "
        + "their own without a cost.";

    public static void MapPriceRoutes(this IEndpointRouteBuilder routes)
    {
        var prices = routes.MapGroup("/api/models/prices").WithTags("models").ForAdmins(KeyScopes.Upstreams);
        prices.MapGet("/", ListAsync).Describe("listPrices", "What models cost").Returns<PriceList>();
        prices
            .MapPut("/", SetAsync)
            .Describe(
                "setPrice",
                "Say what a model costs, in place of what was said of it before",
                "It holds for calls that end from now on; what earlier ones cost stays as it was."
            )
            .Returns<PriceView>()
            .Fails(ProblemCodes.Conflict);
        prices.MapDelete("/{id}", RemoveAsync).Describe("deletePrice", "Forget a price").ReturnsNothing();

        var costs = routes.MapGroup("/api/models/costs").WithTags("models");
        costs
            .MapGet("/", OwnAsync)
            .ForUsers(KeyScopes.Models)
            .Describe("listOwnCosts", "What your calls of models have used and cost", CostDetails)
            .Takes(CostQuery.Parameters("day,model", "day and model"))
            .Returns<Page<CostTotal>>();
        costs
            .MapGet("/all", AllAsync)
            .ForAdmins(KeyScopes.Users)
            .Describe("listCosts", "What everybody's calls of models have used and cost", CostDetails)
            .Takes(CostQuery.Parameters("day,model,user", "day, model and user"))
            .Returns<Page<CostTotal>>();
    }

    private static async Task<IResult> ListAsync(HttpContext http, PriceTable prices) =>
        new JsonAnswer<PriceList>(
            new PriceList(await prices.ListAsync(http.RequestAborted)),
            ProvidersJson.Default.PriceList
        );

    private static async Task<IResult> SetAsync(
        HttpContext http,
        RequestOrigin origin,
        Body<SetPrice> body,
        PriceTable prices
    ) =>
        new JsonAnswer<PriceView>(
            await prices.SetAsync(origin, body.Value, http.RequestAborted),
            ProvidersJson.Default.PriceView
        );

    private static async Task<IResult> RemoveAsync(
        HttpContext http,
        PriceId id,
        RequestOrigin origin,
        PriceTable prices
    ) =>
        await prices.RemoveAsync(origin, id.Value, http.RequestAborted)
            ? TypedResults.NoContent()
            : ProblemResult.NotFound("price");

    private static async Task<IResult> OwnAsync(HttpContext http, Caller caller, CostBook book) =>
        Show(await book.TotalsAsync(caller.OwnerId, book.Read(http.Request, users: false), http.RequestAborted));

    private static async Task<IResult> AllAsync(HttpContext http, CostBook book) =>
        Show(await book.TotalsAsync(null, book.Read(http.Request, users: true), http.RequestAborted));

    private static JsonAnswer<Page<CostTotal>> Show(Page<CostTotal> page) =>
        new(page, ProvidersJson.Default.PageCostTotal);
}

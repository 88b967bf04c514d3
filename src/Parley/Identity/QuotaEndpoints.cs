using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Identity;

/// <summary>Quotas: for admins to set, and for everybody to see how they stand.</summary>
internal static class QuotaEndpoints
{
    public static void MapQuotaRoutes(this IEndpointRouteBuilder routes)
    {
        routes
            .MapGet("/api/auth/quotas", OwnAsync)
            .WithTags("identity")
            .ForSessions()
            .Describe("getOwnQuotas", "How one stands with one's quotas")
            .Returns<QuotaReport>();
        var users = routes.MapGroup("/api/users/{id}/quotas").WithTags("identity").ForAdmins(KeyScopes.Users);
        users
            .MapGet("/", OfUserAsync)
            .Describe("getUserQuotas", "What is set for a user, and how they stand")
            .Returns<QuotaReport>();
        users
            .MapPut("/", SetOfUserAsync)
            .Describe("setUserQuotas", "Say how much a user may use; what is absent is as groups and settings say")
            .Returns<QuotaReport>();
        var groups = routes.MapGroup("/api/groups/{id}/quotas").WithTags("identity").ForAdmins(KeyScopes.Users);
        groups
            .MapGet("/", OfGroupAsync)
            .Describe("getGroupQuotas", "What is set for each member of a group")
            .Returns<QuotaSet>();
        groups
            .MapPut("/", SetOfGroupAsync)
            .Describe(
                "setGroupQuotas",
                "Say how much each member of a group may use",
                "A user's own setting goes before; of several groups the most generous counts."
            )
            .Returns<QuotaSet>();
    }

    private static async Task<IResult> OwnAsync(HttpContext http, Caller caller, QuotaAdmin quotas) =>
        Show(await http.Timed("db", quotas.ReportAsync(caller.OwnerId, http.RequestAborted)));

    private static async Task<IResult> OfUserAsync(HttpContext http, UserId id, QuotaAdmin quotas) =>
        Show(await http.Timed("db", quotas.FindUserAsync(id.Value, http.RequestAborted)));

    private static async Task<IResult> SetOfUserAsync(
        HttpContext http,
        UserId id,
        RequestOrigin origin,
        Body<QuotaSet> body,
        QuotaAdmin quotas
    ) => Show(await quotas.SetUserAsync(id.Value, body.Value, origin, http.RequestAborted));

    private static async Task<IResult> OfGroupAsync(HttpContext http, GroupId id, QuotaAdmin quotas) =>
        Show(await http.Timed("db", quotas.FindGroupAsync(id.Value, http.RequestAborted)));

    private static async Task<IResult> SetOfGroupAsync(
        HttpContext http,
        GroupId id,
        RequestOrigin origin,
        Body<QuotaSet> body,
        QuotaAdmin quotas
    ) => Show(await quotas.SetGroupAsync(id.Value, body.Value, origin, http.RequestAborted));

    private static IResult Show(QuotaReport? report) =>
        report is null
            ? ProblemResult.NotFound("user")
            : new JsonAnswer<QuotaReport>(report, IdentityJson.Default.QuotaReport);

    private static IResult Show(QuotaSet? set) =>
        set is null ? ProblemResult.NotFound("group") : new JsonAnswer<QuotaSet>(set, IdentityJson.Default.QuotaSet);
}

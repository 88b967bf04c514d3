using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using Parley.Kernel;
using Parley.Kernel.Http;

namespace Parley.Identity;

/// <summary>The audit, for admins.</summary>
internal static class AuditEndpoints
{
    public static void MapAuditRoutes(this IEndpointRouteBuilder routes)
    {
        var at = routes.MapGroup("/api/audit").WithTags("identity").ForAdmins(KeyScopes.Audit);
        at.MapGet("/", ListAsync).Describe("listAudit", "Who did what, newest first").Returns<Page<AuditView>>();
        at.MapGet("/export", ExportAsync)
            .Describe("exportAudit", "The same as JSON lines, all of it")
            .ReturnsFile("application/x-ndjson");
    }

    private static async Task<IResult> ListAsync(
        HttpContext http,
        AuditOptions options,
        PageRequest page,
        AuditReads audit
    ) =>
        new JsonAnswer<Page<AuditView>>(
            await http.Timed("db", audit.ListAsync(options.Filter, page, http.RequestAborted)),
            IdentityJson.Default.PageAuditView
        );

    private static async Task ExportAsync(HttpContext http, AuditOptions options, AuditReads audit)
    {
        http.Response.ContentType = "application/x-ndjson";
        http.Response.Headers.ContentDisposition = "attachment; filename=\"audit.jsonl\"";
        var to = http.Response.BodyWriter;
        await foreach (var entry in audit.AllAsync(options.Filter, http.RequestAborted))
        {
            JsonOut.Write(to, entry, IdentityJson.Default.AuditView);
            to.GetSpan(1)[0] = (byte)'\n';
            to.Advance(1);
            if (to.UnflushedBytes > 64 * 1024)
            {
                await to.FlushAsync(http.RequestAborted);
            }
        }
    }
}

/// <summary>Parameters of the audit's routes.</summary>
internal sealed record AuditOptions(AuditFilter Filter) : IEndpointParameterMetadataProvider
{
    private static readonly QueryParameter[] Parameters =
    [
        new("actor_id", "string", "Only what this user did") { Format = "uuid" },
        new("action", "string", "Only this") { Values = AuditActions.All },
        new("subject_id", "string", "Only what was done to this user, group, conversation or space")
        {
            Format = "uuid",
        },
        new("ok", "boolean", "Only what went through, or only what did not"),
        new("since", "string", "From this time on: YYYY, YYYY-MM, YYYY-MM-DD or an ISO 8601 time"),
        new("before", "string", "Before this time, as since"),
    ];

    public static ValueTask<AuditOptions?> BindAsync(HttpContext http)
    {
        var query = new QueryReader(http.Request.Query);
        var filter = new AuditFilter(
            query.Text("actor_id") is { } actor ? Id("actor_id", actor) : null,
            query.OneOf("action", AuditActions.All),
            query.Text("subject_id") is { } subject ? Subject(subject) : null,
            query.Bool("ok"),
            query.Time("since"),
            query.Time("before")
        );
        return ValueTask.FromResult<AuditOptions?>(new AuditOptions(filter));
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        foreach (var one in Parameters)
        {
            builder.Metadata.Add(one);
        }
    }

    private static long Id(string name, string text) =>
        Ids.TryParse(text, IdKind.User, out var id) ? id : throw QueryReader.Invalid(name, "must be the id of a user");

    /// <summary>As it is stored: any kind of id in its one form.</summary>
    private static string Subject(string text) =>
        Guid.TryParseExact(text, "D", out var id)
            ? id.ToString("D")
            : throw QueryReader.Invalid("subject_id", "must be an id");
}

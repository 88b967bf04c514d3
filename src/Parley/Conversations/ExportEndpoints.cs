using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using Parley.Identity;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Conversations;

/// <summary>Routes that give conversations out as files, and take one back.</summary>
internal static class ExportEndpoints
{
    /// <summary>A thousand messages are more than a request usually holds; each is bounded by its own limit.</summary>
    private const long ReturnBytes = 64 * 1024 * 1024;

    public static void MapExportRoutes(this IEndpointRouteBuilder routes)
    {
        var at = routes.MapGroup("/api/export").WithTags("export").ForUsers(KeyScopes.Export);
        at.MapGet("/", Zip)
            .Describe("exportConversations", "Many conversations as a zip, sent as it is made")
            .ReturnsFile("application/zip");
        at.MapPost("/conversations/import", Return)
            .Describe("returnConversation", "Take a JSON export back as a new conversation with the same tree")
            .Returns<ConversationView>(StatusCodes.Status201Created)
            .ReturnsETag()
            .WithBodyLimit(ReturnBytes);
        at.MapGet("/conversations/{id}/{format}", One)
            .Describe("exportConversation", "One conversation as a file")
            .Takes(new PathParameter("format", "What it becomes") { Values = ExportFormat.Names })
            .Returns<ExportedConversation>()
            .ReturnsFile("text/markdown", "text/html", "application/jsonl");
    }

    private static async Task<IResult> One(
        HttpContext http,
        Caller caller,
        ConversationId id,
        string format,
        ExportOptions options,
        ExportStore store
    )
    {
        if (ExportFormat.Find(format) is not { } form)
        {
            return ProblemResult.NotFound("export format");
        }

        var file = await http.Timed("db", store.WriteAsync(caller, id.Value, form, options.Scope, http.RequestAborted));
        if (file is null)
        {
            return ProblemResult.NotFound("conversation");
        }

        await using (file)
        {
            Head(http, form.MediaType, FileNames.Of(file.Conversation.Title, form.Extension));
            await file.SendAsync(http.Response.Body, http.RequestAborted);
        }

        return TypedResults.Empty;
    }

    private static async Task<IResult> Zip(HttpContext http, Caller caller, ExportOptions options, ExportStore store)
    {
        Head(http, "application/zip", "parley.zip");
        await new ExportZip(store, http.Response.Body).WriteAsync(caller, options, http.RequestAborted);
        return TypedResults.Empty;
    }

    private static async Task<IResult> Return(
        HttpContext http,
        Caller caller,
        Body<ExportedConversation> body,
        IdempotencyKey key,
        ExportReturn exports
    ) => await http.Timed("db", exports.RunAsync(caller, body, key, http.RequestAborted));

    /// <summary>A download, whatever a browser would make of it: its words are other people's.</summary>
    private static void Head(HttpContext http, string type, string name)
    {
        http.Response.ContentType = type;
        http.Response.Headers.ContentDisposition = FileNames.Disposition("attachment", name);
        SecurityHeaders.SetSandbox(http.Response.Headers);
    }
}

/// <summary>What is exported, and as what.</summary>
/// <param name="Since">Unix microseconds.</param>
internal sealed record ExportOptions(ExportFormat Format, ExportScope Scope, string? Space, long? Since)
    : IEndpointParameterMetadataProvider
{
    public static ValueTask<ExportOptions?> BindAsync(HttpContext http)
    {
        var query = new QueryReader(http.Request.Query);
        var format = ExportFormat.Find(query.OneOf("format", ExportFormat.Names)) ?? ExportFormat.Json;
        var scope = query.Bool("tree") == true ? ExportScope.Everything : ExportScope.Path;
        return ValueTask.FromResult<ExportOptions?>(
            new ExportOptions(format, scope, query.Text("space"), query.Time("since"))
        );
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        var ofOne =
            builder is RouteEndpointBuilder { RoutePattern.RawText: { } path }
            && path.Contains("{id}", StringComparison.Ordinal);
        builder.Metadata.Add(
            new QueryParameter("tree", "boolean", "For markdown and html: every branch and hidden message too")
        );
        if (!ofOne)
        {
            builder.Metadata.Add(
                new QueryParameter("format", "string", "What each conversation becomes")
                {
                    Values = ExportFormat.Names,
                    Default = "json",
                }
            );
            builder.Metadata.Add(new QueryParameter("space", "string", "Only of this space: its name or id"));
            builder.Metadata.Add(new QueryParameter("since", "string", "Only changed at or after this date or time"));
        }
    }
}

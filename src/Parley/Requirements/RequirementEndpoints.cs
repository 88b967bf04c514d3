using Parley.Conversations;
using Parley.Identity;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Requirements;

/// <summary>Requirements documents over HTTP.</summary>
internal static class RequirementEndpoints
{
    public static void MapRequirementRoutes(this IEndpointRouteBuilder routes)
    {
        var at = routes.MapGroup("/api/prd").WithTags("requirements").ForUsers(KeyScopes.Documents);
        at.MapGet("/", ListAsync)
            .Describe("listRequirements", "List requirements documents, newest first")
            .Takes(new QueryParameter("space", "string", "Name or id of a space"))
            .Returns<Page<RequirementsView>>();
        at.MapPost("/", CreateAsync)
            .Describe(
                "createRequirements",
                "Make a requirements document from Markdown",
                "It is cut into statements (headings, sentences, items, rows of tables, blocks of code), each typed by rules that say why, with an id that stays. "
                    + $"An owner has at most {RequirementStore.MostDocuments} of them, of {PreparedText.MostBytes:#,0} bytes and {PreparedText.MostStatements:#,0} statements each."
            )
            .Returns<RequirementsView>(StatusCodes.Status201Created)
            .ReturnsETag()
            .Fails(ProblemCodes.Conflict, ProblemCodes.StorageQuota)
            .WithBodyLimit(HttpOptions.MessageBodyBytes);
        at.MapPost("/upload", UploadAsync)
            .Describe(
                "uploadRequirements",
                "Make requirements documents from files",
                "Markdown, text, HTML, PDF, DOCX or ODT, as multipart/form-data or one as the raw body. The same name in the same space is the document's next "
                    + "version, whose statements keep their ids as far as their words stay; the same text again changes nothing."
            )
            .TakesFiles()
            .Takes(
                new QueryParameter("space", "string", "Name or id of the space; the default one without it"),
                new QueryParameter("name", "string", "The file's name, where the body is the file itself")
            )
            .Returns<Page<RequirementsView>>(StatusCodes.Status201Created)
            .Fails(ProblemCodes.Conflict, ProblemCodes.UnreadableDocument, ProblemCodes.StorageQuota)
            .WithBodyLimit(RequirementUploads.MostBytes);
        at.MapGet("/{id}", GetAsync)
            .Describe("getRequirements", "One requirements document with its text")
            .Returns<RequirementsView>()
            .ReturnsETag();
        at.MapPut("/{id}", ReplaceAsync)
            .Describe(
                "replaceRequirements",
                "Make a text the next version of a document",
                "Statements keep their ids where their words stay, wherever they moved to; so do those whose author gave them the same id, and those that were "
                    + $"changed a little. The last {RequirementVersions.Kept} versions are kept."
            )
            .Returns<RequirementsView>()
            .ReturnsETag()
            .Fails(ProblemCodes.Conflict, ProblemCodes.StorageQuota)
            .WithBodyLimit(HttpOptions.MessageBodyBytes);
        at.MapDelete("/{id}", DeleteAsync)
            .Describe("deleteRequirements", "Delete a requirements document with its versions")
            .ReturnsNothing();
        at.MapGet("/{id}/versions", VersionsAsync)
            .Describe("listRequirementsVersions", "The versions of a document that are kept, newest first")
            .Returns<Page<RequirementsVersion>>();
        at.MapGet("/{id}/diff", DiffAsync)
            .Describe("diffRequirements", "What became of each statement between two versions")
            .Takes(
                new QueryParameter("from", "integer", "Number of the former version; the one before without it")
                {
                    Min = 1,
                },
                new QueryParameter("to", "integer", "Number of the latter version; the newest without it") { Min = 1 }
            )
            .Returns<RequirementsDiff>();
        at.MapGet("/{id}/export", ExportAsync)
            .Describe(
                "exportRequirements",
                "A document for other programs",
                "Its text, or its statements as JSON, as CSV (cells that a spreadsheet would take for formulas begin with an apostrophe) or as ReqIF 1.2."
            )
            .Takes(
                new QueryParameter("format", "string", "The form it is written in")
                {
                    Values = RequirementExports.Formats,
                    Default = RequirementExports.Formats[0],
                }
            )
            .ReturnsFile("text/markdown", RequirementExports.Json, "text/csv", "application/xml");
    }

    private static async Task<IResult> ListAsync(
        HttpContext http,
        Caller caller,
        PageRequest page,
        RequirementStore store
    )
    {
        var named = new QueryReader(http.Request.Query).Text("space");
        if (await store.FindSpaceAsync(caller.OwnerId, named, http.RequestAborted) is not { } space)
        {
            return ProblemResult.Invalid("space", "there is no such space");
        }

        var only = named is null ? null : (long?)space;
        return new JsonAnswer<Page<RequirementsView>>(
            await http.Timed("db", store.ListAsync(caller.OwnerId, only, page, http.RequestAborted)),
            RequirementsJson.Default.PageRequirementsView
        );
    }

    private static async Task<IResult> CreateAsync(
        HttpContext http,
        Caller caller,
        Body<CreateRequirements> body,
        IdempotencyKey key,
        RequirementStore store
    )
    {
        var wish = body.Value;
        if (await store.FindSpaceAsync(caller.OwnerId, wish.Space, http.RequestAborted) is not { } space)
        {
            return ProblemResult.Invalid("space", "there is no such space");
        }

        var text = PreparedText.Of("markdown", wish.Text!, wish.Name!, null);
        return await http.Timed(
            "db",
            store.CreateAsync(caller.OwnerId, space, wish.Name!, text, key, body.Utf8, http.RequestAborted)
        );
    }

    private static async Task<IResult> UploadAsync(
        HttpContext http,
        Caller caller,
        RequirementStore store,
        RequirementUploads uploads
    )
    {
        var named = new QueryReader(http.Request.Query).Text("space");
        if (await store.FindSpaceAsync(caller.OwnerId, named, http.RequestAborted) is not { } space)
        {
            return ProblemResult.Invalid("space", "there is no such space");
        }

        var views = new List<RequirementsView>();
        foreach (var (name, text) in await uploads.ReadAsync(http, http.RequestAborted))
        {
            views.Add(await store.PutAsync(caller.OwnerId, space, name, text, http.RequestAborted));
        }

        return new JsonAnswer<Page<RequirementsView>>(
            new Page<RequirementsView>(views, views.Count, null),
            RequirementsJson.Default.PageRequirementsView,
            StatusCodes.Status201Created
        )
        {
            Location = views is [var only] ? "/api/prd/" + only.Id : "/api/prd",
        };
    }

    private static async Task<IResult> GetAsync(
        HttpContext http,
        Caller caller,
        RequirementsId id,
        RequirementStore store
    ) => Answer(await http.Timed("db", store.FindAsync(caller.OwnerId, id.Value, http.RequestAborted)));

    private static async Task<IResult> ReplaceAsync(
        HttpContext http,
        Caller caller,
        RequirementsId id,
        Body<ReplaceRequirements> body,
        IfMatch match,
        RequirementStore store
    )
    {
        if (await store.FindAsync(caller.OwnerId, id.Value, http.RequestAborted) is not { } known)
        {
            return ProblemResult.NotFound("requirements document");
        }

        var text = store.Prepare(id.Value, body.Value.Text!, body.Value.Name ?? known.Name);
        return Answer(
            await http.Timed(
                "db",
                store.ReplaceAsync(caller.OwnerId, id.Value, text, body.Value.Name, match, http.RequestAborted)
            )
        );
    }

    private static async Task<IResult> DeleteAsync(
        HttpContext http,
        Caller caller,
        RequirementsId id,
        RequirementStore store
    ) =>
        await http.Timed("db", store.RemoveAsync(caller.OwnerId, id.Value, http.RequestAborted))
            ? TypedResults.NoContent()
            : ProblemResult.NotFound("requirements document");

    private static async Task<IResult> VersionsAsync(
        HttpContext http,
        Caller caller,
        RequirementsId id,
        PageRequest page,
        RequirementStore store
    ) =>
        await http.Timed("db", store.ListVersionsAsync(caller.OwnerId, id.Value, page, http.RequestAborted))
            is { } found
            ? new JsonAnswer<Page<RequirementsVersion>>(found, RequirementsJson.Default.PageRequirementsVersion)
            : ProblemResult.NotFound("requirements document");

    private static async Task<IResult> DiffAsync(
        HttpContext http,
        Caller caller,
        RequirementsId id,
        PageRequest page,
        RequirementStore store
    )
    {
        var query = new QueryReader(http.Request.Query);
        var (from, to) = (query.Int("from", 1, int.MaxValue), query.Int("to", 1, int.MaxValue));
        return
            await http.Timed("db", store.DiffAsync(caller.OwnerId, id.Value, from, to, page, http.RequestAborted))
                is { } diff
            ? new JsonAnswer<RequirementsDiff>(diff, RequirementsJson.Default.RequirementsDiff)
            : ProblemResult.NotFound("requirements document");
    }

    private static async Task<IResult> ExportAsync(
        HttpContext http,
        Caller caller,
        RequirementsId id,
        RequirementStore store
    )
    {
        var format = new QueryReader(http.Request.Query).OneOf("format", RequirementExports.Formats) ?? "markdown";
        if (
            await http.Timed("db", store.FindWholeAsync(caller.OwnerId, id.Value, http.RequestAborted)) is not { } whole
        )
        {
            return ProblemResult.NotFound("requirements document");
        }

        var file = RequirementExports.Write(format, whole.Document, whole.Statements, whole.Text);
        SecurityHeaders.SetSandbox(http.Response.Headers);
        http.Response.Headers.ContentDisposition = FileNames.Disposition(
            "attachment",
            $"{FileNames.Clean(whole.Document.Name)}.{file.Extension}"
        );
        return TypedResults.Bytes(file.Bytes, file.MediaType);
    }

    private static IResult Answer(RequirementsView? view) =>
        view is null
            ? ProblemResult.NotFound("requirements document")
            : new JsonAnswer<RequirementsView>(view, RequirementsJson.Default.RequirementsView)
            {
                ETag = ETags.Of(view.Revision),
            };
}

using Microsoft.Net.Http.Headers;
using Parley.Conversations;
using Parley.Files;
using Parley.Identity;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Documents;

/// <summary>Documents over HTTP.</summary>
internal static class DocumentEndpoints
{
    private static readonly object[] Filters =
    [
        new QueryParameter("status", "string", "Only those whose newest version is so")
        {
            Values = DocumentStatuses.Names,
        },
        new QueryParameter("q", "string", "Only those with these letters in their name"),
    ];

    public static void MapDocumentRoutes(this IEndpointRouteBuilder routes)
    {
        var spaces = routes.MapGroup("/api/spaces").WithTags("documents").ForUsers(KeyScopes.Documents);
        spaces
            .MapGet("/{id}/documents", ListOfSpaceAsync)
            .Describe("listSpaceDocuments", "List the documents of a space, newest first")
            .Takes(Filters)
            .Returns<Page<DocumentView>>();
        spaces
            .MapPost("/{id}/documents", AddAsync)
            .Describe(
                "addDocuments",
                "Put documents into a space",
                "Files as multipart/form-data, one as the raw body, a file that is kept already (file_id), or text. They are read in the background: text, "
                    + "code, Markdown, HTML, CSV, JSON, mail, PDF, DOCX, PPTX, XLSX, ODT, EPUB. The same name again is the document's next version; the same "
                    + "bytes again change nothing."
            )
            .TakesFiles<AddDocument>()
            .Takes(new QueryParameter("name", "string", "The file's name, where the body is the file itself"))
            .Returns<Page<DocumentView>>(StatusCodes.Status201Created)
            .Fails(ProblemCodes.StorageQuota)
            .WithBodyLimit(FileUploads.MostBytes);

        var at = routes.MapGroup("/api/documents").WithTags("documents").ForUsers(KeyScopes.Documents);
        at.MapGet("/", ListAsync)
            .Describe("listDocuments", "List documents, newest first")
            .Takes([.. Filters, new QueryParameter("space", "string", "Name or id of a space")])
            .Returns<Page<DocumentView>>();
        at.MapPost("/url", AddUrlAsync)
            .Describe(
                "addDocumentUrl",
                "Fetch a page of the web as a document",
                "It is fetched in the background; of a page its main text is kept. The same address again fetches its next version. Addresses inside this "
                    + "network are refused."
            )
            .Returns<DocumentView>(StatusCodes.Status201Created);
        at.MapGet("/{id}", GetAsync)
            .Describe("getDocument", "One document: how far it is, and its last ten versions")
            .Returns<DocumentView>();
        at.MapDelete("/{id}", DeleteAsync)
            .Describe("deleteDocument", "Delete a document with its versions; a file that was kept before stays")
            .ReturnsNothing();
        at.MapGet("/{id}/chunks", ListChunksAsync)
            .Describe("listDocumentChunks", "The pieces of a document, in reading order")
            .Returns<Page<ChunkView>>();
        at.MapGet("/{id}/text", TextAsync)
            .Describe("getDocumentText", "The text that was read of a document; pieces say where in it they stand")
            .ReturnsRanges()
            .ReturnsETag(known: true);
        at.MapPost("/{id}/retry", RetryAsync)
            .Describe("retryDocument", "Read a document again that failed")
            .Returns<DocumentView>(StatusCodes.Status202Accepted)
            .Fails(ProblemCodes.Conflict);
    }

    private static async Task<IResult> ListOfSpaceAsync(
        HttpContext http,
        Caller caller,
        SpaceId id,
        PageRequest page,
        DocumentStore store
    ) =>
        await store.HasSpaceAsync(caller.OwnerId, id.Value, http.RequestAborted)
            ? await ShowAsync(http, caller, id.Value, page, store)
            : ProblemResult.NotFound("space");

    private static async Task<IResult> ListAsync(HttpContext http, Caller caller, PageRequest page, DocumentStore store)
    {
        var named = new QueryReader(http.Request.Query).Text("space");
        var space = await store.FindSpaceAsync(caller.OwnerId, named, http.RequestAborted);
        return space is null
            ? ProblemResult.Invalid("space", "there is no such space")
            : await ShowAsync(http, caller, named is null ? null : space, page, store);
    }

    private static async Task<IResult> ShowAsync(
        HttpContext http,
        Caller caller,
        long? space,
        PageRequest page,
        DocumentStore store
    )
    {
        var query = new QueryReader(http.Request.Query);
        var status = query.OneOf("status", DocumentStatuses.Names);
        var filter = new DocumentFilter(
            space,
            status is null ? null : Array.IndexOf(DocumentStatuses.Names, status),
            query.Text("q")
        );
        return new JsonAnswer<Page<DocumentView>>(
            await http.Timed("db", store.ListAsync(caller.OwnerId, filter, page, http.RequestAborted)),
            DocumentsJson.Default.PageDocumentView
        );
    }

    private static async Task<IResult> AddAsync(
        HttpContext http,
        Caller caller,
        SpaceId id,
        IdempotencyKey key,
        DocumentStore store,
        DocumentIntake intake
    )
    {
        if (!await store.HasSpaceAsync(caller.OwnerId, id.Value, http.RequestAborted))
        {
            return ProblemResult.NotFound("space");
        }

        using var taken = await intake.ReadAsync(http, caller.OwnerId);
        return await http.Timed(
            "db",
            store.AddAsync(caller.OwnerId, id.Value, taken.Documents, key, taken.Fingerprint, http.RequestAborted)
        );
    }

    private static async Task<IResult> AddUrlAsync(
        HttpContext http,
        Caller caller,
        Body<AddDocumentUrl> body,
        IdempotencyKey key,
        DocumentStore store
    ) =>
        await store.FindSpaceAsync(caller.OwnerId, body.Value.Space, http.RequestAborted) is { } space
            ? await http.Timed("db", store.AddUrlAsync(caller.OwnerId, space, body, key, http.RequestAborted))
            : ProblemResult.Invalid("space", "there is no such space");

    private static async Task<IResult> GetAsync(HttpContext http, Caller caller, DocumentId id, DocumentStore store) =>
        await http.Timed("db", store.FindAsync(caller.OwnerId, id.Value, http.RequestAborted)) is { } view
            ? new JsonAnswer<DocumentView>(view, DocumentsJson.Default.DocumentView)
            : ProblemResult.NotFound("document");

    private static async Task<IResult> DeleteAsync(
        HttpContext http,
        Caller caller,
        DocumentId id,
        DocumentStore store
    ) =>
        await http.Timed("db", store.RemoveAsync(caller.OwnerId, id.Value, http.RequestAborted))
            ? TypedResults.NoContent()
            : ProblemResult.NotFound("document");

    private static async Task<IResult> ListChunksAsync(
        HttpContext http,
        Caller caller,
        DocumentId id,
        PageRequest page,
        DocumentStore store
    ) =>
        await http.Timed("db", store.ListChunksAsync(caller.OwnerId, id.Value, page, http.RequestAborted)) is { } chunks
            ? new JsonAnswer<Page<ChunkView>>(chunks, DocumentsJson.Default.PageChunkView)
            : ProblemResult.NotFound("document");

    private static async Task<IResult> TextAsync(
        HttpContext http,
        Caller caller,
        DocumentId id,
        DocumentStore store,
        BlobStore blobs
    )
    {
        if (
            await http.Timed("db", store.FindTextAsync(caller.OwnerId, id.Value, http.RequestAborted)) is not { } text
            || blobs.Open(text.Hash) is not { } content
        )
        {
            return ProblemResult.NotFound("document that is ready");
        }

        SecurityHeaders.SetSandbox(http.Response.Headers);
        http.Response.Headers.ContentDisposition = FileNames.Disposition("inline", FileNames.Clean(text.Name) + ".txt");
        return TypedResults.Stream(
            content,
            "text/plain; charset=utf-8",
            entityTag: new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(text.Hash)}\""),
            enableRangeProcessing: true
        );
    }

    private static async Task<IResult> RetryAsync(
        HttpContext http,
        Caller caller,
        DocumentId id,
        DocumentStore store
    ) =>
        await http.Timed("db", store.RetryAsync(caller.OwnerId, id.Value, http.RequestAborted)) is { } view
            ? new JsonAnswer<DocumentView>(view, DocumentsJson.Default.DocumentView, StatusCodes.Status202Accepted)
            : ProblemResult.NotFound("document");
}

using Parley.Files;
using Parley.Identity;
using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Conversations;

/// <summary>Files that a person keeps here. Their bytes come by the same address as those of attachments.</summary>
internal static class FileEndpoints
{
    public static void MapFileRoutes(this IEndpointRouteBuilder routes)
    {
        var at = routes.MapGroup("/api/files").WithTags("files").ForUsers(KeyScopes.Files);
        at.MapPost("/", PostAsync)
            .Describe(
                "uploadFiles",
                "Keep files",
                "Send them as multipart/form-data, or one as the raw body. All of them are kept or none. What a file is follows from its content, "
                    + "never from its name."
            )
            .TakesFiles()
            .Takes(new QueryParameter("name", "string", "The file's name, where the body is the file itself"))
            .Returns<Page<FileView>>(StatusCodes.Status201Created)
            .Fails(ProblemCodes.StorageQuota)
            .WithBodyLimit(FileUploads.MostBytes);
        at.MapGet("/", ListAsync)
            .Describe("listFiles", "List the files that were uploaded, newest first")
            .Returns<Page<FileView>>();
        at.MapGet("/{id}", GetAsync).Describe("getFile", "One file: its name, size and type").Returns<FileView>();
        at.MapDelete("/{id}", DeleteAsync)
            .Describe(
                "deleteFile",
                "Remove a file",
                "Documents and messages made of it keep its bytes; a file that only a document needs goes with the document."
            )
            .ReturnsNothing()
            .Fails(ProblemCodes.Conflict);
    }

    private static async Task<IResult> PostAsync(
        HttpContext http,
        Caller caller,
        IdempotencyKey key,
        FileUploads uploads,
        BlobStore blobs,
        FileStore store
    )
    {
        await store.RequireRoomAsync(http, caller.OwnerId);
        using var hold = blobs.Hold();
        var files = await uploads.ReadAsync(http.Request, hold, http.RequestAborted);
        return await http.Timed("db", store.AddAsync(caller.OwnerId, files, key, http.RequestAborted));
    }

    private static async Task<IResult> ListAsync(HttpContext http, Caller caller, PageRequest page, FileStore store) =>
        new JsonAnswer<Page<FileView>>(
            await http.Timed("db", store.ListAsync(caller.OwnerId, page, http.RequestAborted)),
            ConversationsJson.Default.PageFileView
        );

    private static async Task<IResult> GetAsync(HttpContext http, Caller caller, FileId id, FileStore store) =>
        await http.Timed("db", store.FindAsync(caller.OwnerId, id.Value, http.RequestAborted)) is { } file
            ? new JsonAnswer<FileView>(file, ConversationsJson.Default.FileView)
            : ProblemResult.NotFound("file");

    private static async Task<IResult> DeleteAsync(HttpContext http, Caller caller, FileId id, FileStore store) =>
        await http.Timed("db", store.RemoveAsync(caller.OwnerId, id.Value, http.RequestAborted))
            ? TypedResults.NoContent()
            : ProblemResult.NotFound("file");
}

using Microsoft.Net.Http.Headers;
using Parley.Files;
using Parley.Identity;
using Parley.Kernel;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Conversations;

/// <summary>The bytes of attachments and files (S30, S31).</summary>
internal static class AttachmentEndpoints
{
    public static void MapAttachmentRoutes(this IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/api/files/{id}/content", Content)
            .WithTags("files")
            .ForUsers(KeyScopes.Files)
            .Describe("getFileContent", "The bytes of a file or attachment, as what they turn out to be")
            .ReturnsRanges()
            .ReturnsETag(known: true);

    private static async Task<IResult> Content(HttpContext http, Caller caller, FileId id, Db db, BlobStore blobs)
    {
        var file = await http.Timed(
            "db",
            db.ReadAsync(session => AttachmentRows.Find(session, caller.OwnerId, id.Value), http.RequestAborted)
        );
        if (file is null)
        {
            return ProblemResult.NotFound("file");
        }

        if (file.Blob is null || blobs.Open(file.Blob) is not { } content)
        {
            return new ProblemResult(ProblemCodes.NotFound, "the archive it came from did not hold this file");
        }

        var type = await TypeAsync(content, file.MediaType, http.RequestAborted);
        SecurityHeaders.SetSandbox(http.Response.Headers);
        http.Response.Headers.ContentDisposition = FileNames.Disposition(
            type is null ? "attachment" : "inline",
            FileNames.Clean(file.Name)
        );
        return TypedResults.Stream(
            content,
            type ?? "application/octet-stream",
            entityTag: new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(file.Blob)}\""),
            enableRangeProcessing: true
        );
    }

    /// <summary>The type a browser may show, from the bytes alone; null for anything that could do more than be looked at.</summary>
    private static async Task<string?> TypeAsync(Stream content, string? stated, CancellationToken ct)
    {
        var head = new byte[TextSniff.LooksAt];
        var length = await content.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, ct);
        content.Position = 0;
        var found = MediaTypes.FromContent(head.AsSpan(0, length));
        if (found is not null)
        {
            return found is "application/zip" ? null : found;
        }

        return
            stated?.StartsWith("text/plain", StringComparison.OrdinalIgnoreCase) == true
            && TextSniff.IsText(head.AsSpan(0, length))
            ? "text/plain; charset=utf-8"
            : null;
    }
}

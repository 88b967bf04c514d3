using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Parley.Conversations;
using Parley.Files;
using Parley.Kernel.Http;
using Parley.Kernel.Problems;

namespace Parley.Documents;

/// <summary>What a request hands over; disposed once its rows are committed, or will not be.</summary>
/// <param name="Fingerprint">What a repeat under the same key must be the same in.</param>
internal sealed record TakenDocuments(
    IReadOnlyList<GivenDocument> Documents,
    ReadOnlyMemory<byte> Fingerprint,
    BlobHold Hold
) : IDisposable
{
    public void Dispose() => Hold.Dispose();
}

/// <summary>Takes documents out of a request: files, or JSON that names a file or holds the text. Thread-safe.</summary>
internal sealed class DocumentIntake(BlobStore blobs, FileUploads uploads, FileStore files, DocumentStore store)
{
    /// <exception cref="ProblemException">There is nothing in it, or no room for it.</exception>
    public async Task<TakenDocuments> ReadAsync(HttpContext http, long ownerId)
    {
        await files.RequireRoomAsync(http, ownerId);
        var hold = blobs.Hold();
        try
        {
            return IsJson(http.Request) ? await ReadJsonAsync(http, ownerId, hold) : await ReadFilesAsync(http, hold);
        }
        catch
        {
            hold.Dispose();
            throw;
        }
    }

    private async Task<TakenDocuments> ReadFilesAsync(HttpContext http, BlobHold hold)
    {
        var taken = await uploads.ReadAsync(http.Request, hold, http.RequestAborted);
        return new TakenDocuments(
            [.. taken.Select(f => new GivenDocument(f.Name, f, null))],
            FileStore.Fingerprint(taken),
            hold
        );
    }

    private async Task<TakenDocuments> ReadJsonAsync(HttpContext http, long ownerId, BlobHold hold)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = HttpOptions.MessageBodyBytes;
        }

        var body = await Body<AddDocument>.BindAsync(http);
        var wish = body!.Value;
        if (wish.FileId is { } id)
        {
            var file =
                await store.FindFileAsync(ownerId, id, http.RequestAborted)
                ?? throw new ProblemException(
                    ProblemCodes.Validation,
                    "file_id: there is no such file",
                    new FieldError("file_id", "there is no such file")
                );
            hold.Keep(file.Blob);
            return new TakenDocuments([new GivenDocument(wish.Name ?? file.Name, null, file)], body.Utf8, hold);
        }

        using var text = new MemoryStream(Encoding.UTF8.GetBytes(wish.Text!));
        var blob = await hold.PutAsync(text, long.MaxValue, http.RequestAborted);
        var upload = new UploadedFile(wish.Name!, blob with { MediaType = "text/plain" });
        return new TakenDocuments([new GivenDocument(wish.Name!, upload, null)], body.Utf8, hold);
    }

    private static bool IsJson(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase);
}

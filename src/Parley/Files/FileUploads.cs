using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Parley.Kernel.Problems;

namespace Parley.Files;

/// <summary>A file that came over HTTP, its bytes stored and held; no row names them yet.</summary>
/// <param name="Name">As the client gave it: to be cleaned before it is kept.</param>
internal sealed record UploadedFile(string Name, StoredBlob Blob);

/// <summary>Streams the files of a request to the store, one after the other; memory does not grow with them. Thread-safe.</summary>
internal sealed class FileUploads(BlobStore blobs, FilesOptions options)
{
    /// <summary>Files of one request.</summary>
    public const int MostFiles = 500;

    /// <summary>Bytes of one request; the body's limit of routes that take files.</summary>
    public const long MostBytes = 2L << 30;

    private const int MostParts = 2 * MostFiles;

    /// <summary>Whether the request sends files as a form.</summary>
    public static bool IsForm(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase);

    /// <summary>The files of a form, or the whole body as one, named by <c>?name=</c>. Fields that are no files are passed over.</summary>
    /// <exception cref="ProblemException">No file, too many, one that is empty or too large.</exception>
    public async Task<List<UploadedFile>> ReadAsync(HttpRequest request, BlobHold hold, CancellationToken ct)
    {
        var files = new List<UploadedFile>();
        if (!IsForm(request))
        {
            var name = request.Query["name"] is [{ Length: > 0 } stated, ..] ? stated : "file";
            files.Add(await PutAsync(request.Body, name, hold, ct));
            return files;
        }

        var boundary = HeaderUtilities.RemoveQuotes(MediaTypeHeaderValue.Parse(request.ContentType).Boundary).Value;
        if (string.IsNullOrEmpty(boundary))
        {
            throw new ProblemException(ProblemCodes.BadRequest, "multipart/form-data needs a boundary");
        }

        try
        {
            await ReadPartsAsync(
                new MultipartReader(boundary, request.Body) { BodyLengthLimit = null },
                files,
                hold,
                ct
            );
        }
        catch (Exception broken)
            when (broken is InvalidDataException or IOException { HResult: < 0 } and not BadHttpRequestException)
        {
            throw new ProblemException(ProblemCodes.BadRequest, "the multipart body is cut off or malformed");
        }

        return files.Count > 0 ? files : throw Missing("the request holds no file");
    }

    private async Task ReadPartsAsync(
        MultipartReader reader,
        List<UploadedFile> files,
        BlobHold hold,
        CancellationToken ct
    )
    {
        for (var parts = 0; await reader.ReadNextSectionAsync(ct) is { } section; parts++)
        {
            if (files.Count == MostFiles || parts == MostParts)
            {
                throw new ProblemException(ProblemCodes.TooLarge, $"one request takes {MostFiles} files at most");
            }

            if (section.GetContentDispositionHeader() is { } disposition && disposition.IsFileDisposition())
            {
                var name = disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName;
                files.Add(await PutAsync(section.Body, HeaderUtilities.RemoveQuotes(name).Value ?? "file", hold, ct));
            }
        }
    }

    private async Task<UploadedFile> PutAsync(Stream body, string name, BlobHold hold, CancellationToken ct)
    {
        try
        {
            var blob = await hold.PutAsync(body, options.MaxUploadBytes, ct);
            if (blob.Size == 0)
            {
                throw Missing($"{UploadNames.Clean(name)} is empty");
            }

            return new UploadedFile(name, blob with { MediaType = blob.MediaType ?? TypeOf(blob, name) });
        }
        catch (BlobTooLargeException)
        {
            throw new ProblemException(
                ProblemCodes.TooLarge,
                $"{UploadNames.Clean(name)} is larger than the {options.MaxUploadBytes} bytes that a file may have"
            );
        }
    }

    private string? TypeOf(StoredBlob blob, string name)
    {
        using var content = blobs.Open(blob.Hash)!;
        var head = new byte[TextSniff.LooksAt];
        var length = content.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        return TextSniff.PlainType(head.AsSpan(0, length), name);
    }

    private static ProblemException Missing(string detail) =>
        new(ProblemCodes.Validation, detail, new FieldError("file", "is required"));
}

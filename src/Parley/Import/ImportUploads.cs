using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Parley.Kernel;
using Parley.Kernel.Problems;

namespace Parley.Import;

/// <summary>A body that came over HTTP, now a file of ours.</summary>
internal sealed record SpooledFile(string Name, string Path);

/// <summary>Streams request bodies to disk, synced, before anything else is done with them.</summary>
internal sealed class ImportUploads(DataFolder folder, ImportOptions options)
{
    /// <summary>Where bodies wait for their import, in the data folder.</summary>
    public const string Folder = "incoming";

    private const int LongestName = 255;

    /// <summary>Multipart files, or the whole body as one file named by <c>?name=</c> or Content-Disposition.</summary>
    /// <exception cref="ProblemException">Too large, empty, or no file in it; what was spooled is deleted.</exception>
    public async Task<List<SpooledFile>> SpoolAsync(HttpRequest request, CancellationToken ct)
    {
        var files = new List<SpooledFile>();
        try
        {
            if (
                MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
                && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            )
            {
                await SpoolPartsAsync(request, HeaderUtilities.RemoveQuotes(type.Boundary).Value, files, ct);
            }
            else
            {
                files.Add(await SpoolAsync(request.Body, NameOf(request), ct));
            }

            return files.Count > 0
                ? files
                : throw new ProblemException(
                    ProblemCodes.Validation,
                    "the request holds no file",
                    new FieldError("file", "missing")
                );
        }
        catch
        {
            Discard(files);
            throw;
        }
    }

    public static void Discard(IEnumerable<SpooledFile> files)
    {
        foreach (var file in files)
        {
            File.Delete(file.Path);
        }
    }

    private async Task SpoolPartsAsync(
        HttpRequest request,
        string? boundary,
        List<SpooledFile> files,
        CancellationToken ct
    )
    {
        if (string.IsNullOrEmpty(boundary))
        {
            throw new ProblemException(ProblemCodes.BadRequest, "multipart/form-data needs a boundary");
        }

        var reader = new MultipartReader(boundary, request.Body) { BodyLengthLimit = null };
        while (await reader.ReadNextSectionAsync(ct) is { } section)
        {
            if (section.GetContentDispositionHeader() is { } disposition && disposition.IsFileDisposition())
            {
                var name = disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName;
                files.Add(await SpoolAsync(section.Body, HeaderUtilities.RemoveQuotes(name).Value ?? "upload", ct));
            }
        }
    }

    private async Task<SpooledFile> SpoolAsync(Stream body, string name, CancellationToken ct)
    {
        var incoming = Directory.CreateDirectory(folder.Sub(Folder));
        var path = Path.Combine(incoming.FullName, Guid.NewGuid().ToString("N"));
        try
        {
            await using var file = new FileStream(
                path,
                FileMode.CreateNew,
                FileAccess.Write,
                FileShare.None,
                1 << 16,
                useAsync: false
            );
            var buffer = new byte[1 << 16];
            long size = 0;
            for (int read; (read = await ReadAsync(body, buffer, ct)) > 0; )
            {
                size += read;
                if (size > options.MaxUploadBytes)
                {
                    throw new ProblemException(
                        ProblemCodes.TooLarge,
                        $"an archive over HTTP may have {options.MaxUploadBytes} bytes; `parley import` reads larger ones in place"
                    );
                }

                file.Write(buffer, 0, read);
            }

            file.Flush(flushToDisk: true);
            return size > 0
                ? new SpooledFile(Clean(name), path)
                : throw new ProblemException(
                    ProblemCodes.Validation,
                    $"{Clean(name)} is empty",
                    new FieldError("file", "empty")
                );
        }
        catch (IOException e) when (DiskFull(e))
        {
            File.Delete(path);
            throw new StoreFullException(e);
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    /// <summary>Reads on, and comes back on a thread that may wait for a disk.</summary>
    private static async ValueTask<int> ReadAsync(Stream body, byte[] buffer, CancellationToken ct)
    {
        var read = await body.ReadAsync(buffer, ct);
        await SocketThreads.Leave();
        return read;
    }

    /// <summary>ENOSPC, and the Windows code for the same.</summary>
    private static bool DiskFull(IOException e) => (e.HResult & 0xFFFF) is 28 or 0x70;

    private static string NameOf(HttpRequest request)
    {
        if (request.Query["name"] is [{ Length: > 0 } stated, ..])
        {
            return stated;
        }

        return ContentDispositionHeaderValue.TryParse(
            request.Headers.ContentDisposition.ToString(),
            out var disposition
        )
            ? HeaderUtilities
                .RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName)
                .Value
                ?? "upload"
            : "upload";
    }

    /// <summary>The person's name for it is only data (S30): last segment, no control or bidi characters, at most 255.</summary>
    private static string Clean(string name)
    {
        var last = name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
        var kept = string.Concat(
            last.Where(c =>
                !char.IsControl(c) && char.GetUnicodeCategory(c) != System.Globalization.UnicodeCategory.Format
            )
        );
        return kept.Length == 0 ? "upload" : kept[..Math.Min(kept.Length, LongestName)];
    }
}

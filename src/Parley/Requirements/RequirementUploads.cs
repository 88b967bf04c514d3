using System.Text;
using Parley.Documents;
using Parley.Files;
using Parley.Kernel.Problems;

namespace Parley.Requirements;

/// <summary>Reads requirements documents out of files: their text is kept, the files are not. Thread-safe.</summary>
internal sealed class RequirementUploads(BlobStore blobs, FileUploads uploads, FileTexts texts)
{
    /// <summary>Bytes of one request.</summary>
    public const long MostBytes = 64L << 20;

    private const int MostFiles = 20;

    private static readonly string[] Kinds = ["markdown", "text", "html", "pdf", "docx", "odt"];

    /// <exception cref="ProblemException">There is no file, or one that cannot be read: none of them is kept then.</exception>
    public async Task<List<(string Name, PreparedText Text)>> ReadAsync(HttpContext http, CancellationToken ct)
    {
        using var hold = blobs.Hold();
        var files = await uploads.ReadAsync(http.Request, hold, ct);
        if (files.Count > MostFiles)
        {
            throw new ProblemException(ProblemCodes.TooLarge, $"one request takes {MostFiles} files at most");
        }

        var prepared = new List<(string, PreparedText)>(files.Count);
        foreach (var file in files)
        {
            var name = UploadNames.Clean(file.Name);
            prepared.Add((name, await ReadAsync(name, file.Blob.Hash, ct)));
        }

        return prepared;
    }

    private async Task<PreparedText> ReadAsync(string name, byte[] hash, CancellationToken ct)
    {
        var read = await texts.ReadAsync(hash, name, ct);
        if (read.Failure is { } why)
        {
            throw Unreadable(name, why);
        }

        if (Array.IndexOf(Kinds, read.Kind) < 0)
        {
            throw Unreadable(
                name,
                $"a requirements document is one of {string.Join(", ", Kinds)}; this is {read.Kind}"
            );
        }

        return read.Utf8.Length > 2 * PreparedText.MostBytes
            ? throw new ProblemException(
                ProblemCodes.TooLarge,
                $"{name} holds more text than the {PreparedText.MostBytes:#,0} bytes of a requirements document: divide it"
            )
            : PreparedText.Of(read.Kind, Encoding.UTF8.GetString(read.Utf8.Span), name, null);
    }

    private static ProblemException Unreadable(string name, string why) =>
        new(ProblemCodes.UnreadableDocument, $"{name}: {why}");
}

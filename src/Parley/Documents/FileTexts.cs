namespace Parley.Documents;

/// <summary>
/// The text of a file that something else is made of: it is read like a document, and none is made of it. Two at a time,
/// since some take a process and much memory. Thread-safe.
/// </summary>
internal sealed class FileTexts(DocumentReader reader) : IDisposable
{
    private readonly SemaphoreSlim turns = new(2);

    /// <param name="hash">SHA-256 of its bytes.</param>
    /// <param name="name">Tells texts apart that look alike.</param>
    public async Task<FileText> ReadAsync(byte[] hash, string name, CancellationToken ct)
    {
        await turns.WaitAsync(ct);
        try
        {
            var read = await reader.ReadAsync(hash, name, fromWeb: false, ct);
            return new FileText(read.Kind, read.Text.Utf8, Failure: null);
        }
        catch (ExtractionException unreadable)
        {
            return new FileText("", default, unreadable.Message);
        }
        finally
        {
            turns.Release();
        }
    }

    public void Dispose() => turns.Dispose();
}

/// <param name="Kind">As of documents: markdown, text, pdf, docx, …</param>
/// <param name="Failure">Why it cannot be read, as part of a sentence; null: it was.</param>
internal readonly record struct FileText(string Kind, ReadOnlyMemory<byte> Utf8, string? Failure);

using Parley.Import;

namespace Parley.Tests.Import.Sources;

/// <summary>A zip on disk, opened.</summary>
internal sealed class OpenedZip : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("parley-zip-");
    private readonly ZipSource source;

    public OpenedZip(byte[] zip, ImportOptions? options = null)
    {
        var path = Path.Combine(folder.FullName, "a.zip");
        File.WriteAllBytes(path, zip);
        try
        {
            source = ZipSource.Open(path, "a.zip", new SourceBudget(options ?? new ImportOptions()));
        }
        catch
        {
            folder.Delete(recursive: true);
            throw;
        }
    }

    public IReadOnlyList<SourceEntry> Entries => source.Entries;
    public List<(string Entry, string Reason)> Skipped => source.Skipped;
    public List<string> Texts => [.. Entries.Select(e => $"{e.Name}={Text(e)}")];

    public string Text(SourceEntry entry)
    {
        using var reader = new StreamReader(entry.Open());
        return reader.ReadToEnd();
    }

    public long Count(SourceEntry entry)
    {
        using var stream = entry.Open();
        var buffer = new byte[64 * 1024];
        long count = 0;
        int read;
        while ((read = stream.Read(buffer)) > 0)
        {
            count += read;
        }

        return count;
    }

    public void Dispose()
    {
        source.Dispose();
        folder.Delete(recursive: true);
    }
}

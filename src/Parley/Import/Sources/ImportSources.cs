using System.IO.Compression;
using System.Runtime.CompilerServices;
using Parley.Kernel.Archives;

namespace Parley.Import;

/// <summary>Opens what a person handed over, by what it is and not by its name.</summary>
internal static class ImportSources
{
    /// <summary>A folder, zip, tar, either packed by gzip, or any other file; archives within are opened one level deep.</summary>
    /// <param name="dated">False for an upload: the time of our copy says nothing about the file.</param>
    /// <exception cref="SourceException">It is beyond the limits of <paramref name="options"/>, encrypted as a whole, or one part of several.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static ImportSource Open(string path, string name, ImportOptions? options = null, bool dated = true)
    {
        options ??= new ImportOptions();
        var budget = new SourceBudget(options);
        var scratch = options.ScratchFolder;
        if (Directory.Exists(path))
        {
            return NestedSource.Of(FileSource.Folder(path), budget, scratch);
        }

        var head = Head(path);
        if (SourceKinds.IsZip(head))
        {
            return NestedSource.Of(ZipSource.Open(path, name, budget), budget, scratch);
        }

        if (SourceKinds.IsTar(head))
        {
            return NestedSource.Of(TarSource.Open(path, name, gzip: false, budget, scratch), budget, scratch);
        }

        if (!SourceKinds.IsGzip(head))
        {
            return FileSource.File(path, name, dated);
        }

        return SourceKinds.IsTar(InflatedHead(path))
            ? NestedSource.Of(TarSource.Open(path, name, gzip: true, budget, scratch), budget, scratch)
            : Gzip(path, name, budget, dated);
    }

    /// <summary>What the entries are, in words: for the message that nothing in them is known.</summary>
    public static string Seen(ImportSource source)
    {
        const int Most = 5;
        var seen = new List<string>();
        foreach (var entry in source.Entries.Take(Most))
        {
            try
            {
                using var stream = entry.Open();
                var head = new byte[SourceKinds.HeadSize];
                seen.Add(
                    $"{entry.Name} is {SourceKinds.Describe(head.AsSpan(0, stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)))}"
                );
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                seen.Add($"{entry.Name} cannot be read: {e.Message}");
            }
        }

        if (source.Entries.Count > Most)
        {
            seen.Add($"{source.Entries.Count - Most} more");
        }

        return seen.Count > 0 ? string.Join("; ", seen)
            : source.Skipped.Count > 0
                ? $"{source.Skipped.Count} entries, all left out: {source.Skipped[0].Entry}: {source.Skipped[0].Reason}"
            : "it is empty";
    }

    private static FileSource Gzip(string path, string name, SourceBudget budget, bool dated)
    {
        var length = new FileInfo(path).Length;
        var inner = name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name;
        var seen = new StrongBox<long>();
        return FileSource.Of(
            new SourceEntry(
                inner,
                -1,
                dated ? new DateTimeOffset(File.GetLastWriteTimeUtc(path)) : null,
                () => budget.Count(new GZipStream(File.OpenRead(path), CompressionMode.Decompress), inner, length, seen)
            ),
            name
        );
    }

    private static byte[] Head(string path)
    {
        using var file = File.OpenRead(path);
        return Head(file);
    }

    private static byte[] InflatedHead(string path)
    {
        using var file = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        try
        {
            return Head(file);
        }
        catch (InvalidDataException)
        {
            // Damaged from the beginning: reading it as an entry will say so.
            return [];
        }
    }

    private static byte[] Head(Stream stream)
    {
        var head = new byte[SourceKinds.HeadSize];
        return head[..stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
    }
}

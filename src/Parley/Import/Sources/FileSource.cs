namespace Parley.Import;

/// <summary>One file, or a folder walked in ordinal order of its names. Symbolic links are not followed.</summary>
internal sealed class FileSource : ImportSource
{
    private readonly List<SourceEntry> entries = [];

    public override IReadOnlyList<SourceEntry> Entries => entries;

    /// <param name="dated">False for an upload: the time of our copy says nothing about the file.</param>
    public static FileSource File(string path, string? name = null, bool dated = true)
    {
        var source = new FileSource { Name = name ?? Path.GetFileName(path) };
        source.Add(path, source.Name, dated);
        return source;
    }

    /// <summary>One entry that is made of a file.</summary>
    public static FileSource Of(SourceEntry entry, string name)
    {
        var source = new FileSource { Name = name };
        source.entries.Add(entry);
        return source;
    }

    public static FileSource Folder(string path)
    {
        var source = new FileSource { Name = Path.GetFileName(Path.TrimEndingDirectorySeparator(path)) };
        var options = new EnumerationOptions
        {
            RecurseSubdirectories = true,
            AttributesToSkip = FileAttributes.ReparsePoint,
        };
        foreach (var file in Directory.EnumerateFiles(path, "*", options).Order(StringComparer.Ordinal))
        {
            var name = Path.GetRelativePath(path, file).Replace('\\', '/');
            if (!IsJunk(name))
            {
                source.Add(file, name);
            }
        }

        return source;
    }

    public override void Dispose() { }

    private void Add(string path, string name, bool dated = true)
    {
        var info = new FileInfo(path);
        if (info.Length == 0 && name != Name)
        {
            // Nothing in it; and a pipe, which has no length either, would be waited for without end.
            return;
        }

        entries.Add(
            new SourceEntry(
                name,
                info.Length,
                dated ? new DateTimeOffset(info.LastWriteTimeUtc) : null,
                () =>
                    new FileStream(
                        path,
                        FileMode.Open,
                        FileAccess.Read,
                        FileShare.ReadWrite | FileShare.Delete,
                        1 << 16
                    )
            )
            {
                DiskPath = path,
            }
        );
    }
}

namespace Parley.Import;

/// <summary>
/// What a person handed over, seen as a list of entries: a zip, a tar, a folder or one file.
/// Entries that must not be read (links, bad names, encrypted) are not listed but reported in <see cref="Skipped"/>.
/// </summary>
internal abstract class ImportSource : IDisposable
{
    public required string Name { get; init; }
    public abstract IReadOnlyList<SourceEntry> Entries { get; }

    /// <summary>Entries left out, with the reason, for the report.</summary>
    public List<(string Entry, string Reason)> Skipped { get; } = [];

    private Dictionary<string, SourceEntry>? byFileName;

    /// <summary>The entry whose last segment is that name (ordinal); null where there is none.</summary>
    public SourceEntry? Find(string fileName)
    {
        byFileName ??= Index();
        return byFileName.GetValueOrDefault(fileName);
    }

    private Dictionary<string, SourceEntry> Index()
    {
        var index = new Dictionary<string, SourceEntry>(StringComparer.Ordinal);
        foreach (var entry in Entries)
        {
            index.TryAdd(entry.FileName, entry);
        }

        return index;
    }

    public abstract void Dispose();

    /// <summary>Gives each database the write-ahead log that stands beside it, for sources whose entries are no files on disk.</summary>
    protected static void PairWriteAheadLogs(List<SourceEntry> entries)
    {
        const string ending = "-wal";
        foreach (var log in entries.FindAll(e => e.Name.EndsWith(ending, StringComparison.Ordinal)))
        {
            var database = entries.FindIndex(e =>
                e.Name.Length == log.Name.Length - ending.Length
                && log.Name.StartsWith(e.Name, StringComparison.Ordinal)
            );
            if (database >= 0)
            {
                entries[database] = entries[database] with { WriteAheadLog = log };
            }
        }
    }

    protected static bool IsJunk(string name) =>
        name.StartsWith("__MACOSX/", StringComparison.Ordinal)
        || name.Contains("/__MACOSX/", StringComparison.Ordinal)
        || name[(name.LastIndexOf('/') + 1)..] is var last
            && (last.StartsWith("._", StringComparison.Ordinal) || last == ".DS_Store");
}

namespace Parley.Import;

/// <summary>One file of what is imported: a zip entry, a file of a folder, or the file itself.</summary>
/// <param name="Name">Path inside the source, with '/' and without leading separators; data, never used as a path.</param>
/// <param name="Length">Bytes as stated by the source; not to be believed (S32), -1 where it does not say.</param>
/// <param name="Modified">As the source says; zip times have no zone, so display only.</param>
internal sealed record SourceEntry(string Name, long Length, DateTimeOffset? Modified, Func<Stream> Open)
{
    /// <summary>The last segment of the name: matching is by it unless stated (imports.md 1.1, rule 10).</summary>
    public string FileName => Name[(Name.LastIndexOf('/') + 1)..];

    /// <summary>Lower-case ending with its dot, or "".</summary>
    public string Extension => Path.GetExtension(FileName).ToLowerInvariant();

    /// <summary>The write-ahead log beside a SQLite database, where it is an entry of its own: the newest rows may stand only there.</summary>
    public SourceEntry? WriteAheadLog { get; init; }

    /// <summary>A file on disk that holds exactly these bytes, where there is one (SQLite needs a file).</summary>
    public string? DiskPath { get; init; }
}

using Parley.Kernel.Archives;

namespace Parley.Import;

/// <summary>
/// A source with the archives in it opened, one level deep (imports.md section 2): providers that deliver several zips
/// have them in one folder or zip. Entries of an archive stand behind it, under its name.
/// </summary>
internal sealed class NestedSource : ImportSource
{
    private readonly ImportSource outer;
    private readonly SourceBudget budget;
    private readonly SpoolFile spool;
    private readonly List<ImportSource> inner = [];
    private readonly List<SourceEntry> entries = [];

    private NestedSource(ImportSource outer, SourceBudget budget, string? scratchFolder)
    {
        this.outer = outer;
        this.budget = budget;
        spool = new SpoolFile(scratchFolder);
    }

    public override IReadOnlyList<SourceEntry> Entries => entries;

    /// <summary>The source itself where it holds no archive; takes it over in any case.</summary>
    public static ImportSource Of(
        ImportSource outer,
        SourceBudget budget,
        string? scratchFolder,
        CancellationToken ct = default
    )
    {
        if (!outer.Entries.Any(IsArchive))
        {
            return outer;
        }

        var source = new NestedSource(outer, budget, scratchFolder) { Name = outer.Name };
        try
        {
            source.Open(ct);
            return source;
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    public override void Dispose()
    {
        foreach (var source in inner)
        {
            source.Dispose();
        }

        spool.Dispose();
        outer.Dispose();
    }

    /// <summary>Files that people attached to a chat are named by their ids, and are nobody's export.</summary>
    private static bool IsArchive(SourceEntry entry) =>
        entry.Extension == ".zip"
        && !entry.FileName.StartsWith("file-", StringComparison.Ordinal)
        && !entry.FileName.StartsWith("file_", StringComparison.Ordinal);

    private void Open(CancellationToken ct)
    {
        Skipped.AddRange(outer.Skipped);
        foreach (var entry in outer.Entries)
        {
            if (!IsArchive(entry) || Open(entry, ct) is not { } source)
            {
                entries.Add(entry);
                continue;
            }

            inner.Add(source);
            Skipped.AddRange(source.Skipped.Select(s => ($"{entry.Name}/{s.Entry}", s.Reason)));
            foreach (var within in source.Entries)
            {
                if (within.Extension == ".zip" && IsArchive(within))
                {
                    Skipped.Add(
                        ($"{entry.Name}/{within.Name}", "an archive within an archive within an archive is not opened")
                    );
                }

                entries.Add(within with { Name = $"{entry.Name}/{within.Name}" });
            }

            if (entries.Count > budget.MaxEntries)
            {
                throw new SourceException(
                    "too-many-entries",
                    Name,
                    $"it holds more than {budget.MaxEntries} entries, with those of its archives"
                );
            }
        }
    }

    /// <summary>Null where it is no zip after all, or cannot be read: then it stays one entry, and that is reported.</summary>
    private ZipSource? Open(SourceEntry entry, CancellationToken ct)
    {
        try
        {
            using var stream = entry.Open();
            var head = new byte[4];
            if (
                stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length
                || !SourceKinds.IsZip(head)
            )
            {
                return null;
            }

            if (entry.DiskPath is { } path)
            {
                return ZipSource.Open(path, entry.Name, budget);
            }

            using var whole = entry.Open();
            return ZipSource.Open(spool.Add(whole, ct), entry.Name, budget);
        }
        catch (SourceException e)
        {
            Skipped.Add((entry.Name, e.Message));
            return null;
        }
    }
}

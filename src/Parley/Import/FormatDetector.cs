using Parley.Import.Formats;

namespace Parley.Import;

/// <summary>What the detector found in a source: each format with the entries it reads, in the source's order.</summary>
internal sealed record Detected(IImportFormat Format, IReadOnlyList<SourceEntry> Entries);

/// <summary>Decides by content which format reads which entry (imports.md section 2).</summary>
internal static class FormatDetector
{
    /// <summary>Endings of entries that never hold conversations: not opened, so that a zip of 50,000 images is quick.</summary>
    private static readonly HashSet<string> NeverRead =
    [
        ".dat", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".heic", ".bmp", ".svg", ".wav", ".mp3", ".m4a", ".ogg",
        ".webm", ".mp4", ".mov", ".pdf", ".docx", ".xlsx", ".pptx", ".woff", ".woff2", ".ttf", ".css",
    ];

    public static IReadOnlyList<Detected> Detect(ImportSource source, IImportReport report, CancellationToken ct, string? scratchFolder = null)
    {
        var claimed = new Dictionary<IImportFormat, (List<SourceEntry> Entries, bool Conversations)>();
        var single = source.Entries.Count == 1;
        foreach (var entry in source.Entries)
        {
            ct.ThrowIfCancellationRequested();
            if (!single && NeverRead.Contains(entry.Extension))
            {
                continue;
            }

            var head = EntryHead.Read(entry, scratchFolder);
            foreach (var format in ImportFormats.All)
            {
                var claim = format.Recognise(head);
                if (claim == Claim.None)
                {
                    continue;
                }

                if (claim != Claim.Ignored)
                {
                    var (entries, conversations) = claimed.GetValueOrDefault(format, ([], false));
                    entries.Add(entry);
                    claimed[format] = (entries, conversations || claim == Claim.Conversations);
                }

                break;
            }

            if (head is { IsSqlite: true, Sqlite.Error: { } damage })
            {
                report.Fail("damaged-database", $"the SQLite database cannot be read: {damage}", entry.Name);
            }
        }

        return [.. ImportFormats.All.Where(f => claimed.TryGetValue(f, out var c) && c.Conversations).Select(f => new Detected(f, claimed[f].Entries))];
    }
}

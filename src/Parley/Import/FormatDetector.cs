using Parley.Conversations;
using Parley.Import.Formats;
using Parley.Kernel.Archives;

namespace Parley.Import;

/// <summary>What the detector found in a source: each format with the entries it reads, in the source's order.</summary>
internal sealed record Detected(IImportFormat Format, IReadOnlyList<SourceEntry> Entries)
{
    /// <summary>As <see cref="IImportFormat.Read"/>; an entry that breaks under a format that does not look for it is failed in the report.</summary>
    public IEnumerable<ConversationDraft> Read(ImportContext context)
    {
        using var drafts = Format.Read(Entries, context).GetEnumerator();
        while (Next(drafts, context) is { } draft)
        {
            yield return draft;
        }
    }

    private static ConversationDraft? Next(IEnumerator<ConversationDraft> drafts, ImportContext context)
    {
        try
        {
            return drafts.MoveNext() ? drafts.Current : null;
        }
        catch (SourceException e)
        {
            context.Report.Fail(e.Code, e.Message, e.Entry);
            return null;
        }
    }
}

/// <summary>Decides by content which format reads which entry (imports.md section 2).</summary>
internal static class FormatDetector
{
    /// <summary>Endings of entries that never hold conversations: not opened, so that a zip of 50,000 images is quick.</summary>
    private static readonly HashSet<string> NeverRead =
    [
        ".dat",
        ".png",
        ".jpg",
        ".jpeg",
        ".gif",
        ".webp",
        ".avif",
        ".heic",
        ".bmp",
        ".svg",
        ".wav",
        ".mp3",
        ".m4a",
        ".ogg",
        ".webm",
        ".mp4",
        ".mov",
        ".pdf",
        ".docx",
        ".xlsx",
        ".pptx",
        ".woff",
        ".woff2",
        ".ttf",
        ".css",
    ];

    public static IReadOnlyList<Detected> Detect(
        ImportSource source,
        IImportReport report,
        CancellationToken ct,
        string? scratchFolder = null
    )
    {
        var claims = new List<(IImportFormat Format, SourceEntry Entry, Claim Claim)>();
        var single = source.Entries.Count == 1;
        foreach (var entry in source.Entries)
        {
            ct.ThrowIfCancellationRequested();
            if (!single && NeverRead.Contains(entry.Extension))
            {
                continue;
            }

            try
            {
                Claim(EntryHead.Read(entry, scratchFolder), claims, report);
            }
            catch (SourceException e)
            {
                report.Fail(e.Code, e.Message, entry.Name);
            }
            catch (UnauthorizedAccessException e) when (!single)
            {
                report.Fail("unreadable-file", e.Message, entry.Name);
            }
        }

        return [.. ImportFormats.All.Select(f => Of(f, claims, report)).OfType<Detected>()];
    }

    private static void Claim(EntryHead head, List<(IImportFormat, SourceEntry, Claim)> claims, IImportReport report)
    {
        foreach (var format in ImportFormats.All)
        {
            var claim = format.Recognise(head);
            if (claim != Import.Claim.None)
            {
                claims.Add((format, head.Entry, claim));
                return;
            }
        }

        if (head.Broken is { } broken)
        {
            throw broken;
        }

        if (head is { IsSqlite: true, Sqlite.Error: { } damage })
        {
            report.Fail("damaged-database", $"the SQLite database cannot be read: {damage}", head.Entry.Name);
            return;
        }

        var start = head.Bytes[..Math.Min(head.Bytes.Length, SourceKinds.HeadSize)];
        report.Ignore("unknown-entry", $"no format knows it: {SourceKinds.Describe(start)}", head.Entry.Name);
    }

    /// <summary>Companions alone are nothing to import.</summary>
    private static Detected? Of(
        IImportFormat format,
        List<(IImportFormat Format, SourceEntry Entry, Claim Claim)> claims,
        IImportReport report
    )
    {
        var own = claims.FindAll(c => c.Format == format && c.Claim != Import.Claim.Ignored);
        if (own.Exists(c => c.Claim == Import.Claim.Conversations))
        {
            return new Detected(format, own.ConvertAll(c => c.Entry));
        }

        foreach (var (_, entry, _) in own)
        {
            report.Ignore(
                "companion-only",
                $"belongs to an export of {format.Provider}, whose conversations are not here",
                entry.Name
            );
        }

        return null;
    }
}

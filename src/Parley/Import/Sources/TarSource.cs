using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using Parley.Kernel.Archives;

namespace Parley.Import;

/// <summary>
/// A tar, packed with gzip or not: a stream, so its files are laid into one spool file first. Links and devices are
/// left out and reported; a tar that ends early gives what it holds up to there.
/// </summary>
internal sealed class TarSource : ImportSource
{
    private readonly SpoolFile spool;
    private readonly List<SourceEntry> entries = [];

    private TarSource(SpoolFile spool) => this.spool = spool;

    public override IReadOnlyList<SourceEntry> Entries => entries;

    public static TarSource Open(
        string path,
        string name,
        bool gzip,
        SourceBudget budget,
        string? scratchFolder,
        CancellationToken ct = default
    )
    {
        using var file = File.OpenRead(path);
        using var packed = gzip ? new GZipStream(file, CompressionMode.Decompress) : (Stream)file;
        // Named as what it is, not as it is called: the limit is that of an archive.
        using var counted = budget.Count(
            packed,
            Path.ChangeExtension(name, ".tar"),
            gzip ? file.Length : long.MaxValue,
            new StrongBox<long>()
        );
        var source = new TarSource(new SpoolFile(scratchFolder)) { Name = name };
        try
        {
            source.Read(counted, budget, ct);
            return source;
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    public override void Dispose() => spool.Dispose();

    private void Read(Stream stream, SourceBudget budget, CancellationToken ct)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        using var tar = new TarReader(stream, leaveOpen: true);
        var at = Name;
        var count = 0;
        try
        {
            while (tar.GetNextEntry() is { } entry)
            {
                ct.ThrowIfCancellationRequested();
                if (++count > budget.MaxEntries)
                {
                    throw new SourceException(
                        "too-many-entries",
                        Name,
                        $"it holds more than {budget.MaxEntries} entries"
                    );
                }

                at = entry.Name;
                Add(entry, names, ct);
            }
        }
        catch (Exception e)
            when (e
                    is InvalidDataException
                        or EndOfStreamException
                        or FormatException
                        or SourceException { Code: "damaged-entry" }
            )
        {
            Skipped.Add((at, $"the archive is cut off or damaged here: {e.Message}"));
        }

        PairWriteAheadLogs(entries);
    }

    private void Add(TarEntry entry, HashSet<string> names, CancellationToken ct)
    {
        if (
            entry.EntryType
            is TarEntryType.Directory
                or TarEntryType.DirectoryList
                or TarEntryType.GlobalExtendedAttributes
        )
        {
            return;
        }

        var name = EntryNames.Normalise(entry.Name, out var refused);
        if (name is not null && (name.EndsWith('/') || IsJunk(name)))
        {
            return;
        }

        refused ??=
            entry.EntryType is TarEntryType.SymbolicLink or TarEntryType.HardLink ? "it is a link"
            : entry.EntryType
                is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile)
                ? "it is no file"
            : names.Add(name!) ? null
            : "a second entry of that name";
        if (refused is not null)
        {
            Skipped.Add((name ?? entry.Name, refused));
            return;
        }

        var bytes = spool.Add(entry.DataStream ?? Stream.Null, ct);
        // The reader takes the end of the stream for the end of the entry.
        var isCutOff = bytes.Length < entry.Length;
        entries.Add(
            new SourceEntry(
                name!,
                bytes.Length,
                entry.ModificationTime,
                () => isCutOff ? new CheckedStream(bytes.Open(), name!, isCutOff) : bytes.Open()
            )
        );
        if (isCutOff)
        {
            throw new EndOfStreamException($"it ends within {name}");
        }
    }
}

using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using Parley.Kernel.Archives;

namespace Parley.Import;

/// <summary>
/// A zip. Names are matched, never used as paths; inflated bytes are counted, headers are not believed (security.md
/// S32). Links, encrypted entries, names that point elsewhere, second entries of one name and data that two entries
/// share are left out and reported. Entries may be read side by side, from any thread.
/// </summary>
internal sealed class ZipSource : ImportSource
{
    private const ushort Stored = 0;
    private const ushort Deflated = 8;
    private const ushort Deflated64 = 9;

    private readonly ByteRange zip;
    private readonly SourceBudget budget;
    private readonly IDisposable? owned;
    private readonly List<SourceEntry> entries = [];

    /// <param name="owned">Goes with the source.</param>
    private ZipSource(ByteRange zip, SourceBudget budget, IDisposable? owned)
    {
        this.zip = zip;
        this.budget = budget;
        this.owned = owned;
    }

    public override IReadOnlyList<SourceEntry> Entries => entries;

    public static ZipSource Open(string path, string name, SourceBudget budget)
    {
        var file = File.OpenHandle(path);
        try
        {
            return Open(ByteRange.Whole(file), name, budget, file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <exception cref="SourceException">It holds too many entries, is split, or nothing but encrypted ones.</exception>
    public static ZipSource Open(ByteRange zip, string name, SourceBudget budget, IDisposable? owned = null)
    {
        var source = new ZipSource(zip, budget, owned) { Name = name };
        var records = ZipDirectory.Read(zip, budget.MaxEntries, name);
        if (records is null)
        {
            records = ZipRecovery.Read(zip, budget.MaxEntries, name);
            source.Skipped.Add(
                (
                    name,
                    $"the archive is cut off or damaged: its directory is missing, {records.Count} entries were found without it"
                )
            );
        }

        source.Add(records);
        if (source.entries.Count == 0 && records.Exists(r => r.IsEncrypted))
        {
            throw new SourceException(
                "encrypted-entry",
                name,
                "the archive is encrypted: unpack it with its password and hand over the folder"
            );
        }

        return source;
    }

    public override void Dispose() => owned?.Dispose();

    private void Add(List<ZipRecord> records)
    {
        var shared = Overlapping(records);
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < records.Count; i++)
        {
            var record = records[i];
            var name = EntryNames.Normalise(record.Name, out var refused);
            if (name is not null && (name.EndsWith('/') || IsJunk(name)))
            {
                continue;
            }

            refused ??=
                record.IsLink ? "it is a link"
                : record.IsSpecial ? "it is no file"
                : record.IsEncrypted ? "it is encrypted"
                : record.Method is not (Stored or Deflated or Deflated64)
                    ? $"it is packed by {record.MethodName}, which is not read"
                : record.HeaderOffset < 0 || record.Packed < 0 || record.HeaderOffset >= zip.Length
                    ? "its data lies outside the archive"
                : shared.Contains(i) ? "its data is that of another entry"
                : names.Add(name!) ? null
                : "a second entry of that name";
            if (refused is not null)
            {
                Skipped.Add((name ?? record.Name, refused));
                continue;
            }

            var (index, seen) = (i, new StrongBox<long>());
            entries.Add(new SourceEntry(name!, record.Size, record.Modified, () => Read(record, name!, index, seen)));
        }

        PairWriteAheadLogs(entries);
    }

    /// <summary>Entries whose data begins within that of another: how small archives are made to inflate to anything.</summary>
    private static HashSet<int> Overlapping(List<ZipRecord> records)
    {
        var shared = new HashSet<int>();
        long end = 0;
        foreach (var (i, record) in records.Index().OrderBy(r => r.Item.HeaderOffset))
        {
            if (record.HeaderOffset < end)
            {
                shared.Add(i);
                continue;
            }

            end = record.HeaderOffset + ZipRecord.LocalHeaderSize + Math.Max(0, record.Packed);
        }

        return shared;
    }

    private Stream Read(ZipRecord record, string name, int index, StrongBox<long> seen)
    {
        Span<byte> header = stackalloc byte[ZipRecord.LocalHeaderSize];
        if (zip.Read(record.HeaderOffset, header) < header.Length || !header.StartsWith("PK\u0003\u0004"u8))
        {
            throw new SourceException("damaged-entry", name, "its header is not where the archive's directory says");
        }

        var start =
            record.HeaderOffset
            + header.Length
            + BinaryPrimitives.ReadUInt16LittleEndian(header[26..])
            + BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
        var data = zip.Slice(start, record.Packed);
        var inflated =
            record.Method == Stored ? data.Open()
            : record.Method == Deflated ? new DeflateStream(data.Open(), CompressionMode.Decompress)
            : Inflate64(index, name);
        var counted = budget.Count(inflated, name, data.Length, seen);
        return new CheckedStream(counted, name, record.IsCutOff || data.Length < record.Packed, record.Crc);
    }

    /// <summary>What Windows makes of files past 2 GiB. Only the framework's archive reads it; how many entries it will load is known by now.</summary>
    private Stream Inflate64(int index, string name)
    {
        try
        {
            return new ZipArchive(zip.Open(), ZipArchiveMode.Read).Entries[index].Open();
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentOutOfRangeException)
        {
            throw new SourceException(
                "damaged-entry",
                name,
                "it is packed by Deflate64, and the archive's directory is damaged",
                e
            );
        }
    }
}

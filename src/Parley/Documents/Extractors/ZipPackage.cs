using System.Buffers.Binary;
using System.IO.Compression;
using Parley.Kernel.Archives;

namespace Parley.Documents;

/// <summary>
/// The parts of a document that is a zip (S32): found by name, inflated into memory one at a time and counted while that
/// happens. Sizes that headers state are not believed; nothing is written anywhere. Not thread-safe.
/// </summary>
internal sealed class ZipPackage : IDisposable
{
    private const int MostEntries = 10_000;
    private const int MostPart = 48 << 20;
    private const long MostInAll = 256L << 20;
    private const int MostRatio = 100;

    /// <summary>Up to here any ratio will do: small parts of blanks are common.</summary>
    private const int RatioFree = 10 << 20;
    private readonly Microsoft.Win32.SafeHandles.SafeFileHandle file;
    private readonly ByteRange zip;
    private readonly Dictionary<string, ZipRecord> parts = new(StringComparer.OrdinalIgnoreCase);
    private readonly CancellationToken deadline;
    private long inflated;

    /// <exception cref="ExtractionException">It cannot be read.</exception>
    public ZipPackage(string path, CancellationToken deadline)
    {
        this.deadline = deadline;
        file = File.OpenHandle(path);
        zip = ByteRange.Whole(file);
        try
        {
            Add(ZipDirectory.Read(zip, MostEntries, "the document"));
        }
        catch (SourceException broken)
        {
            file.Dispose();
            throw new ExtractionException(broken.Message, broken);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public IEnumerable<string> Names => parts.Keys;

    public bool Has(string name) => parts.ContainsKey(name);

    public void Dispose() => file.Dispose();

    /// <exception cref="ExtractionException">There is no such part, it is damaged or too large.</exception>
    public byte[] Get(string name) =>
        Find(name) ?? throw new ExtractionException($"it is damaged: its part {name} is missing");

    /// <summary>A part's bytes; null where there is none of that name.</summary>
    /// <exception cref="ExtractionException">It is damaged or too large.</exception>
    public byte[]? Find(string name)
    {
        if (!parts.TryGetValue(name.TrimStart('/'), out var part))
        {
            return null;
        }

        try
        {
            return Read(part);
        }
        catch (InvalidDataException broken)
        {
            throw new ExtractionException($"it is damaged: its part {part.Name} cannot be unpacked", broken);
        }
    }

    private void Add(List<ZipRecord>? records)
    {
        if (records is null)
        {
            throw new ExtractionException("it is cut off or damaged: it is a zip without its directory");
        }

        foreach (var record in records)
        {
            if (EntryNames.Normalise(record.Name, out _) is { } name && !record.IsSpecial)
            {
                parts.TryAdd(name, record);
            }
        }
    }

    private byte[] Read(ZipRecord part)
    {
        if (part.IsEncrypted)
        {
            throw new ExtractionException("it is protected by a password: hand it over without");
        }

        Span<byte> header = stackalloc byte[ZipRecord.LocalHeaderSize];
        if (
            part.Method is not (0 or 8)
            || zip.Read(part.HeaderOffset, header) < header.Length
            || !header.StartsWith("PK\u0003\u0004"u8)
        )
        {
            throw new InvalidDataException();
        }

        var start =
            part.HeaderOffset
            + header.Length
            + BinaryPrimitives.ReadUInt16LittleEndian(header[26..])
            + BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
        var packed = zip.Slice(start, part.Packed);
        using var content =
            part.Method == 0 ? packed.Open() : new DeflateStream(packed.Open(), CompressionMode.Decompress);
        var bytes = Read(content, packed.Length, part.Name);
        return part.Crc != 0 && Crc32.Of(bytes) != part.Crc ? throw new InvalidDataException() : bytes;
    }

    private byte[] Read(Stream content, long packed, string name)
    {
        var into = new MemoryStream();
        var buffer = new byte[64 * 1024];
        for (int read; (read = content.Read(buffer)) > 0; )
        {
            deadline.ThrowIfCancellationRequested();
            into.Write(buffer.AsSpan(0, read));
            inflated += read;
            if (into.Length > MostPart || inflated > MostInAll)
            {
                throw new ExtractionException(
                    into.Length > MostPart
                        ? $"its part {name} unpacks to more than {MostPart >> 20} MB"
                        : $"it unpacks to more than {MostInAll >> 20} MB"
                );
            }

            if (into.Length > RatioFree && into.Length / MostRatio > packed)
            {
                throw new ExtractionException($"its part {name} unpacks to more than {MostRatio} times its size");
            }
        }

        return into.ToArray();
    }
}

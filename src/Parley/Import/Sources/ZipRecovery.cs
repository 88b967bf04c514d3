using System.Buffers.Binary;
using Parley.Kernel.Archives;

namespace Parley.Import;

/// <summary>
/// Finds the entries of a zip whose central directory is missing, a download that broke off mostly: by their local
/// headers, one after the other. Where sizes follow the data, the data ends where a descriptor fits.
/// </summary>
internal static class ZipRecovery
{
    private const uint LocalSignature = 0x04034b50;
    private const uint RecordSignature = 0x02014b50;
    private const uint DescriptorSignature = 0x08074b50;
    private const int Chunk = 256 * 1024;

    /// <summary>Longest descriptor: signature, checksum and two sizes of 8 bytes.</summary>
    private const int DescriptorSize = 24;

    /// <summary>A descriptor and the signature behind it.</summary>
    private const int Overlap = 32;

    /// <summary>The last entry may be cut off: its data then ends with the file.</summary>
    public static List<ZipRecord> Read(ByteRange zip, int maxEntries, string name)
    {
        var records = new List<ZipRecord>();
        var header = new byte[ZipRecord.LocalHeaderSize];
        var rest = new byte[2 * ushort.MaxValue];
        long at = 0;
        while (
            zip.Read(at, header) == header.Length && BinaryPrimitives.ReadUInt32LittleEndian(header) == LocalSignature
        )
        {
            if (records.Count == maxEntries)
            {
                throw new SourceException("too-many-entries", name, $"it holds more than {maxEntries} entries");
            }

            int nameLength = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(26));
            int extraLength = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(28));
            if (zip.Read(at + header.Length, rest.AsSpan(0, nameLength + extraLength)) < nameLength + extraLength)
            {
                break;
            }

            var record = ZipFields.Local(header, rest.AsSpan(0, nameLength), rest.AsSpan(nameLength, extraLength), at);
            var data = at + header.Length + nameLength + extraLength;
            long next;
            (record, next) = record.Packed >= 0 ? (record, data + record.Packed) : Measure(zip, record, data);
            records.Add(record);
            at = next;
        }

        return records;
    }

    private static (ZipRecord Record, long Next) Measure(ByteRange zip, ZipRecord record, long data)
    {
        var window = new byte[Chunk + Overlap];
        for (var at = data; at < zip.Length; at += Chunk)
        {
            // What the last bytes of a chunk begin is looked at in the next.
            var from = Math.Max(data, at - Overlap);
            var read = zip.Read(from, window.AsSpan(0, (int)Math.Min(window.Length, at + Chunk - from)));
            if (Find(window.AsSpan(0, read), from - data, isLast: from + read >= zip.Length) is { } end)
            {
                return (record with { Packed = end.Packed }, data + end.Next);
            }
        }

        return (record with { Packed = zip.Length - data, IsCutOff = true }, zip.Length);
    }

    /// <param name="before">Bytes of data before the window.</param>
    private static (long Packed, long Next)? Find(ReadOnlySpan<byte> window, long before, bool isLast)
    {
        for (var i = 0; window[i..].IndexOf("PK"u8) is >= 0 and var found; i += 2)
        {
            i += found;
            var rest = window[i..];
            if (rest.Length < (isLast ? 16 : Overlap))
            {
                break;
            }

            var signature = BinaryPrimitives.ReadUInt32LittleEndian(rest);
            if (
                signature == DescriptorSignature
                && BinaryPrimitives.ReadUInt32LittleEndian(rest[8..]) == (uint)(before + i)
            )
            {
                var is64 =
                    rest.Length >= DescriptorSize + 4
                    && BinaryPrimitives.ReadInt64LittleEndian(rest[8..]) == before + i
                    && IsHeader(rest[DescriptorSize..]);
                return (before + i, before + i + (is64 ? DescriptorSize : 16));
            }

            // Without a signature of its own: checksum and sizes, right before the next header.
            foreach (var length in (ReadOnlySpan<int>)[12, 20])
            {
                if (
                    IsHeader(rest)
                    && i >= length
                    && BinaryPrimitives.ReadUInt32LittleEndian(window[(i - length + 4)..])
                        == (uint)(before + i - length)
                )
                {
                    return (before + i - length, before + i);
                }
            }
        }

        return null;
    }

    private static bool IsHeader(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= 4 && BinaryPrimitives.ReadUInt32LittleEndian(bytes) is LocalSignature or RecordSignature;
}

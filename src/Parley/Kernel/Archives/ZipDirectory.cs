using System.Buffers.Binary;

namespace Parley.Kernel.Archives;

/// <summary>
/// Reads the central directory of a zip (APPNOTE 6.3.10, section 4.3), Zip64 included. Our own, because the
/// framework's reads all of it into memory before anybody can count, and gives up on the first oddity.
/// </summary>
internal static class ZipDirectory
{
    private const uint EndSignature = 0x06054b50;
    private const uint End64LocatorSignature = 0x07064b50;
    private const uint End64Signature = 0x06064b50;
    private const uint RecordSignature = 0x02014b50;
    private const int EndSize = 22;
    private const int RecordSize = 46;
    private const int LongestComment = ushort.MaxValue;

    /// <summary>Null where there is no directory to be read: cut off, or no zip.</summary>
    /// <param name="maxEntries">More than these make the archive one that is not read.</param>
    public static List<ZipRecord>? Read(ByteRange zip, int maxEntries, string name)
    {
        if (FindEnd(zip) is not { } end)
        {
            return null;
        }

        var (offset, size, disk) = Place(zip, end);
        if (disk != 0)
        {
            throw new SourceException(
                "split-archive",
                name,
                "it is one part of a split archive: put the parts together first"
            );
        }

        // Something may stand before the archive (a program that unpacks itself): the directory ends where the end record begins.
        var directoryEnd = end.Directory;
        var shift = Math.Max(0, directoryEnd - size - offset);
        var at = size <= directoryEnd ? directoryEnd - size : -1;
        return at < 0 ? null : Records(zip, at, directoryEnd, shift, maxEntries, name);
    }

    /// <param name="At">Where the end record stands.</param>
    /// <param name="Directory">Where the central directory ends.</param>
    private readonly record struct EndPlace(long At, long Directory, bool Is64);

    private static EndPlace? FindEnd(ByteRange zip)
    {
        var tail = new byte[(int)Math.Min(zip.Length, EndSize + LongestComment)];
        var start = zip.Length - tail.Length;
        zip.Read(start, tail);
        for (var i = tail.Length - EndSize; i >= 0; i--)
        {
            var record = tail.AsSpan(i);
            if (
                BinaryPrimitives.ReadUInt32LittleEndian(record) == EndSignature
                && i + EndSize + BinaryPrimitives.ReadUInt16LittleEndian(record[20..]) <= tail.Length
            )
            {
                return With64(zip, start + i);
            }
        }

        return null;
    }

    private static EndPlace With64(ByteRange zip, long at)
    {
        Span<byte> locator = stackalloc byte[20];
        Span<byte> signature = stackalloc byte[4];
        if (
            at >= 20
            && zip.Read(at - 20, locator) == 20
            && BinaryPrimitives.ReadUInt32LittleEndian(locator) == End64LocatorSignature
        )
        {
            var end64 = BinaryPrimitives.ReadInt64LittleEndian(locator[8..]);
            // The stated place is off where something stands before the archive; the record without extension ends at the locator.
            foreach (var place in (ReadOnlySpan<long>)[end64, at - 20 - 56])
            {
                if (
                    place >= 0
                    && zip.Read(place, signature) == 4
                    && BinaryPrimitives.ReadUInt32LittleEndian(signature) == End64Signature
                )
                {
                    return new EndPlace(at, place, true);
                }
            }
        }

        return new EndPlace(at, at, false);
    }

    private static (long Offset, long Size, uint Disk) Place(ByteRange zip, EndPlace end)
    {
        Span<byte> record = stackalloc byte[56];
        if (end.Is64)
        {
            zip.Read(end.Directory, record);
            return (
                BinaryPrimitives.ReadInt64LittleEndian(record[48..]),
                BinaryPrimitives.ReadInt64LittleEndian(record[40..]),
                BinaryPrimitives.ReadUInt32LittleEndian(record[16..])
            );
        }

        zip.Read(end.At, record[..EndSize]);
        return (
            BinaryPrimitives.ReadUInt32LittleEndian(record[16..]),
            BinaryPrimitives.ReadUInt32LittleEndian(record[12..]),
            BinaryPrimitives.ReadUInt16LittleEndian(record[4..])
        );
    }

    private static List<ZipRecord>? Records(ByteRange zip, long at, long end, long shift, int maxEntries, string name)
    {
        var records = new List<ZipRecord>();
        var fixedPart = new byte[RecordSize];
        var rest = new byte[3 * ushort.MaxValue];
        while (
            end - at >= RecordSize
            && zip.Read(at, fixedPart) == RecordSize
            && BinaryPrimitives.ReadUInt32LittleEndian(fixedPart) == RecordSignature
        )
        {
            if (records.Count == maxEntries)
            {
                throw new SourceException("too-many-entries", name, $"it holds more than {maxEntries} entries");
            }

            var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(fixedPart.AsSpan(28));
            var extraLength = BinaryPrimitives.ReadUInt16LittleEndian(fixedPart.AsSpan(30));
            var length = nameLength + extraLength + BinaryPrimitives.ReadUInt16LittleEndian(fixedPart.AsSpan(32));
            var read = zip.Read(at + RecordSize, rest.AsSpan(0, nameLength + extraLength));
            if (read < nameLength + extraLength)
            {
                break;
            }

            records.Add(
                ZipFields.Record(fixedPart, rest.AsSpan(0, nameLength), rest.AsSpan(nameLength, extraLength), shift)
            );
            at += RecordSize + length;
        }

        return at == end || records.Count > 0 ? records : null;
    }
}

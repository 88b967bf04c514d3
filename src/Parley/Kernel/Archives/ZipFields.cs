using System.Buffers.Binary;
using System.Text;

namespace Parley.Kernel.Archives;

/// <summary>The fields of zip headers, with what their extra fields change.</summary>
internal static class ZipFields
{
    private const ushort Zip64 = 0x0001;
    private const ushort ExtendedTime = 0x5455;
    private const ushort UnicodePath = 0x7075;
    private const ushort Utf8Names = 0x0800;

    /// <summary>A record of the central directory (APPNOTE 4.3.12).</summary>
    /// <param name="shift">Bytes before the archive that its offsets do not count.</param>
    public static ZipRecord Record(
        ReadOnlySpan<byte> record,
        ReadOnlySpan<byte> name,
        ReadOnlySpan<byte> extra,
        long shift
    )
    {
        var (packed, size, offset) = Sizes(extra, U32(record, 20), U32(record, 24), U32(record, 42));
        var madeBy = record[5];
        return new ZipRecord(
            NameOf(name, extra, U16(record, 8)),
            U16(record, 8),
            U16(record, 10),
            offset + shift,
            packed,
            size,
            U32(record, 16),
            madeBy is 3 or 19 ? (int)(U32(record, 38) >> 16) : 0,
            UnixTime(extra) ?? ZipRecord.DosTime(U16(record, 14), U16(record, 12))
        );
    }

    /// <summary>A local header (APPNOTE 4.3.7), where the directory is lost. Sizes are -1 where they follow the data.</summary>
    public static ZipRecord Local(ReadOnlySpan<byte> header, ReadOnlySpan<byte> name, ReadOnlySpan<byte> extra, long at)
    {
        var flags = U16(header, 6);
        var (packed, size, _) = Sizes(extra, U32(header, 18), U32(header, 22), 0);
        var isLater = (flags & 8) != 0 && packed == 0;
        return new ZipRecord(
            NameOf(name, extra, flags),
            flags,
            U16(header, 8),
            at,
            isLater ? -1 : packed,
            isLater ? -1 : size,
            isLater ? 0 : U32(header, 14),
            0,
            UnixTime(extra) ?? ZipRecord.DosTime(U16(header, 12), U16(header, 10))
        );
    }

    private static (long Packed, long Size, long Offset) Sizes(
        ReadOnlySpan<byte> extra,
        long packed,
        long size,
        long offset
    )
    {
        var field = Find(extra, Zip64);
        // In this order, and only those that are full in the header (APPNOTE 4.5.3).
        size = Take(ref field, size);
        packed = Take(ref field, packed);
        offset = Take(ref field, offset);
        return (packed, size, offset);

        static long Take(ref ReadOnlySpan<byte> field, long value)
        {
            if (value != uint.MaxValue || field.Length < 8)
            {
                return value;
            }

            value = BinaryPrimitives.ReadInt64LittleEndian(field);
            field = field[8..];
            return value;
        }
    }

    private static string NameOf(ReadOnlySpan<byte> name, ReadOnlySpan<byte> extra, ushort flags)
    {
        // Holds the checksum of the plain name, so that one who renames only that is believed.
        var unicode = Find(extra, UnicodePath);
        if ((flags & Utf8Names) == 0 && unicode.Length > 5 && unicode[0] == 1 && U32(unicode, 1) == Crc32.Of(name))
        {
            return Encoding.UTF8.GetString(unicode[5..]);
        }

        return (flags & Utf8Names) != 0 ? Encoding.UTF8.GetString(name) : EntryNames.Decode(name);
    }

    /// <summary>In UTC, unlike the header's.</summary>
    private static DateTimeOffset? UnixTime(ReadOnlySpan<byte> extra)
    {
        var field = Find(extra, ExtendedTime);
        return field.Length >= 5 && (field[0] & 1) != 0
            ? DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadInt32LittleEndian(field[1..]))
            : null;
    }

    private static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> extra, ushort id)
    {
        while (extra.Length >= 4)
        {
            var length = U16(extra, 2);
            if (4 + length > extra.Length)
            {
                break;
            }

            if (U16(extra, 0) == id)
            {
                return extra.Slice(4, length);
            }

            extra = extra[(4 + length)..];
        }

        return default;
    }

    private static ushort U16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
}

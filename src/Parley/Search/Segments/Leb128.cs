using System.Runtime.CompilerServices;

namespace Parley.Search.Segments;

/// <summary>Unsigned LEB128 (DWARF 5, 7.6): seven bits a byte, the least first, the high bit says that more follow.</summary>
internal static class Leb128
{
    public const int MaxBytes = 10;

    /// <summary>Bytes of a number of 32 bits.</summary>
    public const int MaxBytes32 = 5;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(Span<byte> to, ref int at, ulong value)
    {
        while (value >= 0x80)
        {
            to[at++] = (byte)(value | 0x80);
            value >>= 7;
        }

        to[at++] = (byte)value;
    }

    /// <exception cref="SegmentDamagedException">The number has no end.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Read(ReadOnlySpan<byte> from, ref int at)
    {
        // Most numbers are small.
        if ((uint)at < (uint)from.Length && from[at] < 0x80)
            return from[at++];
        return ReadLong(from, ref at);
    }

    private static ulong ReadLong(ReadOnlySpan<byte> from, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if ((uint)at >= (uint)from.Length)
                break;
            var b = from[at++];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
                return value;
        }

        throw new SegmentDamagedException("a number has no end");
    }

    /// <summary>A number that must fit a count or an offset within memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int ReadInt32(ReadOnlySpan<byte> from, ref int at)
    {
        var value = Read(from, ref at);
        return value <= int.MaxValue ? (int)value : throw TooLarge();
    }

    private static SegmentDamagedException TooLarge() => new("a number is too large");
}

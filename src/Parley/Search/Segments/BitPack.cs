using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Parley.Search.Segments;

/// <summary>
/// Packs up to <see cref="BlockLength"/> numbers with a fixed count of bits each, least significant first: "frame of
/// reference" coding (Goldstein, Ramakrishnan, Shaft 1998; Zukowski et al. 2006).
/// </summary>
internal static class BitPack
{
    public const int BlockLength = 128;

    /// <summary>Bytes that must be readable behind the packed ones: numbers are read eight bytes at a time.</summary>
    public const int Slack = 8;

    /// <summary>Bits that hold the largest of <paramref name="values"/>, 0 to 32.</summary>
    public static int BitsFor(ReadOnlySpan<uint> values)
    {
        uint all = 0;
        foreach (var value in values)
            all |= value;
        return 32 - BitOperations.LeadingZeroCount(all);
    }

    public static int Bytes(int count, int bits) => ((count * bits) + 7) / 8;

    /// <summary>Writes <see cref="Bytes"/> bytes.</summary>
    public static void Pack(ReadOnlySpan<uint> values, int bits, Span<byte> to)
    {
        ulong held = 0;
        var (filled, at) = (0, 0);
        foreach (var value in values)
        {
            held |= (ulong)value << filled;
            filled += bits;
            if (filled < 32)
                continue;
            BinaryPrimitives.WriteUInt32LittleEndian(to[at..], (uint)held);
            at += sizeof(uint);
            held >>= 32;
            filled -= 32;
        }

        for (; filled > 0; filled -= 8, held >>= 8)
            to[at++] = (byte)held;
    }

    /// <summary>Reads as many numbers as <paramref name="values"/> has room for; needs <see cref="Slack"/> behind them.</summary>
    public static void Unpack(ReadOnlySpan<byte> from, int bits, Span<uint> values)
    {
        if (bits == 0)
        {
            values.Clear();
            return;
        }

        if (bits is < 0 or > 32 || from.Length < Bytes(values.Length, bits) + Slack)
            throw new ArgumentOutOfRangeException(nameof(bits), "there are not enough bytes");
        var mask = bits == 32 ? uint.MaxValue : (1u << bits) - 1;
        ref var start = ref MemoryMarshal.GetReference(from);
        ref var first = ref MemoryMarshal.GetReference(values);
        var done = bits switch
        {
            <= 8 => UnpackEights(ref start, bits, mask, ref first, values.Length),
            <= 15 => UnpackFours(ref start, bits, mask, ref first, values.Length),
            _ => 0,
        };
        var at = done * bits;
        for (var index = done; index < values.Length; index++)
        {
            // In bounds: checked above for the last one.
            var read = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, at >> 3));
            values[index] = (uint)(read >> (at & 7)) & mask;
            at += bits;
        }
    }

    /// <summary>
    /// Eight numbers of up to eight bits begin with a byte and are whole in one read. Processors have better ways since
    /// AVX2, which the executable is not built for (docs/decisions/0002).
    /// </summary>
    /// <returns>How many were read.</returns>
    private static int UnpackEights(ref byte start, int bits, uint mask, ref uint values, int count)
    {
        var index = 0;
        for (; index + 8 <= count; index += 8)
        {
            // In bounds: the eight end within these bytes, and the slack is as long as a read.
            var read = Unsafe.ReadUnaligned<ulong>(ref start);
            start = ref Unsafe.Add(ref start, bits);
            ref var to = ref Unsafe.Add(ref values, index);
            for (var number = 0; number < 8; number++)
            {
                Unsafe.Add(ref to, number) = (uint)read & mask;
                read >>= bits;
            }
        }

        return index;
    }

    /// <summary>Four numbers of up to fifteen bits begin with a byte or in the middle of one, and are whole in one read.</summary>
    /// <returns>How many were read.</returns>
    private static int UnpackFours(ref byte start, int bits, uint mask, ref uint values, int count)
    {
        var (index, at) = (0, 0);
        for (; index + 4 <= count; index += 4)
        {
            var read = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, at >> 3)) >> (at & 4);
            at += 4 * bits;
            ref var to = ref Unsafe.Add(ref values, index);
            to = (uint)read & mask;
            Unsafe.Add(ref to, 1) = (uint)(read >> bits) & mask;
            Unsafe.Add(ref to, 2) = (uint)(read >> (2 * bits)) & mask;
            Unsafe.Add(ref to, 3) = (uint)(read >> (3 * bits)) & mask;
        }

        return index;
    }
}

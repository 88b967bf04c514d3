using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

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

    /// <summary>Within four bytes from the one it begins in, a number of so many bits is whole.</summary>
    private const int MaxGathered = 25;

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
            while (filled >= 8)
            {
                to[at++] = (byte)held;
                held >>= 8;
                filled -= 8;
            }
        }

        if (filled > 0)
            to[at] = (byte)held;
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
        var done = Avx2.IsSupported && bits <= MaxGathered ? UnpackEights(ref start, bits, mask, values) : 0;
        var at = done * bits;
        for (var index = done; index < values.Length; index++)
        {
            // In bounds: checked above for the last one.
            var read = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, at >> 3));
            values[index] = (uint)(read >> (at & 7)) & mask;
            at += bits;
        }
    }

    /// <summary>Reads eight numbers at once, as long as there are eight.</summary>
    /// <returns>How many were read.</returns>
    private static unsafe int UnpackEights(ref byte start, int bits, uint mask, Span<uint> values)
    {
        var places = Vector256<int>.Indices * bits;
        var step = Vector256.Create(8 * bits);
        var kept = Vector256.Create(mask);
        var index = 0;
        fixed (byte* from = &start)
        {
            // In bounds: four bytes from where a number begins end within the slack.
            for (; index + 8 <= values.Length; index += 8)
            {
                var read = Avx2.GatherVector256((int*)from, Vector256.ShiftRightLogical(places, 3), 1).AsUInt32();
                var shifted = Avx2.ShiftRightLogicalVariable(read, (places & Vector256.Create(7)).AsUInt32());
                (shifted & kept).CopyTo(values[index..]);
                places += step;
            }
        }

        return index;
    }
}

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Parley.Import;

/// <summary>
/// Finds the end of a JSON object or array by quotes and brackets alone, 64 bytes at a time: one bit per byte for
/// quotes, backslashes, opening and closing brackets; which of them stand in strings comes from the parity of the
/// quotes before them. Fed block by block, so a value may span any number of reads.
/// </summary>
internal struct JsonScan
{
    public const int BlockSize = 64;

    private int depth;

    /// <summary>All ones while the block before ended within a string.</summary>
    private ulong inString;

    /// <summary>1 when the block before ended in a backslash that escapes the first byte of this one.</summary>
    private ulong escapes;

    /// <summary>Scans whole blocks; the last few bytes below <see cref="BlockSize"/> are left to the next call.</summary>
    /// <param name="scanned">Bytes that need no second look.</param>
    /// <returns>Bytes up to and with the closing bracket, or -1 while the value goes on.</returns>
    public int Blocks(ReadOnlySpan<byte> bytes, out int scanned)
    {
        ref var first = ref MemoryMarshal.GetReference(bytes);
        for (scanned = 0; bytes.Length - scanned >= BlockSize; scanned += BlockSize)
        {
            var end = Block(ref Unsafe.Add(ref first, scanned));
            if (end >= 0)
            {
                return scanned + end;
            }
        }

        return -1;
    }

    /// <summary>Scans the last bytes there are.</summary>
    public int Rest(ReadOnlySpan<byte> bytes)
    {
        Span<byte> padded = stackalloc byte[BlockSize];
        padded.Clear();
        bytes.CopyTo(padded);
        return Block(ref MemoryMarshal.GetReference(padded));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Block(ref byte at)
    {
        Masks(ref at, out var quotes, out var backslashes, out var opens, out var closes);
        if ((backslashes | escapes) != 0)
        {
            quotes &= ~Escaped(backslashes);
        }

        var strings = Parity(quotes) ^ inString;
        inString = (ulong)((long)strings >> 63);
        opens &= ~strings;
        closes &= ~strings;
        var closing = BitOperations.PopCount(closes);
        if (closing < depth)
        {
            depth += BitOperations.PopCount(opens) - closing;
            return -1;
        }

        return Walk(opens, closes);
    }

    /// <summary>The block in which the depth may come to zero, bracket by bracket.</summary>
    private int Walk(ulong opens, ulong closes)
    {
        for (var brackets = opens | closes; brackets != 0; brackets &= brackets - 1)
        {
            var at = BitOperations.TrailingZeroCount(brackets);
            depth += (opens >> at & 1) != 0 ? 1 : -1;
            if (depth <= 0)
            {
                return at + 1;
            }
        }

        return -1;
    }

    /// <summary>
    /// Which bytes are escaped: those behind a run of backslashes of odd length. Within a run every second backslash
    /// is itself escaped; adding the starts of runs that begin at an odd place carries to the byte behind them.
    /// </summary>
    private ulong Escaped(ulong backslashes)
    {
        const ulong Even = 0x5555555555555555;
        backslashes &= ~escapes;
        var behind = backslashes << 1 | escapes;
        var oddStarts = backslashes & ~Even & ~behind;
        var carried = unchecked(oddStarts + backslashes);
        escapes = carried < oddStarts ? 1UL : 0UL;
        return (Even ^ carried << 1) & behind;
    }

    /// <summary>Bit i is the parity of bits 0 to i.</summary>
    private static ulong Parity(ulong bits)
    {
        bits ^= bits << 1;
        bits ^= bits << 2;
        bits ^= bits << 4;
        bits ^= bits << 8;
        bits ^= bits << 16;
        return bits ^ bits << 32;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Masks(ref byte at, out ulong quotes, out ulong backslashes, out ulong opens, out ulong closes)
    {
        if (Vector256.IsHardwareAccelerated)
        {
            var low = Vector256.LoadUnsafe(ref at);
            var high = Vector256.LoadUnsafe(ref at, 32);
            quotes = Equal(low, high, (byte)'"');
            backslashes = Equal(low, high, (byte)'\\');

            // Bit 5 makes [ the same as {, and ] the same as }; no other byte comes to lie on them.
            low |= Vector256.Create((byte)0x20);
            high |= Vector256.Create((byte)0x20);
            opens = Equal(low, high, (byte)'{');
            closes = Equal(low, high, (byte)'}');
            return;
        }

        quotes = backslashes = opens = closes = 0;
        for (var i = 0; i < BlockSize; i += 16)
        {
            var part = Vector128.LoadUnsafe(ref at, (nuint)i);
            quotes |= (ulong)Equal(part, (byte)'"') << i;
            backslashes |= (ulong)Equal(part, (byte)'\\') << i;
            part |= Vector128.Create((byte)0x20);
            opens |= (ulong)Equal(part, (byte)'{') << i;
            closes |= (ulong)Equal(part, (byte)'}') << i;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Equal(Vector256<byte> low, Vector256<byte> high, byte to)
    {
        var all = Vector256.Create(to);
        return Vector256.Equals(low, all).ExtractMostSignificantBits()
            | (ulong)Vector256.Equals(high, all).ExtractMostSignificantBits() << 32;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Equal(Vector128<byte> part, byte to) =>
        Vector128.Equals(part, Vector128.Create(to)).ExtractMostSignificantBits();
}

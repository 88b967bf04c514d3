using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Parley.Identity.Crypto;

/// <summary>
/// The compression function G of Argon2 (RFC 9106, 3.5) over blocks of 128 words. Whoever guesses has the widest
/// registers there are, so a server that leaves its own unused waits longer for the same cost to them. The executable is
/// built for processors without AVX (docs/decisions/0002), where 128 bits are the widest.
/// </summary>
internal static unsafe class Argon2Block
{
    private const int Words = 128;

    /// <param name="keep">The block's old content is mixed in, as from the second pass on.</param>
    public static void Mix(ulong* x, ulong* y, ulong* into, bool keep)
    {
        if (Ssse3.IsSupported)
        {
            MixPairs(x, y, into, keep);
        }
        else
        {
            MixWords(x, y, into, keep);
        }
    }

    internal static void MixWords(ulong* x, ulong* y, ulong* into, bool keep)
    {
        var mixed = stackalloc ulong[Words];
        var plain = stackalloc ulong[Words];
        for (var i = 0; i < Words; i++)
        {
            mixed[i] = x[i] ^ y[i];
            plain[i] = keep ? mixed[i] ^ into[i] : mixed[i];
        }

        for (var row = 0; row < 8; row++)
        {
            Round(mixed + (16 * row), 2);
        }

        for (var column = 0; column < 8; column++)
        {
            Round(mixed + (2 * column), 16);
        }

        for (var i = 0; i < Words; i++)
        {
            into[i] = mixed[i] ^ plain[i];
        }
    }

    /// <summary>The same, two words at a time.</summary>
    internal static void MixPairs(ulong* x, ulong* y, ulong* into, bool keep)
    {
        const int Step = 2;
        var mixed = stackalloc ulong[Words];
        var plain = stackalloc ulong[Words];
        for (var i = 0; i < Words; i += Step)
        {
            var both = Vector128.Load(x + i) ^ Vector128.Load(y + i);
            both.Store(mixed + i);
            (keep ? both ^ Vector128.Load(into + i) : both).Store(plain + i);
        }

        for (var row = 0; row < 8; row++)
        {
            RoundOfPairs(mixed + (16 * row), 2);
        }

        for (var column = 0; column < 8; column++)
        {
            RoundOfPairs(mixed + (2 * column), 16);
        }

        for (var i = 0; i < Words; i += Step)
        {
            (Vector128.Load(mixed + i) ^ Vector128.Load(plain + i)).Store(into + i);
        }
    }

    /// <summary>P over eight pairs of words that lie <paramref name="stride"/> words apart.</summary>
    private static void Round(ulong* v, int stride)
    {
        var a = v;
        var b = v + (2 * stride);
        var c = v + (4 * stride);
        var d = v + (6 * stride);
        Quarter(ref a[0], ref b[0], ref c[0], ref d[0]);
        Quarter(ref a[1], ref b[1], ref c[1], ref d[1]);
        Quarter(ref a[stride], ref b[stride], ref c[stride], ref d[stride]);
        Quarter(ref a[stride + 1], ref b[stride + 1], ref c[stride + 1], ref d[stride + 1]);
        Quarter(ref a[0], ref b[1], ref c[stride], ref d[stride + 1]);
        Quarter(ref a[1], ref b[stride], ref c[stride + 1], ref d[0]);
        Quarter(ref a[stride], ref b[stride + 1], ref c[0], ref d[1]);
        Quarter(ref a[stride + 1], ref b[0], ref c[1], ref d[stride]);
    }

    private static void Quarter(ref ulong a0, ref ulong b0, ref ulong c0, ref ulong d0)
    {
        var (a, b, c, d) = (a0, b0, c0, d0);
        a = Multiply(a, b);
        d = BitOperations.RotateRight(d ^ a, 32);
        c = Multiply(c, d);
        b = BitOperations.RotateRight(b ^ c, 24);
        a = Multiply(a, b);
        d = BitOperations.RotateRight(d ^ a, 16);
        c = Multiply(c, d);
        b = BitOperations.RotateRight(b ^ c, 63);
        (a0, b0, c0, d0) = (a, b, c, d);
    }

    private static ulong Multiply(ulong x, ulong y) => x + y + (2 * (ulong)(uint)x * (uint)y);

    /// <summary>P over eight pairs of words that lie <paramref name="stride"/> words apart, a pair in each register.</summary>
    private static void RoundOfPairs(ulong* v, int stride)
    {
        var v0 = Sse2.LoadVector128(v);
        var v1 = Sse2.LoadVector128(v + stride);
        var v2 = Sse2.LoadVector128(v + (2 * stride));
        var v3 = Sse2.LoadVector128(v + (3 * stride));
        var v4 = Sse2.LoadVector128(v + (4 * stride));
        var v5 = Sse2.LoadVector128(v + (5 * stride));
        var v6 = Sse2.LoadVector128(v + (6 * stride));
        var v7 = Sse2.LoadVector128(v + (7 * stride));
        Rounds(ref v0, ref v1, ref v2, ref v3, ref v4, ref v5, ref v6, ref v7);
        Sse2.Store(v, v0);
        Sse2.Store(v + stride, v1);
        Sse2.Store(v + (2 * stride), v2);
        Sse2.Store(v + (3 * stride), v3);
        Sse2.Store(v + (4 * stride), v4);
        Sse2.Store(v + (5 * stride), v5);
        Sse2.Store(v + (6 * stride), v6);
        Sse2.Store(v + (7 * stride), v7);
    }

    /// <summary>The quarters down the columns of the four by four words, then those down its diagonals.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Rounds(
        ref Vector128<ulong> v0,
        ref Vector128<ulong> v1,
        ref Vector128<ulong> v2,
        ref Vector128<ulong> v3,
        ref Vector128<ulong> v4,
        ref Vector128<ulong> v5,
        ref Vector128<ulong> v6,
        ref Vector128<ulong> v7
    )
    {
        Quarters(ref v0, ref v2, ref v4, ref v6, ref v1, ref v3, ref v5, ref v7);
        var b0 = Across(v2, v3);
        var b1 = Across(v3, v2);
        var d0 = Across(v7, v6);
        var d1 = Across(v6, v7);
        Quarters(ref v0, ref b0, ref v5, ref d0, ref v1, ref b1, ref v4, ref d1);
        v2 = Across(b1, b0);
        v3 = Across(b0, b1);
        v6 = Across(d0, d1);
        v7 = Across(d1, d0);
    }

    /// <summary>The second word of <paramref name="first"/>, then the first of <paramref name="second"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Across(Vector128<ulong> first, Vector128<ulong> second) =>
        Ssse3.AlignRight(second, first, 8);

    /// <summary>Two times two quarters, their steps in turn: neither waits for what it has just worked out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Quarters(
        ref Vector128<ulong> a0,
        ref Vector128<ulong> b0,
        ref Vector128<ulong> c0,
        ref Vector128<ulong> d0,
        ref Vector128<ulong> a1,
        ref Vector128<ulong> b1,
        ref Vector128<ulong> c1,
        ref Vector128<ulong> d1
    )
    {
        a0 = Multiply(a0, b0);
        a1 = Multiply(a1, b1);
        d0 = RotateBy32(d0 ^ a0);
        d1 = RotateBy32(d1 ^ a1);
        c0 = Multiply(c0, d0);
        c1 = Multiply(c1, d1);
        b0 = RotateBy24(b0 ^ c0);
        b1 = RotateBy24(b1 ^ c1);
        a0 = Multiply(a0, b0);
        a1 = Multiply(a1, b1);
        d0 = RotateBy16(d0 ^ a0);
        d1 = RotateBy16(d1 ^ a1);
        c0 = Multiply(c0, d0);
        c1 = Multiply(c1, d1);
        b0 = RotateBy63(b0 ^ c0);
        b1 = RotateBy63(b1 ^ c1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Multiply(Vector128<ulong> x, Vector128<ulong> y)
    {
        var product = Sse2.Multiply(x.AsUInt32(), y.AsUInt32());
        return Sse2.Add(Sse2.Add(x, y), Sse2.Add(product, product));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> RotateBy32(Vector128<ulong> x) =>
        Sse2.Shuffle(x.AsUInt32(), 0b10_11_00_01).AsUInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> RotateBy24(Vector128<ulong> x) =>
        Ssse3
            .Shuffle(x.AsByte(), Vector128.Create((byte)3, 4, 5, 6, 7, 0, 1, 2, 11, 12, 13, 14, 15, 8, 9, 10))
            .AsUInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> RotateBy16(Vector128<ulong> x) =>
        Ssse3
            .Shuffle(x.AsByte(), Vector128.Create((byte)2, 3, 4, 5, 6, 7, 0, 1, 10, 11, 12, 13, 14, 15, 8, 9))
            .AsUInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> RotateBy63(Vector128<ulong> x) =>
        Sse2.Xor(Sse2.ShiftRightLogical(x, 63), Sse2.Add(x, x));
}

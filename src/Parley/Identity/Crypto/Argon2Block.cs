using System.Numerics;

namespace Parley.Identity.Crypto;

/// <summary>The compression function G of Argon2 (RFC 9106, 3.5) over blocks of 128 words.</summary>
internal static unsafe class Argon2Block
{
    private const int Words = 128;

    /// <param name="keep">The block's old content is mixed in, as from the second pass on.</param>
    public static void Mix(ulong* x, ulong* y, ulong* into, bool keep)
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
}

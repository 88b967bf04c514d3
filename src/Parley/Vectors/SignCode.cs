using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Parley.Vectors;

/// <summary>
/// One bit a number: the signs of a vector after a rotation that spreads what its numbers say evenly (a random sign, then
/// Hadamard's transform, twice; as in RaBitQ, Gao and Long 2024). How well signs tell of this very vector is its fit, the
/// cosine between the two, some 0.8: with it the code gives both an estimate of a cosine and a bound on it.
/// Not thread-safe.
/// </summary>
/// <param name="dims">A multiple of 16.</param>
internal sealed class SignCode(int dims)
{
    private const int Rounds = 2;
    private readonly int power = (int)BitOperations.RoundUpToPowerOf2((uint)dims + 1) / 2;
    private readonly float[] room = new float[dims];

    /// <summary>64-bit words of a code; bits past the last number are 0.</summary>
    public int Words => WordsOf(dims);

    public static int WordsOf(int dims) => (dims + 63) / 64;

    /// <summary>Rotates a vector; lengths and angles stay.</summary>
    public void Rotate(ReadOnlySpan<float> vector, Span<float> to)
    {
        vector.CopyTo(to);
        var scale = 1 / MathF.Sqrt(power);
        // A number of the power of two is transformed in whole; of another the first part and then the last.
        for (var round = 0; round < Rounds; round++)
        {
            Flip(to, round);
            Transform(to[..power], scale);
            if (power < dims)
            {
                Transform(to[(dims - power)..], scale);
            }
        }
    }

    /// <summary>Writes the code of a vector that is one long.</summary>
    /// <returns>Its fit, 0 to 1.</returns>
    public float Encode(ReadOnlySpan<float> unit, Span<ulong> code)
    {
        Rotate(unit, room);
        code.Clear();
        float sum = 0;
        for (var i = 0; i < dims; i++)
        {
            if (room[i] >= 0)
            {
                code[i >> 6] |= 1UL << (i & 63);
            }

            sum += Math.Abs(room[i]);
        }

        return Math.Min(1, sum / MathF.Sqrt(dims));
    }

    /// <summary>Signs that look random and are the same everywhere (SplitMix64's finaliser).</summary>
    private static void Flip(Span<float> vector, int round)
    {
        ulong bits = 0;
        for (var i = 0; i < vector.Length; i++)
        {
            if ((i & 63) == 0)
            {
                var z = ((ulong)(i >> 6) + 1 + ((ulong)round << 32)) * 0x9E3779B97F4A7C15;
                z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
                z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
                bits = z ^ (z >> 31);
            }

            vector[i] = (bits & (1UL << (i & 63))) != 0 ? -vector[i] : vector[i];
        }
    }

    private static void Transform(Span<float> vector, float scale)
    {
        for (var half = 1; half < vector.Length; half *= 2)
        {
            for (var begin = 0; begin < vector.Length; begin += 2 * half)
            {
                Butterfly(vector.Slice(begin, half), vector.Slice(begin + half, half));
            }
        }

        foreach (ref var value in vector)
        {
            value *= scale;
        }
    }

    private static void Butterfly(Span<float> low, Span<float> high)
    {
        var done = 0;
        if (low.Length >= Vector<float>.Count)
        {
            var a = MemoryMarshal.Cast<float, Vector<float>>(low);
            var b = MemoryMarshal.Cast<float, Vector<float>>(high);
            for (var i = 0; i < a.Length; i++)
            {
                (a[i], b[i]) = (a[i] + b[i], a[i] - b[i]);
            }

            done = a.Length * Vector<float>.Count;
        }

        for (var i = done; i < low.Length; i++)
        {
            (low[i], high[i]) = (low[i] + high[i], low[i] - high[i]);
        }
    }
}

/// <summary>
/// A query against codes: the product with a code's signs by 256 sums for each byte of it, 32 KiB for 256 numbers.
/// </summary>
internal sealed class SignQuery
{
    private readonly float[] sums;
    private readonly int bytes;

    public SignQuery(SignCode coder, ReadOnlySpan<float> unit)
    {
        var rotated = new float[unit.Length];
        coder.Rotate(unit, rotated);
        Code = new ulong[coder.Words];
        coder.Encode(unit, Code);
        bytes = unit.Length / 8;
        sums = new float[bytes * 256];
        var scale = 1 / MathF.Sqrt(unit.Length);
        for (var at = 0; at < bytes; at++)
        {
            Fill(sums.AsSpan(at * 256, 256), rotated.AsSpan(at * 8, 8), scale);
        }
    }

    /// <summary>The query's own signs.</summary>
    public ulong[] Code { get; }

    /// <summary>The cosine between the query and the signs of a code.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Cosine(ref byte code)
    {
        ref var at = ref MemoryMarshal.GetArrayDataReference(sums);
        float first = 0;
        float second = 0;
        for (var i = 0; i < bytes; i += 2)
        {
            first += Unsafe.Add(ref at, Unsafe.Add(ref code, i));
            second += Unsafe.Add(ref at, 256 + Unsafe.Add(ref code, i + 1));
            at = ref Unsafe.Add(ref at, 512);
        }

        return first + second;
    }

    private static void Fill(Span<float> of, ReadOnlySpan<float> eight, float scale)
    {
        float none = 0;
        foreach (var value in eight)
        {
            none -= value * scale;
        }

        of[0] = none;
        for (var bits = 1; bits < 256; bits++)
        {
            var lowest = BitOperations.TrailingZeroCount(bits);
            of[bits] = of[bits & (bits - 1)] + (2 * scale * eight[lowest]);
        }
    }
}

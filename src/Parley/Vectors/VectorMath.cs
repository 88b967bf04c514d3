using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Parley.Vectors;

/// <summary>Dot products and lengths, in the vectors every processor of ours has.</summary>
internal static class VectorMath
{
    public static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = Vector<float>.Zero;
        var wide = MemoryMarshal.Cast<float, Vector<float>>(a);
        var other = MemoryMarshal.Cast<float, Vector<float>>(b);
        for (var i = 0; i < wide.Length; i++)
        {
            sum += wide[i] * other[i];
        }

        var total = Vector.Sum(sum);
        for (var i = wide.Length * Vector<float>.Count; i < a.Length; i++)
        {
            total += a[i] * b[i];
        }

        return total;
    }

    /// <summary>Adds a multiple of one vector to another.</summary>
    public static void Add(Span<float> to, ReadOnlySpan<float> from, float times)
    {
        for (var i = 0; i < to.Length; i++)
        {
            to[i] += from[i] * times;
        }
    }

    /// <summary>Makes it one long; false, and unchanged, where it has no length or numbers that are none.</summary>
    public static bool TryMakeUnit(Span<float> vector)
    {
        double square = 0;
        foreach (var value in vector)
        {
            square += (double)value * value;
        }

        if (!(square > 1e-30) || !double.IsFinite(square))
        {
            return false;
        }

        var factor = (float)(1 / Math.Sqrt(square));
        foreach (ref var value in vector)
        {
            value *= factor;
        }

        return true;
    }

    /// <summary>Rounds a vector to int8, the largest number to 127.</summary>
    /// <returns>What its rounded form is multiplied with to be one long; 0 where there is nothing left of it.</returns>
    public static float Quantise(ReadOnlySpan<float> vector, Span<sbyte> to)
    {
        float most = 0;
        foreach (var value in vector)
        {
            most = Math.Max(most, Math.Abs(value));
        }

        var factor = most > 0 ? 127 / most : 0;
        long square = 0;
        for (var i = 0; i < vector.Length; i++)
        {
            var rounded = (int)MathF.Round(vector[i] * factor);
            to[i] = (sbyte)rounded;
            square += rounded * rounded;
        }

        return square > 0 ? (float)(1 / Math.Sqrt(square)) : 0;
    }

    /// <summary>A query as 16-bit numbers; rows of 4,096 int8 numbers cannot overflow 32 bits with it.</summary>
    /// <returns>What a product with it is multiplied with.</returns>
    public static float Widen(ReadOnlySpan<float> query, Span<short> to)
    {
        float most = 0;
        float sum = 0;
        foreach (var value in query)
        {
            most = Math.Max(most, Math.Abs(value));
            sum += Math.Abs(value);
        }

        // The sum of all products stays below 2^31: 127 * factor * sum of |query|.
        var factor = Math.Min(short.MaxValue / most, 16_000_000 / sum);
        for (var i = 0; i < query.Length; i++)
        {
            to[i] = (short)MathF.Round(query[i] * factor);
        }

        return 1 / factor;
    }

    /// <summary>The product of an int8 row with such a query; lengths are multiples of 16.</summary>
    public static int Dot(ReadOnlySpan<sbyte> row, ReadOnlySpan<short> query)
    {
        ref var a = ref MemoryMarshal.GetReference(row);
        ref var b = ref MemoryMarshal.GetReference(query);
        var (first, second) = (Vector128<int>.Zero, Vector128<int>.Zero);
        for (nuint i = 0; i < (nuint)row.Length; i += 16)
        {
            var (low, high) = Vector128.Widen(Vector128.LoadUnsafe(ref a, i));
            first += MultiplyPairs(low, Vector128.LoadUnsafe(ref b, i));
            second += MultiplyPairs(high, Vector128.LoadUnsafe(ref b, i + 8));
        }

        return Vector128.Sum(first + second);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> MultiplyPairs(Vector128<short> a, Vector128<short> b)
    {
        if (Sse2.IsSupported)
        {
            return Sse2.MultiplyAddAdjacent(a, b);
        }

        var (al, ah) = Vector128.Widen(a);
        var (bl, bh) = Vector128.Widen(b);
        return (al * bl) + (ah * bh);
    }

    /// <summary>Bits in which two codes differ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Distance(ref ulong a, ref ulong b, int words)
    {
        var bits = 0;
        for (var i = 0; i < words; i++)
        {
            bits += BitOperations.PopCount(Unsafe.Add(ref a, i) ^ Unsafe.Add(ref b, i));
        }

        return bits;
    }
}

using System.Numerics;
using System.Runtime.InteropServices;

namespace Parley.Embeddings;

/// <summary>Vectors of length 1.</summary>
internal static class UnitVector
{
    /// <summary>Makes it one; false, and zeros, where it has no length.</summary>
    public static bool TryMake(Span<float> vector)
    {
        double square = 0;
        foreach (var value in vector)
        {
            square += (double)value * value;
        }

        if (!(square > 0) || !double.IsFinite(square))
        {
            vector.Clear();
            return false;
        }

        var factor = (float)(1 / Math.Sqrt(square));
        var parts = MemoryMarshal.Cast<float, Vector<float>>(vector);
        foreach (ref var part in parts)
        {
            part *= factor;
        }

        foreach (ref var value in vector[(parts.Length * Vector<float>.Count)..])
        {
            value *= factor;
        }

        return true;
    }
}

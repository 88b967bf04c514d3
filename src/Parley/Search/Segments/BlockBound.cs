using System.Numerics;

namespace Parley.Search.Segments;

/// <summary>
/// What bounds the impact of a block of postings from above, whatever the average length of the collection: of those
/// documents with a frequency above <see cref="LowHalves"/> the highest frequency and the shortest length, and the same
/// of the others. Two such points are nearly as tight as all (Mallia, Siedlaczek, Suel 2021 keep one).
/// </summary>
internal readonly record struct BlockBound(byte HighHalves, byte HighLength, byte LowHalves, byte LowLength)
{
    public const int Size = 4;

    public float Impact(Bm25 curve)
    {
        var high = curve.Impact(HighHalves, HighLength);
        return LowHalves == 0 ? high : Math.Max(high, curve.Impact(LowHalves, LowLength));
    }

    public void Write(Span<byte> to) => (to[0], to[1], to[2], to[3]) = (HighHalves, HighLength, LowHalves, LowLength);

    public static BlockBound Read(ReadOnlySpan<byte> from) => new(from[0], from[1], from[2], from[3]);

    public static BlockBound Of(ReadOnlySpan<uint> halves, ReadOnlySpan<byte> lengths)
    {
        Span<byte> shortest = stackalloc byte[Bm25.MaxHalves + 1];
        shortest.Fill(byte.MaxValue);
        uint seen = 0;
        for (var index = 0; index < halves.Length; index++)
        {
            var frequency = (int)halves[index];
            seen |= 1u << frequency;
            if (lengths[index] < shortest[frequency])
                shortest[frequency] = lengths[index];
        }

        var highest = 31 - BitOperations.LeadingZeroCount(seen);
        Span<byte> upTo = stackalloc byte[Bm25.MaxHalves + 1];
        var least = byte.MaxValue;
        for (var left = seen; left != 0; left &= left - 1)
        {
            var frequency = BitOperations.TrailingZeroCount(left);
            upTo[frequency] = least = Math.Min(least, shortest[frequency]);
        }

        var best = new BlockBound((byte)highest, least, 0, 0);
        var curve = Bm25.Usual;
        var bestImpact = best.Impact(curve);
        least = shortest[highest];
        for (var below = seen & ~(1u << highest); below != 0; )
        {
            // Split behind each frequency that occurs: those above it, and it with those below.
            var split = 31 - BitOperations.LeadingZeroCount(below);
            var bound = new BlockBound((byte)highest, least, (byte)split, upTo[split]);
            var impact = bound.Impact(curve);
            if (impact < bestImpact)
                (best, bestImpact) = (bound, impact);
            least = Math.Min(least, shortest[split]);
            below &= ~(1u << split);
        }

        return best;
    }
}

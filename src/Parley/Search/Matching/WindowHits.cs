using System.Numerics;
using Parley.Search.Segments;

namespace Parley.Search.Matching;

/// <summary>The documents of one window that an atom may match, and how often. Not thread-safe.</summary>
internal sealed class WindowHits
{
    public const int Words = SegmentLayout.Window / 64;

    private readonly ulong[] _bits = new ulong[Words];
    private readonly byte[] _halves = new byte[SegmentLayout.Window];

    public Span<ulong> Bits => _bits;

    /// <summary>Frequency in halves by place in the window; only where the bit is set.</summary>
    public ReadOnlySpan<byte> Halves => _halves;

    public bool this[int at] => (_bits[at >> 6] & (1UL << (at & 63))) != 0;

    public void Clear() => Array.Clear(_bits);

    /// <summary>Adds a document; of several frequencies the highest counts.</summary>
    public void Add(int at, uint halves)
    {
        var bit = 1UL << (at & 63);
        ref var word = ref _bits[at >> 6];
        if ((word & bit) == 0 || _halves[at] < halves)
            _halves[at] = (byte)halves;
        word |= bit;
    }

    /// <summary>Adds those of a block that are in the window that begins at <paramref name="start"/>.</summary>
    /// <param name="alone">No other list adds to this window.</param>
    public void Add(ReadOnlySpan<uint> documents, ReadOnlySpan<uint> halves, int start, bool alone)
    {
        halves = halves[..documents.Length];
        for (var index = 0; index < documents.Length; index++)
        {
            var at = documents[index] - (uint)start;
            if (at >= SegmentLayout.Window)
                continue;
            if (!alone)
            {
                Add((int)at, halves[index]);
                continue;
            }

            _bits[at >> 6] |= 1UL << (int)(at & 63);
            _halves[at] = (byte)halves[index];
        }
    }

    /// <summary>Keeps what is in both, with the lower frequency.</summary>
    public void And(WindowHits other)
    {
        for (var word = 0; word < Words; word++)
        {
            _bits[word] &= other._bits[word];
            for (var left = _bits[word]; left != 0; left &= left - 1)
            {
                var at = (word << 6) + BitOperations.TrailingZeroCount(left);
                _halves[at] = Math.Min(_halves[at], other._halves[at]);
            }
        }
    }

    public static int Count(ReadOnlySpan<ulong> bits)
    {
        var count = 0;
        foreach (var word in bits)
            count += BitOperations.PopCount(word);
        return count;
    }

    public static bool Any(ReadOnlySpan<ulong> bits) => bits.IndexOfAnyExcept(0UL) >= 0;
}

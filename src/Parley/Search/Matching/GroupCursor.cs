using System.Numerics;
using Parley.Search.Segments;

namespace Parley.Search.Matching;

/// <summary>One <see cref="MatchGroup"/> in one segment: any of its atoms, scored by the best. Not thread-safe.</summary>
internal sealed class GroupCursor
{
    private readonly AtomCursor[] _atoms;
    private readonly ulong[] _bits = new ulong[WindowHits.Words];
    private readonly WindowHits[] _hits;

    public GroupCursor(MatchGroup group, ViewedSegment segment, int index, int fields, SearchWork work)
    {
        _atoms =
        [
            .. group
                .Atoms.Select(atom => new AtomCursor(atom, segment, index, fields, work))
                .Where(atom => !atom.IsEmpty),
        ];
        _hits = new WindowHits[_atoms.Length];
        Weight = group.Weight;
        Documents = _atoms.Sum(atom => atom.Documents);
        MustVerify = _atoms.Any(atom => atom.MustVerify);
    }

    public float Weight { get; }

    /// <inheritdoc cref="AtomCursor.Highest"/>
    public float Highest(Bm25 curve) => _atoms.Length == 0 ? 0 : _atoms.Max(atom => atom.Highest(curve));

    /// <summary>At most so many documents of the segment match.</summary>
    public long Documents { get; }

    /// <inheritdoc cref="AtomCursor.Postings"/>
    public long Postings => _atoms.Sum(atom => atom.Postings);

    /// <inheritdoc cref="AtomCursor.MustVerify"/>
    public bool MustVerify { get; }

    public IReadOnlyList<AtomCursor> Atoms => _atoms;

    /// <summary>What the group may add in each window; 0 where nothing of it is.</summary>
    public float[] Bounds(int windows, Bm25 curve)
    {
        var bounds = new float[windows];
        foreach (var atom in _atoms)
            atom.Bound(bounds, curve);
        return bounds;
    }

    /// <inheritdoc cref="AtomCursor.Fill"/>
    public ReadOnlySpan<ulong> Fill(int window, ReadOnlySpan<ulong> candidates, Bm25? curve = null, float least = 0)
    {
        Array.Clear(_bits);
        for (var index = 0; index < _atoms.Length; index++)
        {
            _hits[index] = _atoms[index].Fill(window, candidates, curve, least);
            for (var word = 0; word < _bits.Length; word++)
                _bits[word] |= _hits[index].Bits[word];
        }

        return _bits;
    }

    /// <summary>Whether the window that was filled last has the document as a candidate.</summary>
    public bool Has(int at) => (_bits[at >> 6] & (1UL << (at & 63))) != 0;

    /// <summary>At most so much the document at a place of the window scores; exactly so much where nothing must be verified.</summary>
    public float Score(int at, byte length, Bm25 curve)
    {
        var best = 0f;
        for (var index = 0; index < _atoms.Length; index++)
        {
            if (_hits[index][at])
                best = Math.Max(best, _atoms[index].Score(_hits[index].Halves[at], length, curve));
        }

        return best;
    }

    /// <summary>
    /// Adds what the group may add at most to the scores of candidates, and takes those out that stay below
    /// <paramref name="least"/>.
    /// </summary>
    /// <param name="first">The scores of before mean nothing.</param>
    /// <returns>The highest score of those that stay; 0 where none does.</returns>
    public float AddScores(
        Span<ulong> candidates,
        Span<float> scores,
        ReadOnlySpan<byte> lengths,
        Bm25 curve,
        bool first,
        float least
    )
    {
        // One word, the common case, without asking each time.
        var plain = _atoms.Length == 1 && !_atoms[0].Flat ? _hits[0].Halves : default;
        var weight = plain.IsEmpty ? 0 : _atoms[0].Weight;
        var highest = 0f;
        for (var word = 0; word < candidates.Length; word++)
        {
            var (own, kept) = (_bits[word], candidates[word]);
            for (var left = candidates[word]; left != 0; left &= left - 1)
            {
                var bit = left & (~left + 1);
                var at = (word << 6) + BitOperations.TrailingZeroCount(left);
                var score = first ? 0 : scores[at];
                if ((own & bit) != 0)
                    score += plain.IsEmpty
                        ? Score(at, lengths[at], curve)
                        : weight * curve.Impact(plain[at], lengths[at]);
                scores[at] = score;
                if (score < least)
                    kept &= ~bit;
                else if (score > highest)
                    highest = score;
            }

            candidates[word] = kept;
        }

        return highest;
    }

    /// <summary>Adds what the group may add at most to the scores of all its hits in the window that was filled last.</summary>
    public void AddScores(Span<float> scores, ReadOnlySpan<byte> lengths, Bm25 curve)
    {
        var plain = _atoms.Length == 1 && !_atoms[0].Flat ? _hits[0].Halves : default;
        var weight = plain.IsEmpty ? 0 : _atoms[0].Weight;
        for (var word = 0; word < _bits.Length; word++)
        {
            for (var left = _bits[word]; left != 0; left &= left - 1)
            {
                var at = (word << 6) + BitOperations.TrailingZeroCount(left);
                scores[at] += plain.IsEmpty
                    ? Score(at, lengths[at], curve)
                    : weight * curve.Impact(plain[at], lengths[at]);
            }
        }
    }

    /// <summary>Adds the group's weight to all its hits in the window that was filled last.</summary>
    public void AddWeights(Span<float> weights)
    {
        for (var word = 0; word < _bits.Length; word++)
        {
            for (var left = _bits[word]; left != 0; left &= left - 1)
                weights[(word << 6) + BitOperations.TrailingZeroCount(left)] += Weight;
        }
    }

    /// <summary>Exactly so much the document scores; 0 where it does not match.</summary>
    public float Verify(int at, int document, byte length, Bm25 curve)
    {
        var best = 0f;
        for (var index = 0; index < _atoms.Length; index++)
        {
            if (!_hits[index][at])
                continue;
            var candidate = _atoms[index].Flat ? (byte)1 : _hits[index].Halves[at];
            var halves = _atoms[index].MustVerify ? _atoms[index].Verify(document, candidate) : candidate;
            if (halves > 0)
                best = Math.Max(best, _atoms[index].Score(halves, length, curve));
        }

        return best;
    }
}

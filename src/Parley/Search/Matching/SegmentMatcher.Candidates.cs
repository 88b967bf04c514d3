using System.Numerics;
using Parley.Search.Segments;

namespace Parley.Search.Matching;

/// <content>What may match in a window.</content>
internal sealed partial class SegmentMatcher
{
    /// <summary>Leaves the documents of a window that may match in <see cref="_bits"/>.</summary>
    private void FindCandidates(int window)
    {
        if (_wanted.Length == 0)
            FindEvery(window);
        else if (IsQuestion)
            FindAny(window, _wanted.Length);
        else
            FindAll(window);
        if (WindowHits.Any(_bits))
            TakeOut(window);
    }

    /// <summary>Takes out what is deleted, filtered or unwanted.</summary>
    private void TakeOut(int window)
    {
        TakeDeleted(window);
        _filter.Apply(window, _bits);
        TakeUnwanted(window);
    }

    private void FindAll(int window)
    {
        _wanted[0].Fill(window, default).CopyTo(_bits);
        for (var group = 1; group < _wanted.Length && WindowHits.Any(_bits); group++)
        {
            var bits = _wanted[group].Fill(window, _bits);
            for (var word = 0; word < _bits.Length; word++)
                _bits[word] &= bits[word];
        }
    }

    private void FindAny(int window, int groups)
    {
        Array.Clear(_bits);
        for (var group = 0; group < groups; group++)
        {
            var bits = _wanted[group].Fill(window, default);
            for (var word = 0; word < _bits.Length; word++)
                _bits[word] |= bits[word];
        }
    }

    private void FindEvery(int window)
    {
        _bits.AsSpan().Fill(ulong.MaxValue);
        var count = Reader.DocumentsIn(window);
        if (count == SegmentLayout.Window)
            return;
        _bits[count >> 6] &= (1UL << (count & 63)) - 1;
        _bits.AsSpan((count >> 6) + 1).Clear();
    }

    private void TakeDeleted(int window)
    {
        if (_segment.Deleted is not { } deleted)
            return;
        var first = window << (SegmentLayout.WindowShift - 6);
        for (var word = 0; word < _bits.Length && first + word < deleted.Length; word++)
            _bits[word] &= ~deleted[first + word];
    }

    private void TakeUnwanted(int window)
    {
        foreach (var group in _unwanted)
        {
            if (!WindowHits.Any(_bits))
                return;
            var bits = group.Fill(window, _bits);
            for (var word = 0; word < _bits.Length; word++)
            {
                for (var left = _bits[word] & bits[word]; left != 0; left &= left - 1)
                {
                    var at = (word << 6) + BitOperations.TrailingZeroCount(left);
                    var document = (window << SegmentLayout.WindowShift) + at;
                    if (!group.MustVerify || group.Verify(at, document, 0, _curve) > 0)
                        _bits[word] &= ~(1UL << (at & 63));
                }
            }
        }
    }
}

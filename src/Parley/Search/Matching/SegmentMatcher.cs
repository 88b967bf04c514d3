using System.Numerics;
using Parley.Search.Segments;

namespace Parley.Search.Matching;

/// <summary>
/// Evaluates a query in one segment, a window of documents at a time and in any order of windows: words give bits, bits
/// are joined, filtered, and only what may still be among the best is scored. Not thread-safe.
/// </summary>
internal sealed partial class SegmentMatcher
{
    /// <summary>Guards bounds against the rounding of sums in another order.</summary>
    private const float Rounding = 1.00001f;

    private readonly MatchQuery _query;
    private readonly ViewedSegment _segment;
    private readonly int _index;
    private readonly Bm25 _curve;
    private readonly SegmentFilter _filter;
    private readonly GroupCursor[] _wanted;

    /// <summary>The same in the order of the query: sums of equal documents are then equal in all segments.</summary>
    private readonly GroupCursor[] _scored;
    private readonly GroupCursor[] _unwanted;
    private readonly ulong[] _bits = new ulong[WindowHits.Words];

    /// <summary>At most so much a candidate scores by the groups that were looked at, by its place in the window.</summary>
    private readonly float[] _scores = new float[SegmentLayout.Window];
    private volatile SegmentMatcher? _twin;
    private volatile float[][]? _bounds;
    private float[]? _sparse;

    /// <param name="twin">Another one of the same query and segment, whose bounds are taken where they are there.</param>
    public SegmentMatcher(MatchQuery query, IndexView view, int index, SearchWork work, SegmentMatcher? twin = null)
    {
        (_query, _index, _curve, _segment, _twin) = (query, index, view.Curve, view.Segments[index], twin);
        if (twin is not null)
            twin._twin = this;
        _filter = new SegmentFilter(_segment.Reader, query.Filter);
        _scored = [.. query.Wanted.Select(group => new GroupCursor(group, _segment, index, query.Fields, work))];
        _wanted = [.. _scored];
        _unwanted =
        [
            .. query
                .Unwanted.Select(group => new GroupCursor(group, _segment, index, query.Fields, work))
                .Where(group => group.Documents > 0),
        ];

        // The rarest first: it leaves the fewest candidates to the others. A question walks its weightiest first.
        Array.Sort(_wanted, (a, b) => IsQuestion ? b.Weight.CompareTo(a.Weight) : a.Documents.CompareTo(b.Documents));
        IsImpossible =
            _filter.First >= _filter.End || (!IsQuestion && Array.Exists(_wanted, group => group.Documents == 0));
    }

    /// <summary>Nothing here can match.</summary>
    public bool IsImpossible { get; }

    /// <summary>At most so much a document of the segment scores; known without a look at any window.</summary>
    public float Highest => _wanted.Sum(group => group.Highest(_curve)) * Rounding;

    /// <summary>The windows that the filter leaves.</summary>
    public (int First, int Last) Range =>
        (_filter.First >> SegmentLayout.WindowShift, (_filter.End - 1) >> SegmentLayout.WindowShift);

    /// <summary>What each group may add in each window: made when it is first asked for, since it costs a walk over all lists.</summary>
    private float[][] Bounds =>
        _bounds ??= _twin?._bounds ?? Array.ConvertAll(_wanted, group => group.Bounds(Reader.Header.Windows, _curve));

    public SegmentReader Reader => _segment.Reader;

    /// <summary>Postings that evaluating every window would unpack.</summary>
    public long Postings => IsImpossible ? 0 : _wanted.Concat(_unwanted).Sum(group => group.Postings);

    /// <summary>Whether a candidate must be looked at closely before it is a match.</summary>
    public bool MustVerify => Array.Exists(_wanted, group => group.MustVerify);

    private bool IsQuestion => _query.Required > 0;

    /// <summary>Windows in which something may match, and at most so much it scores.</summary>
    public IEnumerable<(int Window, float Bound)> Windows()
    {
        if (IsImpossible)
            yield break;
        var (first, last) = Range;
        for (var window = first; window <= last; window++)
        {
            if (Bound(window) is >= 0 and var bound)
                yield return (window, bound * Rounding);
        }
    }

    /// <summary>
    /// From a window on, the next in which the rarest group may match; -1 where there is none. Asked only of a group too
    /// rare to be in most of them: of others the answer costs more than a look.
    /// </summary>
    public int Next(int window, bool newestFirst)
    {
        var (first, last) = Range;
        if (_sparse is null && !IsQuestion && _wanted is [var rarest, ..] && rarest.Documents < 2 * (last - first))
            _sparse = rarest.Bounds(Reader.Header.Windows, _curve);
        while (window >= first && window <= last)
        {
            if (_sparse is null || _sparse[window] > 0)
                return window;
            window += newestFirst ? -1 : 1;
        }

        return -1;
    }

    /// <summary>At most so much a document of the window scores; -1 where none matches.</summary>
    private float Bound(int window)
    {
        var (sum, weight) = (0f, 0f);
        for (var group = 0; group < _wanted.Length; group++)
        {
            var bound = Bounds[group][window];
            if (bound > 0)
                (sum, weight) = (sum + bound, weight + _wanted[group].Weight);
            else if (!IsQuestion)
                return -1;
        }

        return weight * Rounding < _query.Required ? -1 : sum;
    }

    /// <summary>The atoms of each clause in the order of the query, for a document that matches.</summary>
    public IReadOnlyList<GroupCursor> Groups => _scored;

    /// <summary>Everything that matches in a window, verified. Valid until the next call.</summary>
    public ReadOnlySpan<ulong> Matches(int window)
    {
        FindCandidates(window);
        var start = window << SegmentLayout.WindowShift;
        if (!MustVerify)
        {
            if (IsQuestion)
                DropLight();
            return _bits;
        }

        for (var word = 0; word < _bits.Length; word++)
        {
            for (var left = _bits[word]; left != 0; left &= left - 1)
            {
                var at = (word << 6) + BitOperations.TrailingZeroCount(left);
                if (!Verify(at, start + at, 0, out _))
                    _bits[word] &= ~(1UL << (at & 63));
            }
        }

        return _bits;
    }

    /// <summary>Adds what is among the newest or oldest.</summary>
    public void AddByTime(int window, TopDocuments to, bool newestFirst, Func<int, long, bool>? accepts)
    {
        FindCandidates(window);
        var ids = Reader.Ids(window);
        var start = window << SegmentLayout.WindowShift;
        for (var step = 0; step < _bits.Length; step++)
        {
            var word = newestFirst ? _bits.Length - 1 - step : step;
            for (var left = _bits[word]; left != 0; )
            {
                var bit = newestFirst
                    ? 63 - BitOperations.LeadingZeroCount(left)
                    : BitOperations.TrailingZeroCount(left);
                left &= ~(1UL << bit);
                var at = (word << 6) + bit;
                double key = newestFirst ? ids[at] : -ids[at];
                if (!to.Takes(key, ids[at]))
                    return;
                if (Verify(at, start + at, 0, out _) && (accepts is null || accepts(start + at, ids[at])))
                    to.Add(new FoundDocument(key, ids[at], _index, start + at, 0));
            }
        }
    }

    /// <summary>Adds what is among the best.</summary>
    public void AddByScore(int window, TopDocuments to, Recency recency, Func<int, long, bool>? accepts)
    {
        var newest = recency.Factor(Reader.WindowIds(window).Last) * Rounding;
        var lengths = Reader.LengthCodes(window);
        if (IsQuestion)
            ScoreAny(window, lengths, (float)(to.Threshold / newest));
        else
            ScoreAll(window, lengths, (float)(to.Threshold / newest));
        if (!WindowHits.Any(_bits))
            return;
        TakeOut(window);
        Add(window, lengths, to, recency, newest, accepts);
    }

    /// <summary>Scores what all groups match, group by group, and drops what cannot reach the threshold any more.</summary>
    private void ScoreAll(int window, ReadOnlySpan<byte> lengths, float threshold)
    {
        var rest = 0f;
        for (var group = 1; group < _wanted.Length; group++)
            rest += Bounds[group][window];
        _wanted[0].Fill(window, default, _curve, (threshold - rest) / Rounding).CopyTo(_bits);
        for (var group = 0; ; group++)
        {
            var highest = AddScores(_wanted[group], lengths, group == 0, threshold - rest);
            if (group + 1 == _wanted.Length || highest == 0)
                return;
            rest -= Bounds[group + 1][window];
            var least = ((threshold - rest) / Rounding) - highest;
            var bits = _wanted[group + 1].Fill(window, _bits, _curve, least);
            for (var word = 0; word < _bits.Length; word++)
                _bits[word] &= bits[word];
        }
    }

    /// <summary>Scores what the essential groups match, then adds what the others have of it, as long as that may matter.</summary>
    private void ScoreAny(int window, ReadOnlySpan<byte> lengths, float threshold)
    {
        var essential = Essential(window, threshold);
        FindAny(window, essential);
        Array.Clear(_scores);
        for (var group = 0; group < essential; group++)
            _wanted[group].AddScores(_scores, lengths, _curve);
        var rest = 0f;
        for (var group = essential; group < _wanted.Length; group++)
            rest += Bounds[group][window];
        Drop((threshold - rest) / Rounding);
        for (var group = essential; group < _wanted.Length && WindowHits.Any(_bits); group++)
        {
            rest -= Bounds[group][window];
            _wanted[group].Fill(window, _bits);
            AddScores(_wanted[group], lengths, first: false, threshold - rest);
        }
    }

    /// <summary>Drops candidates that hold too little of a question.</summary>
    private void DropLight()
    {
        Array.Clear(_scores);
        foreach (var group in _scored)
            group.AddWeights(_scores);
        Drop(_query.Required / Rounding);
    }

    /// <summary>Drops candidates whose scores are below this.</summary>
    private void Drop(float least)
    {
        for (var word = 0; word < _bits.Length; word++)
        {
            for (var left = _bits[word]; left != 0; left &= left - 1)
            {
                if (_scores[(word << 6) + BitOperations.TrailingZeroCount(left)] < least)
                    _bits[word] &= ~(left & (~left + 1));
            }
        }
    }

    /// <inheritdoc cref="GroupCursor.AddScores(Span{ulong}, Span{float}, ReadOnlySpan{byte}, Bm25, bool, float)"/>
    private float AddScores(GroupCursor group, ReadOnlySpan<byte> lengths, bool first, float least) =>
        group.AddScores(_bits, _scores, lengths, _curve, first, least / Rounding);

    /// <summary>
    /// How many groups, weightiest first, must be walked: a document without any of them has too little weight to match,
    /// or cannot come among the best (MaxScore; Turtle, Flood 1995).
    /// </summary>
    private int Essential(int window, float threshold)
    {
        var (weight, bound) = (0f, 0f);
        var essential = _wanted.Length;
        for (; essential > 1; essential--)
        {
            weight += _wanted[essential - 1].Weight;
            bound += Bounds[essential - 1][window];
            if (weight * Rounding >= _query.Required && bound * Rounding >= threshold)
                break;
        }

        return essential;
    }

    /// <summary>Adds those candidates that are among the best, verified and with their exact scores.</summary>
    private void Add(
        int window,
        ReadOnlySpan<byte> lengths,
        TopDocuments to,
        Recency recency,
        float newest,
        Func<int, long, bool>? accepts
    )
    {
        var start = window << SegmentLayout.WindowShift;
        ReadOnlySpan<long> ids = default;
        for (var word = 0; word < _bits.Length; word++)
        {
            for (var left = _bits[word]; left != 0; left &= left - 1)
            {
                var at = (word << 6) + BitOperations.TrailingZeroCount(left);
                if (_scores[at] * newest * Rounding < to.Threshold)
                    continue;
                if (ids.IsEmpty)
                    ids = Reader.Ids(window);
                var factor = recency.Factor(ids[at]);
                if (
                    _scores[at] * factor * Rounding < to.Threshold
                    || !Verify(at, start + at, lengths[at], out var score)
                )
                    continue;
                score *= factor;
                if (to.Takes(score, ids[at]) && (accepts is null || accepts(start + at, ids[at])))
                    to.Add(new FoundDocument(score, ids[at], _index, start + at, score));
            }
        }
    }

    /// <summary>Whether a candidate of the window that was filled last matches, and its score before recency.</summary>
    private bool Verify(int at, int document, byte length, out float score)
    {
        (score, var weight) = (0f, 0f);
        foreach (var group in _scored)
        {
            var part =
                !group.Has(at) ? 0
                : group.MustVerify ? group.Verify(at, document, length, _curve)
                : group.Score(at, length, _curve);
            if (part > 0)
                (score, weight) = (score + part, weight + group.Weight);
            else if (!IsQuestion)
                return false;
        }

        return weight * Rounding >= _query.Required;
    }
}

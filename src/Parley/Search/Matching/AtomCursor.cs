using System.Numerics;
using Parley.Search.Segments;

namespace Parley.Search.Matching;

/// <summary>One <see cref="MatchAtom"/> in one segment. Not thread-safe.</summary>
internal sealed partial class AtomCursor
{
    /// <summary>With so few candidates in a window, they are looked up instead of unpacking all blocks.</summary>
    private const int FewCandidates = 12;

    /// <summary>From so many words on, a prefix is read into bits.</summary>
    private const int FewTails = 4;

    /// <summary>A word in at most one of so many documents is unpacked at once, and bounded by its documents, not by its blocks.</summary>
    private const int ExactShare = 32;

    /// <summary>A prefix with more postings is looked up window by window at first: often a few windows are all it takes.</summary>
    private const int SmallUnion = 50_000;

    /// <summary>After so many windows one by one, reading everything into bits is the cheaper way.</summary>
    private const int FewWindows = 16;

    /// <summary>Finding a word's block in a window costs as much as so many postings.</summary>
    private const int LookUpCost = 32;

    /// <summary>Longer lists are read block by block: memory stays bounded.</summary>
    private const int MostUnpacked = 20_000;

    private readonly SegmentReader _segment;
    private readonly PostingsReader[] _head;
    private readonly PostingsReader[] _tails;
    private readonly long _tailPostings;
    private readonly int _fields;
    private readonly SearchWork _work;
    private readonly WindowHits _hits = new();
    private readonly WindowHits? _scratch;
    private int _window = -1;
    private bool _whole;

    /// <summary>All matches of a prefix, one bit a document: many short lists are read once, not window by window.</summary>
    private ulong[]? _union;
    private int _windowsApart;

    public AtomCursor(MatchAtom atom, ViewedSegment segment, int index, int fields, SearchWork work)
    {
        (_segment, _fields, _work, Weight, Flat) = (segment.Reader, fields, work, atom.Weight, atom.Flat);
        _tails = [.. Readers(atom.Tails, index)];
        _head = [.. Readers(atom.Head, index)];
        IsEmpty = _tails.Length == 0 || _head.Length < atom.Head.Count;
        if (_head.Length > 0)
            _scratch = new WindowHits();
        Documents = _tailPostings = _tails.Sum(tail => (long)tail.Count);
        foreach (var head in _head)
            Documents = Math.Min(Documents, head.Count);
    }

    public float Weight { get; }

    /// <inheritdoc cref="MatchAtom"/>
    public bool Flat { get; }

    /// <summary>The segment holds no match.</summary>
    public bool IsEmpty { get; }

    public long Documents { get; }

    /// <summary>Postings that a walk over all windows unpacks.</summary>
    public long Postings =>
        !IsUnion ? _tailPostings + _head.Sum(head => (long)head.Count)
        : HasUnion ? _segment.Documents / 64
        : _tailPostings + ((long)_tails.Length * _segment.Header.Windows * LookUpCost);

    /// <summary>Hits are candidates only: <see cref="Verify"/> says which of them match, and how often.</summary>
    public bool MustVerify => _head.Length > 0 || _fields != MatchQuery.AllFields;

    /// <summary>At most so much a match adds anywhere.</summary>
    public float Highest(Bm25 curve) => Flat ? Weight : Weight * curve.Highest;

    private bool IsUnion => Flat && _head.Length == 0 && _tails.Length >= FewTails;

    /// <summary>Whether the bits of a prefix are there, or worth making.</summary>
    private bool HasUnion => _union is not null || _windowsApart >= FewWindows || _tailPostings <= SmallUnion;

    private IEnumerable<PostingsReader> Readers(IReadOnlyList<ViewedTerm> terms, int index) =>
        terms
            .Where(term => term.Postings[index].Documents > 0)
            .Select(term => new PostingsReader(_segment, term.Postings[index]));

    /// <summary>What a match adds to the score.</summary>
    public float Score(int halves, byte length, Bm25 curve) => Flat ? Weight : Weight * curve.Impact(halves, length);

    /// <summary>Raises each window's bound to what this atom may add there; windows without it are left.</summary>
    public void Bound(float[] windows, Bm25 curve)
    {
        if (IsEmpty)
            return;
        if (IsUnion)
        {
            BoundUnion(windows);
            return;
        }

        var before = Unpacked();
        var own = new float[windows.Length];
        foreach (var tail in _tails)
            Bound(tail, own, Flat ? null : curve);
        if (_head.Length > 0)
        {
            var one = new float[windows.Length];
            foreach (var head in _head)
            {
                Array.Clear(one);
                Bound(head, one, Flat ? null : curve);
                for (var window = 0; window < own.Length; window++)
                    own[window] = Math.Min(own[window], one[window]);
            }
        }

        for (var window = 0; window < own.Length; window++)
            windows[window] = Math.Max(windows[window], own[window] * Weight);
        _work.Spend(Unpacked() - before);
    }

    private bool IsUnpacked(PostingsReader postings) =>
        postings.Count <= Math.Clamp(_segment.Documents / ExactShare, BitPack.BlockLength, MostUnpacked);

    private void BoundUnion(float[] windows)
    {
        // Without the bits any window may hold a match.
        if (!HasUnion)
        {
            for (var window = 0; window < windows.Length; window++)
                windows[window] = Math.Max(windows[window], Weight);
            return;
        }

        var union = Union();
        for (var window = 0; window < windows.Length; window++)
        {
            if (windows[window] < Weight && WindowHits.Any(WindowOf(union, window)))
                windows[window] = Weight;
        }
    }

    private static ReadOnlySpan<ulong> WindowOf(ulong[] union, int window) =>
        union.AsSpan(window * WindowHits.Words, Math.Min(WindowHits.Words, union.Length - (window * WindowHits.Words)));

    private ulong[] Union()
    {
        if (_union is not null)
            return _union;
        var before = Unpacked();
        _union = new ulong[(_segment.Documents + 63) / 64];
        Span<uint> room = stackalloc uint[BitPack.BlockLength];
        foreach (var tail in _tails)
            tail.AddTo(_union, room);

        _work.Spend(Unpacked() - before);
        return _union;
    }

    /// <param name="curve"><see langword="null"/> where all impacts are 1.</param>
    private void Bound(PostingsReader postings, float[] windows, Bm25? curve)
    {
        if (IsUnpacked(postings))
            BoundExactly(postings, windows, curve);
        else
            BoundByBlocks(postings, windows, curve);
    }

    /// <summary>
    /// A block of a middling word spans many windows and says little of each of them, so all its documents are looked
    /// at: that costs less than the windows that are visited in vain.
    /// </summary>
    private void BoundExactly(PostingsReader postings, float[] windows, Bm25? curve)
    {
        var all = postings.UnpackAll();
        for (var window = 0; window < windows.Length; window++)
        {
            var (start, end) = (all.Starts[window], all.Starts[window + 1]);
            if (start == end)
                continue;
            var best = 1f;
            if (curve is not null)
            {
                best = 0;
                var lengths = _segment.LengthCodes(window);
                for (var at = start; at < end; at++)
                {
                    var length = lengths[(int)all.Documents[at] & (SegmentLayout.Window - 1)];
                    best = Math.Max(best, curve.Impact(all.Halves[at], length));
                }
            }

            Raise(windows, window, best);
        }
    }

    private static void BoundByBlocks(PostingsReader postings, float[] windows, Bm25? curve)
    {
        var first = 0;
        for (var block = 0; block < postings.Blocks; block++)
        {
            var impact = curve is null ? 1 : postings.Bound(block).Impact(curve);
            var last = postings.LastDocument(block) >> SegmentLayout.WindowShift;
            for (var window = first; window <= last; window++)
                Raise(windows, window, impact);
            first = (postings.LastDocument(block) + 1) >> SegmentLayout.WindowShift;
        }
    }

    private static void Raise(float[] windows, int window, float impact)
    {
        if (windows[window] < impact)
            windows[window] = impact;
    }

    /// <summary>The hits of a window: all of them, or at least those among the candidates.</summary>
    /// <param name="candidates">Documents that are asked about; empty for all.</param>
    /// <param name="curve">Where hits below <paramref name="least"/> are not wanted.</param>
    /// <param name="least">Blocks whose bound is below this score are passed over.</param>
    public WindowHits Fill(int window, ReadOnlySpan<ulong> candidates, Bm25? curve = null, float least = 0)
    {
        var all = candidates.IsEmpty || WindowHits.Count(candidates) > FewCandidates;
        if (_window == window && _whole)
            return _hits;
        var passing = curve is not null && !Flat && _head.Length == 0 ? curve : null;
        (_window, _whole) = (window, all && passing is null);
        _hits.Clear();
        if (IsEmpty || (Flat && curve is not null && Weight < least))
        {
            _whole = IsEmpty;
            return _hits;
        }

        if (IsUnion && HasUnion)
        {
            WindowOf(Union(), window).CopyTo(_hits.Bits);
            return _hits;
        }

        _windowsApart++;

        var before = Unpacked();
        foreach (var tail in _tails)
            Add(tail, window, all ? default : candidates, _hits, passing, least / Weight, _tails.Length == 1);
        foreach (var head in _head)
        {
            if (!WindowHits.Any(_hits.Bits))
                break;
            _scratch!.Clear();
            Add(head, window, all ? default : candidates, _scratch, null, 0, alone: true);
            _hits.And(_scratch);
        }

        _work.Spend(Unpacked() - before);
        return _hits;
    }

    private int Unpacked()
    {
        var blocks = 0;
        foreach (var tail in _tails)
            blocks += tail.Unpacked;
        foreach (var head in _head)
            blocks += head.Unpacked;
        return blocks;
    }

    private void Add(
        PostingsReader postings,
        int window,
        ReadOnlySpan<ulong> candidates,
        WindowHits to,
        Bm25? curve,
        float least,
        bool alone
    )
    {
        var start = window << SegmentLayout.WindowShift;
        // Of the words of a prefix only a few windows are asked for.
        if (!IsUnion && IsUnpacked(postings))
        {
            var all = postings.UnpackAll();
            for (var at = all.Starts[window]; at < all.Starts[window + 1]; at++)
                to.Add((int)all.Documents[at] - start, all.Halves[at]);
            return;
        }

        if (candidates.IsEmpty)
        {
            for (var block = postings.BlockOf(start); block < postings.Blocks; block++)
            {
                if (curve is null || postings.Bound(block).Impact(curve) >= least)
                    to.Add(postings.Documents(block), postings.Halves(block), start, alone);
                if (postings.LastDocument(block) >= start + SegmentLayout.Window - 1)
                    return;
            }

            return;
        }

        for (var word = 0; word < candidates.Length; word++)
        {
            for (var left = candidates[word]; left != 0; left &= left - 1)
            {
                var at = (word << 6) + BitOperations.TrailingZeroCount(left);
                var block = postings.BlockOf(start + at);
                if (block == postings.Blocks)
                    return;
                if (postings.IndexOf(block, start + at) is >= 0 and var index)
                    to.Add(at, postings.Halves(block)[index]);
            }
        }
    }
}

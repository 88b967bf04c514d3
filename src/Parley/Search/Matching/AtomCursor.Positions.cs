using Parley.Search.Segments;

namespace Parley.Search.Matching;

/// <content>Where the atom stands in a document.</content>
internal sealed partial class AtomCursor
{
    /// <summary>A posting that must be verified costs as much as reading some blocks.</summary>
    private const int VerifyCost = 1;

    private readonly List<int> _positions = [];
    private readonly List<int> _next = [];

    /// <summary>How often a candidate really matches, in halves; 0 where it does not.</summary>
    public int Verify(int document, byte candidate)
    {
        var traits = _segment.Traits(document);
        if (_head.Length == 0 && (traits.Fields & ~_fields) == 0)
            return candidate;
        if ((traits.Fields & _fields) == 0)
            return 0;
        _work.Spend(VerifyCost);
        ReadPositions(document, traits.FirstField);
        var halves = 0;
        foreach (var position in _positions)
        {
            var field = Position.Field(position);
            if ((_fields & (1 << (int)field)) != 0)
                halves += Bm25.HalfWeight(field);
        }

        // Several tails together may stand there more often than one of them; bounds know the most frequent one only.
        return Math.Min(halves, candidate);
    }

    /// <summary>Where the atom stands in a document: the position of its last term; at most some.</summary>
    public IReadOnlyList<int> Positions(int document)
    {
        ReadPositions(document, _segment.Traits(document).FirstField);
        return _positions;
    }

    private void ReadPositions(int document, int firstField)
    {
        _positions.Clear();
        if (_head.Length == 0)
        {
            ReadAny(_tails, document, firstField, _positions);
            return;
        }

        Read(_head[0], document, firstField, _positions);
        for (var index = 1; index <= _head.Length && _positions.Count > 0; index++)
        {
            _next.Clear();
            if (index < _head.Length)
                Read(_head[index], document, firstField, _next);
            else
                ReadAny(_tails, document, firstField, _next);
            KeepFollowing();
        }
    }

    /// <summary>Keeps those of the next positions that stand right behind one of the last.</summary>
    private void KeepFollowing()
    {
        var (kept, at) = (0, 0);
        for (var index = 0; index < _next.Count; index++)
        {
            var position = _next[index];
            while (at < _positions.Count && _positions[at] < position - 1)
                at++;
            if (at < _positions.Count && _positions[at] == position - 1)
                _next[kept++] = position;
        }

        _positions.Clear();
        for (var index = 0; index < kept; index++)
            _positions.Add(_next[index]);
    }

    private static void ReadAny(PostingsReader[] any, int document, int firstField, List<int> to)
    {
        foreach (var postings in any)
            Read(postings, document, firstField, to);
        if (any.Length == 1)
            return;
        to.Sort();
        var kept = 0;
        for (var index = 0; index < to.Count; index++)
        {
            if (index == 0 || to[index] != to[index - 1])
                to[kept++] = to[index];
        }

        to.RemoveRange(kept, to.Count - kept);
    }

    private static void Read(PostingsReader postings, int document, int firstField, List<int> to)
    {
        var block = postings.BlockOf(document);
        if (block < postings.Blocks && postings.IndexOf(block, document) is >= 0 and var index)
            postings.Positions(block, index, firstField, to);
    }
}

namespace Parley.Search.Segments;

/// <summary>
/// How many documents hold the stem of a word, asked while terms are written in ascending order. A stem stands before
/// its words and all but its last letter begins them (<c>queri</c>, <c>query</c>), so only the few terms need to be
/// remembered of which that is still true. Not thread-safe.
/// </summary>
internal sealed class StemCounts
{
    private readonly List<(byte[] Term, int Documents)> _terms = [];

    /// <summary>Adds a term; they ascend.</summary>
    public void Add(ReadOnlySpan<byte> term, int documents)
    {
        for (var last = _terms.Count - 1; last >= 0 && !MayFollow(_terms[last].Term, term); last--)
            _terms.RemoveAt(last);
        _terms.Add((term.ToArray(), documents));
    }

    /// <summary>The documents of a term that was added; 0 for any other.</summary>
    /// <param name="stem">Of a word that stands behind all terms that were added.</param>
    public int Find(ReadOnlySpan<byte> stem)
    {
        for (var index = _terms.Count - 1; index >= 0; index--)
        {
            if (stem.SequenceEqual(_terms[index].Term))
                return _terms[index].Documents;
        }

        return 0;
    }

    private static bool MayFollow(ReadOnlySpan<byte> stem, ReadOnlySpan<byte> word) => word.StartsWith(stem[..^1]);
}

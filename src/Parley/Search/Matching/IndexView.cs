using Parley.Search.Segments;

namespace Parley.Search.Matching;

/// <summary>A segment as one search sees it.</summary>
/// <param name="Deleted">One bit a document that is gone; <see langword="null"/> for none.</param>
/// <param name="DeletedCount">How many they are.</param>
internal sealed record ViewedSegment(SegmentReader Reader, ulong[]? Deleted, int DeletedCount)
{
    public bool IsDeleted(int document) =>
        Deleted is not null && (Deleted[document >> 6] & (1UL << (document & 63))) != 0;
}

/// <summary>A term in all segments of a view.</summary>
/// <param name="Postings">By segment; none of them has documents where nobody wrote it.</param>
/// <param name="Documents">How many hold it; those that are gone may still count.</param>
internal sealed record ViewedTerm(byte[] Bytes, TermPostings[] Postings, long Documents);

/// <summary>
/// One person's segments within one snapshot, and what a search asks of all of them together. Not thread-safe.
/// </summary>
internal sealed class IndexView : IDisposable
{
    private readonly Dictionary<string, ViewedTerm> _terms = new(StringComparer.Ordinal);
    private readonly TermCursor?[] _cursors;

    public IndexView(IReadOnlyList<ViewedSegment> segments)
    {
        Segments = segments;
        _cursors = new TermCursor?[segments.Count];
        long tokens = 0;
        long held = 0;
        foreach (var segment in segments)
        {
            held += segment.Reader.Documents;
            Documents += segment.Reader.Documents - segment.DeletedCount;
            tokens += segment.Reader.Header.Tokens;
        }

        Curve = Bm25.For(held == 0 ? 1 : (float)tokens / held);
    }

    public IReadOnlyList<ViewedSegment> Segments { get; }

    public long Documents { get; }

    public Bm25 Curve { get; }

    /// <summary>Whether both see the same segments and deletions: what was planned against one holds for the other.</summary>
    public bool IsSameAs(IndexView other)
    {
        if (Segments.Count != other.Segments.Count)
            return false;
        for (var index = 0; index < Segments.Count; index++)
        {
            var (own, others) = (Segments[index], other.Segments[index]);
            if (
                own.Reader.Id != others.Reader.Id
                || own.DeletedCount != others.DeletedCount
                || !ReferenceEquals(own.Deleted, others.Deleted)
            )
                return false;
        }

        return true;
    }

    public ViewedTerm Find(byte[] term)
    {
        var key = System.Text.Encoding.Latin1.GetString(term);
        if (_terms.TryGetValue(key, out var known))
            return known;
        var postings = new TermPostings[Segments.Count];
        long documents = 0;
        for (var index = 0; index < postings.Length; index++)
        {
            var cursor = _cursors[index] ??= Segments[index].Reader.Dictionary.All();
            if (!cursor.MoveTo(term))
                continue;
            postings[index] = cursor.Entry.Postings;
            documents += postings[index].Documents;
        }

        return _terms[key] = new ViewedTerm(term, postings, documents);
    }

    /// <summary>Lets go of the pages that were read for it.</summary>
    public void Dispose()
    {
        foreach (var segment in Segments)
            segment.Reader.Release();
    }

    public float Idf(ViewedTerm term) => Bm25.Idf(Documents, term.Documents);
}

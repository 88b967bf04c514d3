using Parley.Search.Segments;

namespace Parley.Search.Matching;

/// <summary>A word as people wrote it, and in about how many documents it stands.</summary>
internal readonly record struct KnownWord(byte[] Word, long Documents);

/// <summary>Reads the words of all dictionaries of a view as if they were one.</summary>
internal static class KnownWords
{
    /// <summary>Entries looked at for one prefix; what begins with one or two letters only may have more, and then is cut.</summary>
    private const int MaxScanned = 60_000;

    /// <summary>In how many documents each of these words stands just so.</summary>
    public static long[] Documents(IndexView view, IReadOnlyList<byte[]> words)
    {
        var documents = new long[words.Count];
        foreach (var segment in view.Segments)
        {
            var cursor = segment.Reader.Dictionary.All();
            for (var word = 0; word < words.Count; word++)
            {
                if (cursor.MoveTo(words[word]))
                    documents[word] += cursor.Words;
            }
        }

        return documents;
    }

    /// <summary>The most frequent words that begin so, most frequent first.</summary>
    /// <param name="cut">Whether there are more than were looked at or given.</param>
    public static List<KnownWord> BeginningWith(IndexView view, byte[] prefix, int limit, out bool cut)
    {
        var kept = new List<KnownWord>();
        var most = limit * 4;
        var any = false;
        cut = !Scan(
            view,
            prefix,
            (word, documents) =>
            {
                if (kept.Count == most)
                {
                    Trim(kept, limit);
                    any = true;
                }

                if (!any || documents >= kept[limit - 1].Documents)
                    kept.Add(new KnownWord(word.ToArray(), documents));
            }
        );
        cut |= any || kept.Count > limit;
        Trim(kept, limit);
        return kept;
    }

    /// <summary>Visits all words that begin so, ascending.</summary>
    /// <returns>Whether that was all of them.</returns>
    private static bool Scan(IndexView view, byte[] prefix, Visit visit)
    {
        var cursors = new List<TermCursor>();
        foreach (var segment in view.Segments)
        {
            var cursor = segment.Reader.Dictionary.From(prefix);
            if (Advance(cursor, prefix))
                cursors.Add(cursor);
        }

        // Heads stand apart: most words are told from each other by eight bytes, without a look into their cursors.
        Span<ulong> heads = new ulong[cursors.Count];
        for (var index = 0; index < heads.Length; index++)
            heads[index] = cursors[index].Head(prefix.Length);
        Span<int> same = new int[cursors.Count];
        for (var scanned = 0; cursors.Count > 0; scanned++)
        {
            if (scanned == MaxScanned)
                return false;
            var alike = FindLeast(cursors, heads[..cursors.Count], same);
            long documents = 0;
            foreach (var index in alike)
                documents += cursors[index].Words;
            if (documents > 0)
                visit(cursors[alike[0]].Term, documents);
            for (var at = alike.Length - 1; at >= 0; at--)
            {
                var index = alike[at];
                if (cursors[index].MoveNext() && cursors[index].Term.StartsWith(prefix))
                {
                    heads[index] = cursors[index].Head(prefix.Length);
                    continue;
                }

                heads[(index + 1)..cursors.Count].CopyTo(heads[index..]);
                cursors.RemoveAt(index);
            }
        }

        return true;
    }

    private delegate void Visit(ReadOnlySpan<byte> word, long documents);

    private static bool Advance(TermCursor cursor, byte[] prefix)
    {
        while (cursor.MoveNext())
        {
            if (cursor.Term.SequenceCompareTo(prefix) >= 0)
                return cursor.Term.StartsWith(prefix);
        }

        return false;
    }

    /// <summary>The cursors that stand at the least word.</summary>
    private static ReadOnlySpan<int> FindLeast(List<TermCursor> cursors, ReadOnlySpan<ulong> heads, Span<int> same)
    {
        var (count, least) = (0, ulong.MaxValue);
        for (var index = 0; index < heads.Length; index++)
        {
            if (heads[index] > least)
                continue;
            var order =
                heads[index] < least || count == 0 ? -1 : cursors[index].Term.SequenceCompareTo(cursors[same[0]].Term);
            if (order > 0)
                continue;
            if (order < 0)
                (count, least) = (0, heads[index]);
            same[count++] = index;
        }

        return same[..count];
    }

    private static void Trim(List<KnownWord> words, int limit)
    {
        words.Sort(
            static (a, b) =>
                a.Documents != b.Documents
                    ? b.Documents.CompareTo(a.Documents)
                    : a.Word.AsSpan().SequenceCompareTo(b.Word)
        );
        if (words.Count > limit)
            words.RemoveRange(limit, words.Count - limit);
    }
}

using System.Text;
using Parley.Kernel;
using Parley.Search.Text;

namespace Parley.Search.Sqlite;

/// <summary>A word of the vocabulary and in about how many documents it stands.</summary>
internal readonly record struct KnownTerm(byte[] Term, long Documents);

/// <summary>Reads <c>search_terms</c> within one session.</summary>
internal sealed class TermTable(DbSession session)
{
    /// <summary>Words looked at for one prefix; a shorter prefix than three letters may have more, and then is cut.</summary>
    private const int MaxScanned = 20_000;

    private const string PrefixSql =
        "SELECT term, docs FROM (SELECT term, docs FROM search_terms WHERE term >= ?1 AND term < ?2 LIMIT ?3) ORDER BY docs DESC, term LIMIT ?4";

    /// <summary>Documents that hold exactly this word.</summary>
    public long Documents(ReadOnlySpan<byte> word)
    {
        using var find = session.Query("SELECT docs FROM search_terms WHERE term = ?1");
        find.BindText(1, word);
        return find.Step() ? find.Int64(0) : 0;
    }

    /// <summary>Documents that hold the stem in any form; a document with two forms counts twice.</summary>
    public long DocumentsOfStem(byte[] stem)
    {
        if (stem.AsSpan().IndexOfAnyExceptInRange((byte)'a', (byte)'z') >= 0)
            return Documents(stem);
        long documents = 0;
        Span<byte> buffer = stackalloc byte[TextTokenizer.MaxTermBytes + 1];
        foreach (var form in EnglishStemmer.Forms(Encoding.ASCII.GetString(stem)))
        {
            var word = Encoding.ASCII.GetBytes(form);
            if (word.Length <= TextTokenizer.MaxTermBytes && EnglishStemmer.Stem(word, buffer).SequenceEqual(stem))
                documents += Documents(word);
        }

        return documents;
    }

    /// <summary>The most frequent words that begin so, most frequent first.</summary>
    /// <param name="cut">Whether there are more than were looked at or given.</param>
    public List<KnownTerm> BeginningWith(ReadOnlySpan<byte> prefix, int limit, out bool cut)
    {
        using var find = session.Query(PrefixSql);
        find.BindText(1, prefix);
        find.BindText(2, After(prefix));
        find.Bind(3, MaxScanned);
        find.Bind(4, limit + 1);
        var found = new List<KnownTerm>();
        while (found.Count < limit && find.Step())
            found.Add(new KnownTerm(find.Utf8(0).ToArray(), find.Int64(1)));
        cut = (found.Count == limit && find.Step()) || (prefix.Length < 3 && Scanned(prefix) >= MaxScanned);
        return found;
    }

    private long Scanned(ReadOnlySpan<byte> prefix)
    {
        using var count = session.Query(
            "SELECT count(*) FROM (SELECT 1 FROM search_terms WHERE term >= ?1 AND term < ?2 LIMIT ?3)"
        );
        count.BindText(1, prefix);
        count.BindText(2, After(prefix));
        count.Bind(3, MaxScanned);
        return count.Step() ? count.Int64(0) : 0;
    }

    /// <summary>The least byte string above everything that begins so. No UTF-8 text holds 0xFF.</summary>
    private static byte[] After(ReadOnlySpan<byte> prefix) => [.. prefix, 0xFF];
}

using System.Text;
using Parley.Search.Matching;
using Parley.Search.Segments;

namespace Parley.Tests.Search.Matching;

/// <summary>What scores and words are reckoned from: a collection's counts, as far as they were not forgotten.</summary>
/// <param name="Documents">Those that can be found.</param>
/// <param name="AverageLength">Of all that are held, found or not.</param>
/// <param name="Holding">How many of those that are held have a term.</param>
/// <param name="Words">How many of those that are held have a word.</param>
internal sealed record ReferenceStatistics(
    long Documents,
    float AverageLength,
    Func<string, long> Holding,
    IReadOnlyDictionary<string, long> Words
)
{
    /// <summary>Counted from the documents themselves.</summary>
    public static ReferenceStatistics Of(IReadOnlyList<ReferenceDocument> held, int found)
    {
        var terms = new Dictionary<string, long>(StringComparer.Ordinal);
        var words = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var document in held)
        {
            foreach (var term in document.Terms.Keys)
                terms[term] = terms.GetValueOrDefault(term) + 1;
            foreach (var word in document.Words)
                words[word] = words.GetValueOrDefault(word) + 1;
        }

        var tokens = held.Sum(document => (long)document.Length);
        return new ReferenceStatistics(
            found,
            held.Count == 0 ? 1 : (float)tokens / held.Count,
            term => terms.GetValueOrDefault(term),
            words
        );
    }

    /// <summary>
    /// As segments say them, which after edits and merges remember some of what is gone. Never less than is there, which
    /// this asserts.
    /// </summary>
    public static ReferenceStatistics Of(IndexView view, IReadOnlyList<ReferenceDocument> found)
    {
        var terms = new Dictionary<string, long>(StringComparer.Ordinal);
        var words = new Dictionary<string, long>(StringComparer.Ordinal);
        var (tokens, held) = (0L, 0L);
        foreach (var segment in view.Segments)
        {
            (tokens, held) = (tokens + segment.Reader.Header.Tokens, held + segment.Reader.Documents);
            for (var cursor = segment.Reader.Dictionary.All(); cursor.MoveNext(); )
            {
                var term = Encoding.Latin1.GetString(cursor.Term);
                terms[term] = terms.GetValueOrDefault(term) + cursor.Entry.Postings.Documents;
                words[term] = words.GetValueOrDefault(term) + cursor.Entry.Words;
            }
        }

        Assert.Equal(found.Count, view.Documents);
        var least = Of(found, found.Count);
        Assert.All(least.Words, word => Assert.InRange(words.GetValueOrDefault(word.Key), word.Value, held));
        foreach (var term in found.SelectMany(document => document.Terms.Keys).Distinct(StringComparer.Ordinal))
            Assert.InRange(terms.GetValueOrDefault(term), least.Holding(term), held);
        return new ReferenceStatistics(
            view.Documents,
            held == 0 ? 1 : (float)tokens / held,
            term => terms.GetValueOrDefault(term),
            words.Where(word => word.Value > 0).ToDictionary(StringComparer.Ordinal)
        );
    }

    public float Idf(long holding) =>
        (float)Math.Log(1 + ((Math.Max(Documents, holding) - holding + 0.5) / (holding + 0.5)));

    /// <summary>BM25 without the weight of the term.</summary>
    public float Impact(int halves, int length)
    {
        var known = LengthCode.Decode(LengthCode.Encode(length));
        var norm = 3.3f * (0.25f + (0.75f * known / Math.Max(40, MathF.Round(AverageLength))));
        return halves / 2f * 4.3f / ((halves / 2f) + norm);
    }
}

using System.Text;
using Parley.Search.Segments;
using Parley.Search.Text;

namespace Parley.Search.Matching;

/// <summary>A word that tells what a text is about.</summary>
/// <param name="Surface">As it was written, folded.</param>
/// <param name="Weight">How much it tells.</param>
internal readonly record struct TellingTerm(ViewedTerm Term, byte[] Surface, float Weight);

/// <summary>
/// The words of a text that tell most about it: frequent in it, rare elsewhere. A word weighs what it adds to the cosine of
/// two texts under tf·idf, with its frequency saturated as in BM25. Cheap: so many different words of so long a text are looked at.
/// </summary>
internal static class TellingTerms
{
    private const int MaxTerms = 16;
    private const int MaxTokens = 20_000;
    private const int MaxDistinct = 1_000;
    private const float Saturation = 1.2f;

    /// <summary>Shorter ones are letters of lists and formulas.</summary>
    private const int ShortestTerm = 2;

    /// <summary>Most telling first; only words that stand elsewhere, too.</summary>
    public static List<TellingTerm> Of(MessageFields fields, IndexView view)
    {
        var found = new Dictionary<string, Seen>(StringComparer.Ordinal);
        for (var field = SearchField.Title; field <= SearchField.Thinking; field++)
        {
            var reader = new Reader(found, Bm25.HalfWeight(field));
            TextTokenizer.Run(fields[field], ref reader);
        }

        var telling = new List<TellingTerm>();
        foreach (var seen in found.Values)
        {
            if (view.Find(seen.Term) is not { Documents: > 1 } term)
                continue;
            var (frequency, idf) = (seen.Halves * 0.5f, view.Idf(term));
            telling.Add(new TellingTerm(term, seen.Surface, idf * idf * frequency / (frequency + Saturation)));
        }

        telling.Sort(static (a, b) => b.Weight.CompareTo(a.Weight));
        return telling.Count > MaxTerms ? telling[..MaxTerms] : telling;
    }

    private sealed class Seen(byte[] term, byte[] surface)
    {
        public byte[] Term { get; } = term;
        public byte[] Surface { get; } = surface;
        public int Halves { get; set; }
    }

    private struct Reader(Dictionary<string, Seen> found, int halves) : ITokenSink
    {
        private int _left = MaxTokens;

        public bool Accept(scoped Token token)
        {
            // The last character of a run stands in the pair before it.
            if (token.Term.Length >= ShortestTerm && token.Kind != TokenKind.PairEnd)
            {
                var key = Encoding.Latin1.GetString(token.Term);
                if (!found.TryGetValue(key, out var seen) && found.Count < MaxDistinct)
                    found[key] = seen = new Seen(token.Term.ToArray(), token.Surface.ToArray());
                if (seen is not null)
                    seen.Halves += halves;
            }

            return --_left > 0;
        }
    }
}

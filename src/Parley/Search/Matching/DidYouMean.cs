using System.Text;

namespace Parley.Search.Matching;

/// <summary>
/// A query that may have been meant: a rare word of it replaced by one spelled nearly so that is much more frequent. What
/// was asked for is searched all the same; words that nobody wrote are searched as near ones anyway (<see cref="QueryPlanner"/>).
/// </summary>
internal static class DidYouMean
{
    /// <summary>A word in more documents was meant.</summary>
    private const long MostDocuments = 5;

    /// <summary>The other word stands in so many times the documents.</summary>
    private const long Times = 20;

    /// <summary>Spelling reads a good part of the dictionary: so many words of a query are spelled.</summary>
    private const int MaxSpelled = 2;

    private const int ShortestWord = 4;
    private const int MaxSpellings = 5;

    /// <summary>The query with its last such word replaced, or <see langword="null"/>.</summary>
    public static SuggestedText? Find(IndexView view, SearchQuery query)
    {
        var spelled = 0;
        for (var index = query.Clauses.Count - 1; index >= 0 && spelled < MaxSpelled; index--)
        {
            if (query.Clauses[index] is not { Negated: false, AnyOf: [{ Quoted: false, Prefix: false } atom] })
                continue;
            if (AtomTerms.Of(atom) is not { Sequence.Count: 1, Prefix: null } terms || !IsWord(terms.Surface))
                continue;
            var documents = view.Find(terms.Sequence[0]).Documents;
            if (documents is 0 or > MostDocuments)
                continue;
            spelled++;
            var near = Spelling.Near(view, terms.Surface, MaxSpellings);
            if (near.Find(word => word.Documents >= documents * Times) is { Word: { } found } word)
                return Replace(query.Text, atom.Text, Encoding.UTF8.GetString(found), word.Documents);
        }

        return null;
    }

    /// <summary>Numbers and names with digits are what they are.</summary>
    private static bool IsWord(byte[] surface)
    {
        var text = Encoding.UTF8.GetString(surface);
        return text.Length >= ShortestWord && text.All(char.IsLetter);
    }

    private static SuggestedText? Replace(string text, string typed, string word, long documents)
    {
        for (var at = text.Length; at > 0 && (at = text.LastIndexOf(typed, at - 1, StringComparison.Ordinal)) >= 0; )
        {
            var end = at + typed.Length;
            if ((at == 0 || char.IsWhiteSpace(text[at - 1])) && (end == text.Length || char.IsWhiteSpace(text[end])))
                return new SuggestedText(text[..at] + word + text[end..], word, documents);
        }

        return null;
    }
}

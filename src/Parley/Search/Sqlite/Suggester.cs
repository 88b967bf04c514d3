using System.Text;
using Parley.Kernel;
using Parley.Search.Text;

namespace Parley.Search.Sqlite;

/// <summary>Completes, finds titles, and spells, within one session.</summary>
internal sealed class Suggester(DbSession session, long ownerId, int limit)
{
    private const string TitlesSql = "SELECT rowid FROM search_index WHERE search_index MATCH ?1 ORDER BY rowid DESC";

    private readonly TermTable _terms = new(session);

    public SearchSuggestions Suggest(string text)
    {
        var start = LastWord(text);
        var typed = text[start..];
        if (
            typed.Length == 0
            || AtomTerms.Of(new SearchAtom(typed, Quoted: false, Prefix: true)) is not { Prefix: { } prefix } last
        )
            return new SearchSuggestions([], [], []);
        var words = _terms.BeginningWith(prefix, limit + 1, out _);
        var known = words.Exists(word => word.Term.AsSpan().SequenceEqual(prefix));
        var completions = words.Where(word => !word.Term.AsSpan().SequenceEqual(prefix)).Take(limit);
        var spelled =
            words.Count == 0 && !known && last.Sequence.Count == 1 ? Spelling.Near(_terms, last.Surface, limit) : [];
        return new SearchSuggestions(
            [.. completions.Select(word => Text(text, start, last, word))],
            Titles(text),
            [.. spelled.Select(word => Text(text, start, last, word))]
        );
    }

    /// <summary>Where the last word begins; the whole text's end where it ends in a blank or in a filter.</summary>
    private static int LastWord(string text)
    {
        if (text.Length == 0 || char.IsWhiteSpace(text[^1]))
            return text.Length;
        var start = text.Length;
        while (start > 0 && !char.IsWhiteSpace(text[start - 1]))
            start--;
        while (start < text.Length && text[start] is '"' or '-')
            start++;
        return SearchQuery.Parse(text[start..]).Filters.Count > 0 ? text.Length : start;
    }

    /// <summary>The query with its last word replaced; pieces before it in the same identifier stay as typed.</summary>
    private static SuggestedText Text(string text, int start, AtomTerms last, KnownTerm word)
    {
        var completed = Encoding.UTF8.GetString(word.Term);
        var typed = text[start..];
        var kept = last.Sequence.Count == 1 ? "" : typed[..(typed.LastIndexOfAny([.. " /._-:@#'"]) + 1)];
        return new SuggestedText(text[..start] + kept + completed, completed, word.Documents);
    }

    private List<SuggestedTitle> Titles(string text)
    {
        if (TitleExpression.Of(_terms, text) is not { } match)
            return [];
        using var walk = session.Query(TitlesSql);
        walk.BindText(1, match.Utf8);
        var rows = new CandidateRows(session, ownerId, RowFilter.Of(session, ownerId, []));
        var titles = new List<SuggestedTitle>();
        while (titles.Count < limit && walk.Step())
        {
            if (rows.Find(walk.Int64(0)) is { Role: null, Conversation: not null, Title: { } title } row)
                titles.Add(new SuggestedTitle(row.Id, title));
        }

        return titles;
    }
}

using System.Text;
using Parley.Kernel;
using Parley.Search.Matching;

namespace Parley.Search.Sqlite;

/// <summary>Completes, finds titles, and spells, within one session.</summary>
internal sealed class Suggester(DbSession session, IndexView view, long ownerId, int limit)
{
    public SearchSuggestions Suggest(string text)
    {
        var queries = SubmittedQueries.BeginningWith(session, ownerId, text, limit);
        var start = LastWord(text);
        var typed = text[start..];
        if (
            typed.Length == 0
            || AtomTerms.Of(new SearchAtom(typed, Quoted: false, Prefix: true)) is not { Prefix: { } prefix } last
        )
            return new SearchSuggestions([], [], [], queries);
        var words = KnownWords.BeginningWith(view, prefix, limit + 1, out _);
        var known = words.Exists(word => word.Word.AsSpan().SequenceEqual(prefix));
        var completions = words.Where(word => !word.Word.AsSpan().SequenceEqual(prefix)).Take(limit);
        var spelled =
            words.Count == 0 && !known && last.Sequence.Count == 1 ? Spelling.Near(view, last.Surface, limit) : [];
        return new SearchSuggestions(
            [.. completions.Select(word => Text(text, start, last, word))],
            Titles(text),
            [.. spelled.Select(word => Text(text, start, last, word))],
            queries
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
    private static SuggestedText Text(string text, int start, AtomTerms last, KnownWord word)
    {
        var completed = Encoding.UTF8.GetString(word.Word);
        var typed = text[start..];
        var kept = last.Sequence.Count == 1 ? "" : typed[..(typed.LastIndexOfAny([.. " /._-:@#'"]) + 1)];
        return new SuggestedText(text[..start] + kept + completed, completed, word.Documents);
    }

    private List<SuggestedTitle> Titles(string text)
    {
        var rows = new HitRows(session, ownerId);
        var titles = new List<SuggestedTitle>();
        foreach (var id in TitleMatch.Newest(view, text, limit))
        {
            if (rows.Find(id) is { Role: null, Conversation: not null, Title: { } title } row)
                titles.Add(new SuggestedTitle(row.Id, title));
        }

        return titles;
    }
}

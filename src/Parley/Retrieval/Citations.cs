using System.Text;
using Parley.Search;

namespace Parley.Retrieval;

/// <summary>What became of the citations of an answer.</summary>
/// <param name="Given">How many passages the model was told.</param>
/// <param name="Used">Numbers of passages that the answer cites and that bear it, ascending.</param>
/// <param name="Unsupported">Citations of passages that were never given, or that hold no word of the sentence they stand behind.</param>
internal sealed record CitationCheck(int Given, IReadOnlyList<int> Used, int Unsupported);

/// <summary>
/// Holds the citations of an answer, numbers in square brackets, to the passages the model was told. An answer is stored as
/// it was said; whoever shows it leaves out what is not supported (<see cref="Without"/>). Code and links are not looked at.
/// </summary>
internal static class Citations
{
    /// <summary>Sentences with fewer words of weight are not held against their passage: "Yes [1]."</summary>
    private const int FewWords = 3;

    /// <summary>Letters of a word that weighs.</summary>
    private const int LongWord = 4;

    private const int MostWords = 64;

    public static CitationCheck Check(string answer, IReadOnlyList<PassageView> passages)
    {
        var used = new SortedSet<int>();
        var unsupported = 0;
        foreach (var citation in Read(answer))
        {
            if (Supports(answer, citation, passages))
                used.Add(citation.Number);
            else
                unsupported++;
        }

        return new CitationCheck(passages.Count, [.. used], unsupported);
    }

    /// <summary>The answer without the citations that are not supported; itself where all are.</summary>
    public static string Without(string answer, IReadOnlyList<PassageView> passages)
    {
        // What is taken out of "[[9]1]" leaves another one.
        for (string? before = null; !ReferenceEquals(before, answer); )
            (before, answer) = (answer, WithoutOnce(answer, passages));
        return answer;
    }

    private static string WithoutOnce(string answer, IReadOnlyList<PassageView> passages)
    {
        StringBuilder? kept = null;
        var at = 0;
        foreach (var bracket in Read(answer).GroupBy(citation => (citation.Start, citation.End)))
        {
            var all = bracket.ToList();
            var borne = all.FindAll(citation => Supports(answer, citation, passages));
            if (borne.Count == all.Count)
                continue;
            kept ??= new StringBuilder(answer.Length);
            var (start, end) = bracket.Key;
            kept.Append(answer.AsSpan(at, start - at));
            if (borne.Count > 0)
                kept.Append('[').AppendJoin(", ", borne.Select(citation => citation.Number)).Append(']');
            else
                while (kept.Length > 0 && kept[^1] == ' ')
                    kept.Length--;
            at = end;
        }

        return kept is null ? answer : kept.Append(answer.AsSpan(at)).ToString();
    }

    private static bool Supports(string answer, in Citation citation, IReadOnlyList<PassageView> passages)
    {
        if (citation.Number < 1 || citation.Number > passages.Count)
            return false;
        var sentence = answer[SentenceStart(answer, citation.Start)..citation.Start];
        var words = SearchQuery.OfWords(sentence, MostWords);
        words = words with { Clauses = [.. words.Clauses.Where(clause => Weighs(clause.AnyOf[0].Text))] };
        if (words.Clauses.Count < FewWords)
            return true;
        var passage = passages[citation.Number - 1];
        var text = $"{passage.Title}\n{passage.Heading}\n{passage.Asked}\n{passage.Text}";
        return new QueryWindow(words).Shows(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Short words of our own alphabet say nothing; a sign of another may be a word.</summary>
    private static bool Weighs(string word) =>
        word.Length >= LongWord || word.AsSpan().ContainsAnyExceptInRange('\0', '\u024F');

    private static int SentenceStart(string answer, int end)
    {
        // What stands between two citations is the sentence of both: "One [1][2]."
        var at = end;
        while (at > 0 && (answer[at - 1] is ' ' or ']' or '[' or ',' or '.' || char.IsAsciiDigit(answer[at - 1])))
            at--;
        while (at > 0 && answer[at - 1] is not ('.' or '!' or '?' or '\n' or '。'))
            at--;
        return at;
    }

    /// <summary>Numbers in square brackets, alone or with commas between, that are no link and stand in no code.</summary>
    private static IEnumerable<Citation> Read(string answer)
    {
        var code = 0; // how many backticks opened it
        for (var at = 0; at < answer.Length; at++)
        {
            if (answer[at] == '`')
            {
                var ticks = 1;
                while (at + ticks < answer.Length && answer[at + ticks] == '`')
                    ticks++;
                code =
                    code == 0 ? ticks
                    : code == ticks ? 0
                    : code;
                at += ticks - 1;
            }
            else if (
                code == 0
                && answer[at] == '['
                && ReadBracket(answer, at) is { Numbers: { } numbers, End: var end }
            )
            {
                foreach (var number in numbers)
                    yield return new Citation(number, at, end);
                at = end - 1;
            }
        }
    }

    private static (List<int>? Numbers, int End) ReadBracket(string answer, int start)
    {
        const int Longest = 40;
        var close = answer.IndexOf(']', start, Math.Min(Longest, answer.Length - start));
        if (close < 0 || (close + 1 < answer.Length && answer[close + 1] is '(' or ':'))
            return (null, start);
        var numbers = new List<int>();
        foreach (var part in answer.AsSpan(start + 1, close - start - 1).Split(','))
        {
            var text = answer.AsSpan(start + 1, close - start - 1)[part].Trim();
            if (
                text.Length is 0 or > 3
                || !int.TryParse(
                    text,
                    System.Globalization.NumberStyles.None,
                    System.Globalization.CultureInfo.InvariantCulture,
                    out var number
                )
            )
                return (null, start);
            numbers.Add(number);
        }

        return (numbers, close + 1);
    }

    private readonly record struct Citation(int Number, int Start, int End);
}

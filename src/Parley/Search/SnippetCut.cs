using System.Text;
using Parley.Search.Text;

namespace Parley.Search;

/// <summary>Cuts a readable piece out of a UTF-8 text and marks what matched in it.</summary>
internal static class SnippetCut
{
    /// <summary>How far a cut moves to fall between words.</summary>
    private const int WordSearch = 24;

    private const int Lead = 80;
    private const char Ellipsis = '…';

    /// <summary>The piece around <paramref name="found"/>[<paramref name="from"/>] and what follows it, of about <paramref name="window"/> bytes.</summary>
    public static Snippet Cut(ReadOnlySpan<byte> text, ReadOnlySpan<SnippetFinder.Match> found, int from, int window)
    {
        var (start, end) = (0, Math.Min(window, text.Length));
        if (found.Length > 0)
        {
            var (first, last) = (found[from].Start, found[from].End);
            for (var index = from; index < found.Length && found[index].End - first <= window; index++)
                last = Math.Max(last, found[index].End);
            var room = Math.Max(0, window - (last - first));
            start = Math.Max(0, first - Math.Min(Lead, room / 2));
            end = (int)Math.Min(text.Length, Math.Max(last, (long)start + window));
            start = StartAt(text, start, first);
            end = EndAt(text, end, last);
        }
        else
        {
            end = EndAt(text, end, start);
        }

        start = SkipBlanks(text, start, end);
        return Render(text, start, end, found);
    }

    private static int SkipBlanks(ReadOnlySpan<byte> text, int start, int end)
    {
        while (start < end && text[start] <= ' ')
            start++;
        return start;
    }

    /// <summary>The next gap between words from <paramref name="at"/> on, or at least between characters; not past <paramref name="limit"/>.</summary>
    private static int StartAt(ReadOnlySpan<byte> text, int at, int limit)
    {
        if (at == 0)
            return 0;
        for (var near = at; near < Math.Min(limit, at + WordSearch); near++)
        {
            if (text[near - 1] <= ' ')
                return near;
        }

        while (at < limit && !Between(text, at))
            at++;
        return at;
    }

    private static int EndAt(ReadOnlySpan<byte> text, int at, int limit)
    {
        if (at >= text.Length)
            return text.Length;
        for (var near = at; near > Math.Max(limit, at - WordSearch); near--)
        {
            if (text[near] <= ' ')
                return near;
        }

        while (at < text.Length && !Between(text, at))
            at++;
        return at;
    }

    /// <summary>Whether a cut here leaves characters whole, with their accents, joiners and skin tones.</summary>
    private static bool Between(ReadOnlySpan<byte> text, int at)
    {
        if ((text[at] & 0xC0) == 0x80)
            return false;
        _ = Rune.DecodeFromUtf8(text[at..], out var next, out _);
        if (
            CharacterFold.Look(next.Value, out _) is CharacterClass.Dropped or CharacterClass.Voicing
            || Rune.GetUnicodeCategory(next)
                is System.Globalization.UnicodeCategory.SpacingCombiningMark
                    or System.Globalization.UnicodeCategory.NonSpacingMark
        )
            return false;
        const int zeroWidthJoiner = 0x200D;
        _ = Rune.DecodeLastFromUtf8(text[..at], out var before, out _);
        return before.Value != zeroWidthJoiner;
    }

    private static Snippet Render(ReadOnlySpan<byte> text, int start, int end, ReadOnlySpan<SnippetFinder.Match> found)
    {
        var shown = new StringBuilder();
        if (SkipBlanks(text, 0, start) < start)
            shown.Append(Ellipsis);
        var marks = new List<Highlight>();
        var at = start;
        foreach (var match in found)
        {
            // Matches of several atoms may overlap; they are shown as one.
            if (match.End > end || match.Start < start || match.End <= at)
                continue;
            Append(shown, text[at..Math.Max(at, match.Start)]);
            var begin = shown.Length;
            Append(shown, text[Math.Max(at, match.Start)..match.End]);
            if (marks.Count > 0 && marks[^1].End == begin)
                marks[^1] = marks[^1] with { End = shown.Length };
            else
                marks.Add(new Highlight(begin, shown.Length));
            at = match.End;
        }

        Append(shown, text[at..end]);
        while (shown.Length > 0 && shown[^1] == ' ' && (marks.Count == 0 || marks[^1].End < shown.Length))
            shown.Length--;
        if (end < text.Length)
            shown.Append(Ellipsis);
        return new Snippet(shown.ToString(), marks);
    }

    private static void Append(StringBuilder to, ReadOnlySpan<byte> utf8)
    {
        foreach (var unit in Encoding.UTF8.GetString(utf8))
            to.Append(char.IsControl(unit) ? ' ' : unit);
    }
}

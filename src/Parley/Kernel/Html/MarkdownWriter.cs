using System.Text;

namespace Parley.Kernel.Html;

/// <summary>
/// Writes Markdown piece by piece: white space folds as HTML folds it, blocks stand apart by a blank line, lines
/// inside lists and quotes carry their prefix, and emphasis closes right after its last word, because <c>**a **</c>
/// is no emphasis in Markdown.
/// </summary>
internal sealed class MarkdownWriter
{
    private enum Gap : byte
    {
        None,
        Line,
        Blank,
    }

    /// <summary>A prefix of lines; the first stands on the first line only (list markers).</summary>
    private sealed class Prefix(string first, string rest)
    {
        public string First { get; } = first;
        public string Rest { get; } = rest;
        public bool Used { get; set; }
    }

    private readonly record struct Span(string Open, string Close);

    private readonly StringBuilder text = new();
    private readonly List<Prefix> prefixes = [];

    /// <summary>Inline spans (emphasis, links), those already written first.</summary>
    private readonly List<Span> spans = [];
    private int written;
    private Gap gap;
    private bool hardBreak;
    private bool space;
    private bool lineHasText;

    /// <summary>Whether blocks and line breaks become spaces: cells of a table, headings.</summary>
    public bool OneLine { get; set; }

    public override string ToString() => text.ToString();

    /// <summary>The next text begins a block of its own.</summary>
    public void Block() => Break(Gap.Blank);

    /// <summary>The next text begins a line of its own, without a blank line before it.</summary>
    public void Line() => Break(Gap.Line);

    /// <summary>A line break inside a paragraph; a second one in a row parts paragraphs.</summary>
    public void HardBreak()
    {
        if (OneLine || !lineHasText)
        {
            space = true;
        }
        else if (hardBreak)
        {
            Break(Gap.Blank);
        }
        else if (gap == Gap.None)
        {
            hardBreak = true;
            space = false;
        }
    }

    /// <summary>Takes back a blank line that a block at the end of a list's item asked for.</summary>
    public void Tighten() => gap = gap == Gap.Blank ? Gap.Line : gap;

    public void Push(string first, string rest) => prefixes.Add(new Prefix(first, rest));

    public void Pop() => prefixes.RemoveAt(prefixes.Count - 1);

    public void Open(string open, string close) => spans.Add(new Span(open, close));

    /// <summary>Closes the span opened last; one without text leaves nothing.</summary>
    public void Close()
    {
        var last = spans[^1];
        spans.RemoveAt(spans.Count - 1);
        if (written > spans.Count)
        {
            written = spans.Count;
            text.Append(last.Close);
        }
    }

    /// <summary>Text of HTML: white space folds.</summary>
    public void Text(ReadOnlySpan<char> html)
    {
        for (var i = 0; i < html.Length; i++)
        {
            var c = html[i];
            if (c is ' ' or '\n' or '\r' or '\t' or '\f')
            {
                space = true;
                continue;
            }

            Begin();
            if ((c == '<' && IsTag(html[(i + 1)..])) || (c == '&' && IsReference(html[(i + 1)..])))
            {
                text.Append('\\');
            }

            text.Append(c);
        }
    }

    /// <summary>Markdown that is to stand as it is, line by line behind the prefixes.</summary>
    public void Raw(ReadOnlySpan<char> markdown)
    {
        var first = true;
        foreach (var line in markdown.EnumerateLines())
        {
            if (first)
            {
                Begin();
            }
            else
            {
                NewLine(line.IsEmpty);
            }

            first = false;
            text.Append(line);
            lineHasText |= !line.IsEmpty;
        }
    }

    private void Break(Gap kind)
    {
        if (OneLine)
        {
            space = true;
            return;
        }

        CloseWritten();
        hardBreak = false;
        space = false;

        // The first block of a list's item stands behind the marker.
        var atMarker = gap != Gap.None && prefixes is [.., { Used: false, First.Length: > 0 }];
        gap = gap > kind || atMarker ? gap : kind;
    }

    /// <summary>Spans do not run over the end of a block: they are closed and opened again behind it.</summary>
    private void CloseWritten()
    {
        for (; written > 0; written--)
        {
            text.Append(spans[written - 1].Close);
        }
    }

    /// <summary>Everything that was held back until there is something to write.</summary>
    private void Begin()
    {
        if (text.Length == 0)
        {
            WritePrefixes(blank: false);
        }
        else if (gap != Gap.None)
        {
            if (gap == Gap.Blank)
            {
                NewLine(blank: true);
            }

            NewLine(blank: false);
        }
        else if (hardBreak)
        {
            text.Append("  ");
            NewLine(blank: false);
        }
        else if (space && lineHasText)
        {
            text.Append(' ');
        }

        (gap, hardBreak, space, lineHasText) = (Gap.None, false, false, true);
        for (; written < spans.Count; written++)
        {
            text.Append(spans[written].Open);
        }
    }

    private void NewLine(bool blank)
    {
        text.Append('\n');
        WritePrefixes(blank);
        lineHasText = false;
    }

    private void WritePrefixes(bool blank)
    {
        var begin = text.Length;
        foreach (var prefix in prefixes)
        {
            // A blank line parts what is before a list from it: the markers wait for the first line with text.
            if (blank && !prefix.Used && prefix.First.Length > 0)
            {
                break;
            }

            text.Append(
                prefix.Used ? prefix.Rest
                : prefix.First.Length > 0 ? prefix.First
                : prefix.Rest
            );
            prefix.Used |= !blank;
        }

        while (blank && text.Length > begin && text[^1] == ' ')
        {
            text.Length--;
        }
    }

    private static bool IsTag(ReadOnlySpan<char> after) =>
        !after.IsEmpty && (char.IsAsciiLetter(after[0]) || after[0] is '/' or '!' or '?');

    /// <summary><c>amp;</c>, <c>#8217;</c>: Markdown would decode it a second time.</summary>
    private static bool IsReference(ReadOnlySpan<char> after)
    {
        const int longest = 32;
        var end = after[..Math.Min(after.Length, longest)].IndexOf(';');
        return end > 0
            && after[..end].TrimStart('#') is { IsEmpty: false } name
            && name.IndexOfAnyExcept(AsciiLettersAndDigits) < 0;
    }

    private static readonly System.Buffers.SearchValues<char> AsciiLettersAndDigits =
        System.Buffers.SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
}

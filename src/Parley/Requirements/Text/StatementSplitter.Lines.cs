namespace Parley.Requirements;

/// <content>Where lines, blocks and statements begin and end.</content>
internal sealed partial class StatementSplitter
{
    private ReadOnlySpan<char> Line(int at, out int next)
    {
        var end = text.IndexOf('\n', at);
        next = end < 0 ? text.Length : end + 1;
        return text.AsSpan(at, (end < 0 ? text.Length : end) - at);
    }

    /// <summary>Behind the last line of the paragraph or item that begins there.</summary>
    private int Continued(int at, int indent)
    {
        Line(at, out var end);
        for (var lines = 1; end < text.Length; lines++)
        {
            var line = Line(end, out var next);
            var words = line.Trim(" \t");
            var begins =
                words.IsEmpty
                || TextLines.HeadingLevel(words) > 0
                || TextLines.Fence(words) > 0
                || TextLines.ItemMark(words) > 0
                || words.StartsWith("<!--")
                || (words.Contains('|') && words[0] == '|')
                || (TextLines.IsRule(words) && (lines > 1 || TextLines.Underline(words) == 0))
                || (
                    StatementNames.Leading(words, out _) is not null
                    && line.Length - line.TrimStart(" \t").Length <= indent
                );
            if (begins)
            {
                break;
            }

            end = next;
            if (TextLines.Underline(words) > 0)
            {
                break;
            }
        }

        return end;
    }

    /// <summary>Without blanks and the marks of quotations around it.</summary>
    private (int Start, int End) Trim(int start, int end)
    {
        while (start < end && text[start] is ' ' or '\t' or '\n' or '>')
        {
            start++;
        }

        while (end > start && text[end - 1] is ' ' or '\t' or '\n')
        {
            end--;
        }

        return (start, end);
    }

    /// <summary>What a list or table stands under: the sentence that introduces it, else the nearest heading.</summary>
    private int Above() => lead >= 0 ? lead : Nearest();

    private int Nearest()
    {
        for (var level = headings.Length - 1; level > 0; level--)
        {
            if (headings[level] >= 0)
            {
                return headings[level];
            }
        }

        return -1;
    }

    private static string? NameOf(ReadOnlySpan<char> words)
    {
        // A box to be ticked comes before the id.
        if (words.Length > 4 && words[0] == '[' && words[2] == ']')
        {
            words = words[3..].TrimStart(' ');
        }

        return StatementNames.Leading(words, out _);
    }

    private static bool IsLinkDefinition(ReadOnlySpan<char> line)
    {
        var end = line.StartsWith("[") ? line.IndexOf("]: ") : -1;
        return end > 1 && line[(end + 3)..].Contains("://", StringComparison.Ordinal);
    }
}

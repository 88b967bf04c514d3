namespace Parley.Requirements;

/// <summary>What a line of Markdown is. Lines come without their end.</summary>
internal static class TextLines
{
    private const int LongestHeading = 400;
    private const int LongestLead = 70;

    private static readonly string[] Modals = ["shall", "must", "should", "will", "muss", "soll", "can", "may"];

    /// <summary>1 to 6; 0: it is no heading.</summary>
    public static int HeadingLevel(ReadOnlySpan<char> line)
    {
        var level = 0;
        while (level < line.Length && line[level] == '#')
        {
            level++;
        }

        return
            level is >= 1 and <= 6
            && line.Length <= LongestHeading
            && (level == line.Length || line[level] is ' ' or '\t')
            ? level
            : 0;
    }

    /// <summary>How many signs open a block of code; 0: none does.</summary>
    public static int Fence(ReadOnlySpan<char> line)
    {
        if (line.IsEmpty || line[0] is not ('`' or '~'))
        {
            return 0;
        }

        var length = line.IndexOfAnyExcept(line[0]);
        length = length < 0 ? line.Length : length;
        return length >= 3 ? length : 0;
    }

    /// <summary>Characters of the mark that begins an item of a list, its blank included; 0: it begins none.</summary>
    public static int ItemMark(ReadOnlySpan<char> line)
    {
        if (line.Length >= 2 && line[0] is '-' or '*' or '+' or '•' && line[1] is ' ' or '\t')
        {
            return 2;
        }

        var at = 0;
        while (at < line.Length && at < 4 && char.IsAsciiDigit(line[at]))
        {
            at++;
        }

        if (at == 0 && line.Length > 2 && char.IsAsciiLetterLower(line[0]))
        {
            at = line[1] == ')' ? 1 : 0;
        }

        return at > 0 && at + 1 < line.Length && line[at] is '.' or ')' && line[at + 1] is ' ' or '\t' ? at + 2 : 0;
    }

    public static bool IsRule(ReadOnlySpan<char> line)
    {
        if (line.Length < 3 || line[0] is not ('-' or '*' or '_'))
        {
            return false;
        }

        foreach (var c in line)
        {
            if (c != line[0] && c != ' ')
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The line below the head of a table.</summary>
    public static bool IsTableRule(ReadOnlySpan<char> line) =>
        line.Contains('|') && line.Contains('-') && line.IndexOfAnyExcept("|-: \t") < 0;

    /// <summary>The line below a heading of Markdown's other form; 0: none, else its level.</summary>
    public static int Underline(ReadOnlySpan<char> line) =>
        line.Length < 2 ? 0
        : line.IndexOfAnyExcept('=') < 0 ? 1
        : line.IndexOfAnyExcept('-') < 0 ? 2
        : 0;

    /// <summary>A line alone that only introduces what follows: short, no sentence of its own, set in bold or ending with a colon.</summary>
    public static bool IsLead(ReadOnlySpan<char> line)
    {
        if (line.Length is 0 or > LongestLead || line[0] is '|' or '>' or '`')
        {
            return false;
        }

        var plain = line.Trim("*_ ");
        var bold = line.Length > 4 && line.StartsWith("**") && line.EndsWith("**") && !line[2..^2].Contains('*');
        return (bold || plain.EndsWith(':')) && !plain[..^1].ContainsAny(".!?;") && !HasModal(plain);
    }

    /// <summary>A numbered or capital line of a text without Markdown's marks: <c>3.2 Sign in</c>; gives its level, 0: none.</summary>
    public static int PlainHeading(ReadOnlySpan<char> line)
    {
        if (line.Length is < 3 or > 90 || line[^1] is '.' or ':' or ';' or ',' or '!' or '?' || HasModal(line))
        {
            return 0;
        }

        var number = SectionNumber(line, out var end);
        if (number > 0)
        {
            return end < line.Length && char.IsUpper(line[end]) ? Math.Min(number, 6) : 0;
        }

        var letters = 0;
        foreach (var c in line)
        {
            if (char.IsLower(c) || char.IsAsciiDigit(c))
            {
                return 0;
            }

            letters += char.IsUpper(c) ? 1 : 0;
        }

        return letters >= 4 && line.Length <= 60 ? 1 : 0;
    }

    /// <summary>Groups of the number that a heading begins with: 2 of <c>3.2 Sign in</c>; 0: it has none.</summary>
    /// <param name="end">Where its words begin.</param>
    public static int SectionNumber(ReadOnlySpan<char> line, out int end)
    {
        var (groups, at) = (0, 0);
        while (at < line.Length && char.IsAsciiDigit(line[at]) && groups < 8)
        {
            while (at < line.Length && char.IsAsciiDigit(line[at]))
            {
                at++;
            }

            groups++;
            if (at < line.Length && line[at] == '.')
            {
                at++;
            }
            else
            {
                break;
            }
        }

        end = at;
        while (end < line.Length && line[end] is ' ' or '\t')
        {
            end++;
        }

        return groups > 0 && end > at ? groups : 0;
    }

    private static bool HasModal(ReadOnlySpan<char> line)
    {
        foreach (var modal in Modals)
        {
            for (var from = 0; line[from..].IndexOf(modal, StringComparison.OrdinalIgnoreCase) is >= 0 and var found; )
            {
                var at = from + found;
                var end = at + modal.Length;
                if ((at == 0 || line[at - 1] == ' ') && (end == line.Length || !char.IsLetter(line[end])))
                {
                    return true;
                }

                from = end;
            }
        }

        return false;
    }
}

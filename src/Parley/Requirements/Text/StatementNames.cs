namespace Parley.Requirements;

/// <summary>
/// Ids that authors give: <c>REQ-12</c>, <c>NFR-PERF-01</c>, <c>AC-1.2</c>, <c>US3</c>. Capitals, then groups joined by
/// hyphens, the last of which has a number. What standards are called looks the same and is left out.
/// </summary>
internal static class StatementNames
{
    private const int Longest = 40;

    private static readonly string[] Standards =
        "UTF ISO IEC IEEE RFC SHA AES RSA MD HTTP TLS SSL WCAG COVID EN DIN BS ANSI USB IP MP H X EAN PCI CVE FIPS NIST SOC ECMA GPT".Split(
            ' '
        );

    /// <summary>Prefixes that are read without a hyphen, too.</summary>
    private static readonly string[] Usual = "REQ FR NFR US AC TC UC BR SR UR UT IT DS WF SF".Split(' ');

    /// <summary>The id that begins there; 0: none does.</summary>
    public static int LengthAt(ReadOnlySpan<char> text)
    {
        var letters = 0;
        while (letters < text.Length && char.IsAsciiLetterUpper(text[letters]))
        {
            letters++;
        }

        if (letters is 0 or > 10)
        {
            return 0;
        }

        var prefix = text[..letters];
        if (letters < text.Length && char.IsAsciiDigit(text[letters]))
        {
            return IsIn(Usual, prefix) ? letters + Number(text[letters..]) : 0;
        }

        if (IsIn(Standards, prefix))
        {
            return 0;
        }

        var at = letters;
        var end = 0;
        while (at + 1 < text.Length && text[at] is '-' or '_' && at < Longest)
        {
            var group = at + 1;
            var length = 0;
            while (group + length < text.Length && char.IsAsciiLetterUpper(text[group + length]))
            {
                length++;
            }

            var digits = Number(text[(group + length)..]);
            if (length + digits == 0)
            {
                break;
            }

            at = group + length + digits;
            end = digits > 0 ? at : end;
        }

        // "REQ-12a" is one; of "REQ-12th" nothing is.
        if (end > 0 && end < text.Length && char.IsAsciiLetterLower(text[end]))
        {
            end++;
        }

        return end > 0 && (end == text.Length || !char.IsLetterOrDigit(text[end])) ? end : 0;
    }

    /// <summary>The id that a statement begins with, behind marks of emphasis and brackets.</summary>
    /// <param name="length">How much of the text it takes, with what closes behind it; 0: there is none.</param>
    public static string? Leading(ReadOnlySpan<char> text, out int length)
    {
        length = 0;
        var at = 0;
        while (at < text.Length && text[at] is '*' or '_' or '[' or '(' or '`' or '|' or ' ' or '#' or '~')
        {
            at++;
        }

        var found = LengthAt(text[at..]);
        if (found == 0)
        {
            return null;
        }

        var end = at + found;
        var closed = end;
        while (closed < text.Length && text[closed] is '*' or '_' or ']' or ')' or '`')
        {
            closed++;
        }

        // "REQ-3 depends on …" is about it; "REQ-3: …", "REQ-3 The …" is it.
        var rest = text[closed..];
        var next = rest.TrimStart(' ');
        var begins =
            rest.IsEmpty
            || closed > end
            || rest[0] is ':' or '.' or '|' or '\t'
            || (
                next.Length > 0 && (next[0] is '|' or ':' or '-' or '–' or '—' or '(' or '[' || !char.IsLower(next[0]))
            );
        if (!begins)
        {
            return null;
        }

        while (closed < text.Length && text[closed] is ':' or '.' or ' ' or '|' or '-' or '–' or '—' or '*' or '\t')
        {
            closed++;
        }

        length = closed;
        return new string(text.Slice(at, found));
    }

    private static int Number(ReadOnlySpan<char> text)
    {
        var at = 0;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }

        while (at > 0 && at + 1 < text.Length && text[at] == '.' && char.IsAsciiDigit(text[at + 1]))
        {
            at++;
            while (at < text.Length && char.IsAsciiDigit(text[at]))
            {
                at++;
            }
        }

        return at;
    }

    private static bool IsIn(string[] words, ReadOnlySpan<char> word)
    {
        foreach (var one in words)
        {
            if (word.SequenceEqual(one))
            {
                return true;
            }
        }

        return false;
    }
}

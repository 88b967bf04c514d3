namespace Parley.Requirements;

/// <summary>Finds phrases as whole words in text that was made small; one that ends with * may go on.</summary>
internal static class Phrases
{
    /// <summary>Where the first of them begins; -1: none is there.</summary>
    public static int IndexOf(ReadOnlySpan<char> text, string phrase)
    {
        var words = phrase[^1] == '*' ? phrase.AsSpan(0, phrase.Length - 1) : phrase;
        for (var from = 0; text[from..].IndexOf(words) is >= 0 and var found; )
        {
            var at = from + found;
            if (IsAt(text, at, phrase))
            {
                return at;
            }

            from = at + 1;
        }

        return -1;
    }

    public static bool IsAt(ReadOnlySpan<char> text, int at, string phrase)
    {
        var open = phrase[^1] == '*';
        var words = open ? phrase.AsSpan(0, phrase.Length - 1) : phrase;
        if (!text[at..].StartsWith(words))
        {
            return false;
        }

        var end = at + words.Length;
        var begins = at == 0 || !char.IsLetterOrDigit(text[at - 1]) || !char.IsLetterOrDigit(words[0]);
        return begins
            && (open || end == text.Length || !char.IsLetterOrDigit(text[end]) || !char.IsLetterOrDigit(words[^1]));
    }

    public static bool Has(ReadOnlySpan<char> text, string phrase) => IndexOf(text, phrase) >= 0;

    public static bool Starts(ReadOnlySpan<char> text, string phrase) => IsAt(text, 0, phrase);

    public static string? First(ReadOnlySpan<char> text, string[] phrases)
    {
        foreach (var phrase in phrases)
        {
            if (Has(text, phrase))
            {
                return phrase;
            }
        }

        return null;
    }

    /// <summary>Small letters, without marks of emphasis, blanks one at a time.</summary>
    public static string Plain(ReadOnlySpan<char> text)
    {
        var plain = new char[text.Length];
        var length = 0;
        var blank = false;
        foreach (var c in text)
        {
            if (c is '*' or '`' or '~')
            {
                continue;
            }

            if (char.IsWhiteSpace(c))
            {
                blank = length > 0;
                continue;
            }

            if (blank)
            {
                plain[length++] = ' ';
                blank = false;
            }

            // Each blank stands for at least one that was passed over, so there is room.
            plain[length++] = c is '’' ? '\'' : char.ToLowerInvariant(c);
        }

        return new string(plain, 0, length);
    }
}

namespace Parley.Providers;

/// <summary>About how many tokens a text is, for models whose tokenizer is not known.</summary>
internal static class TokenEstimate
{
    /// <summary>
    /// Some four letters of English are a token; of other alphabets two; a Chinese, Japanese or Korean sign is one, and
    /// an emoji two.
    /// </summary>
    public static double Of(ReadOnlySpan<byte> utf8)
    {
        long two = 0;
        long three = 0;
        long four = 0;
        foreach (var b in utf8)
        {
            switch (b)
            {
                case >= 0xF0:
                    four++;
                    break;
                case >= 0xE0:
                    three++;
                    break;
                case >= 0xC0:
                    two++;
                    break;
            }
        }

        var ascii = utf8.Length - (2 * two) - (3 * three) - (4 * four);
        return (ascii / 4.0) + (two / 2.0) + three + (2 * four);
    }

    /// <summary>
    /// Tokens counted from above, where a budget is a promise: what the tokenizers of GPT-4 and GPT-4o (cl100k_base,
    /// o200k_base) make of prose, code, ids and other alphabets stays below it. The tests hold it against both.
    /// </summary>
    public static int AtMost(ReadOnlySpan<char> text)
    {
        var tokens = 0.0;
        for (var at = 0; at < text.Length; )
        {
            var rest = text[at..];
            var length = WordLength(rest);
            if (length > 0)
            {
                tokens += OfWord(rest[..length]);
            }
            else
            {
                length = BlankLength(rest);
                tokens += length > 0 ? OfBlanks(rest[..length]) : OfSign(rest[0]);
                length = Math.Max(length, 1);
            }

            at += length;
        }

        return (int)Math.Ceiling(tokens);
    }

    private static int WordLength(ReadOnlySpan<char> text)
    {
        var length = 0;
        while (length < text.Length && char.IsAsciiLetterOrDigit(text[length]))
        {
            length++;
        }

        return length;
    }

    private static int BlankLength(ReadOnlySpan<char> text)
    {
        var length = 0;
        while (length < text.Length && text[length] is ' ' or '\n' or '\r' or '\t')
        {
            length++;
        }

        return length;
    }

    private static double OfWord(ReadOnlySpan<char> word)
    {
        var digits = 0;
        foreach (var c in word)
        {
            digits += char.IsAsciiDigit(c) ? 1 : 0;
        }

        return digits == word.Length ? Math.Ceiling(digits / 3.0)
            : digits > 0 ? Math.Ceiling(word.Length * 0.7) // ids and hashes have few letters in common with any language
            : OfLetters(word);
    }

    /// <summary>Of a word, and of each word inside a name like thisOne.</summary>
    private static double OfLetters(ReadOnlySpan<char> word)
    {
        var tokens = 0.0;
        for (var at = 0; at < word.Length; )
        {
            var upper = at;
            while (upper < word.Length && char.IsAsciiLetterUpper(word[upper]))
            {
                upper++;
            }

            var lower = upper;
            while (lower < word.Length && char.IsAsciiLetterLower(word[lower]))
            {
                lower++;
            }

            var capitals = upper - at;
            tokens += capitals > 1 ? Math.Ceiling(capitals / 2.0) + OfLower(lower - upper) : OfLower(lower - at);
            at = lower;
        }

        return tokens;
    }

    /// <summary>Long words are put together from several, which few tokenizers know.</summary>
    private static double OfLower(int letters) => Math.Ceiling(letters / (letters > 12 ? 3.0 : 4.0));

    /// <summary>One blank goes with the word behind it.</summary>
    private static double OfBlanks(ReadOnlySpan<char> blanks) =>
        blanks is " " ? 0 : 1 + blanks.Count('\n') / 2.0 + blanks.Length / 16.0;

    private static double OfSign(char c) =>
        c switch
        {
            < '\u0370' => 1,
            < '\u0800' => 1.35, // Greek, Cyrillic, Hebrew, Arabic: the blank before a word is seldom part of it
            >= '\u2000' and < '\u2070' => 1, // dashes, quotation marks, the ellipsis
            >= '\u2e80' and < '\ua000' => 1.5, // Chinese and Japanese
            _ => 2, // half of an emoji, Korean, the scripts of India
        };
}

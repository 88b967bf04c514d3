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
}

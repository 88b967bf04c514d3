namespace Parley.Vectors;

/// <summary>
/// Cuts a text into passages of at most 200 words, at the ends of sentences where there are any: long texts blur a vector.
/// The same text is always cut the same way, so that a part's number is enough to find it again.
/// </summary>
internal static class Passages
{
    private const int MostWords = 200;

    /// <summary>For scripts without spaces, and for what is no prose.</summary>
    private const int MostBytes = 2_400;

    /// <summary>A sentence that ends before this many words does not end a passage.</summary>
    private const int LeastWords = 80;

    /// <summary>What follows in one text is not embedded: 16 MiB of it are some 12,000 passages.</summary>
    private const int MostText = 16 << 20;

    /// <summary>Where the passages of a UTF-8 text are, in order and without gaps but white space; none for a text of white space.</summary>
    public static List<Range> Cut(ReadOnlySpan<byte> text)
    {
        var passages = new List<Range>();
        text = text[..Math.Min(text.Length, MostText)];
        for (var begin = 0; (begin = SkipSpace(text, begin)) < text.Length; )
        {
            var end = End(text, begin);
            passages.Add(begin..end);
            begin = end;
        }

        return passages;
    }

    private static int SkipSpace(ReadOnlySpan<byte> text, int at)
    {
        while (at < text.Length && text[at] <= ' ')
        {
            at++;
        }

        return at;
    }

    private static int End(ReadOnlySpan<byte> text, int begin)
    {
        var (words, sentence, word) = (0, 0, 0);
        var most = Math.Min(text.Length, begin + MostBytes);
        for (var at = begin; at < most; at++)
        {
            if (text[at] > ' ')
            {
                continue;
            }

            // The end of a word, or further space behind it.
            if (text[at - 1] <= ' ')
            {
                continue;
            }

            word = at;
            words++;
            if (words >= LeastWords && EndsSentence(text, at))
            {
                sentence = at;
            }

            if (words == MostWords)
            {
                return sentence > 0 ? sentence : at;
            }
        }

        if (most == text.Length)
        {
            return most;
        }

        return sentence > 0 ? sentence
            : word > begin + (MostBytes / 2) ? word
            : Whole(text, begin, most);
    }

    private static bool EndsSentence(ReadOnlySpan<byte> text, int at) =>
        text[at] == '\n' || text[at - 1] is (byte)'.' or (byte)'!' or (byte)'?';

    /// <summary>Behind the last ideographic full stop of the second half, or else before a character that would be cut.</summary>
    private static int Whole(ReadOnlySpan<byte> text, int begin, int end)
    {
        var half = begin + (MostBytes / 2);
        var stop = text[half..end].LastIndexOf("。"u8);
        if (stop >= 0)
        {
            return half + stop + 3;
        }

        // Never more than three: what is no UTF-8 is cut anywhere.
        for (var back = 0; back < 3 && (text[end] & 0xC0) == 0x80; back++)
        {
            end--;
        }

        return end;
    }
}

namespace Parley.Documents;

/// <summary>
/// Sentences of a paragraph, as ranges: an end mark with a blank and no small letter behind it, a line of a list, an end
/// mark of a script without blanks. What has no end is cut at a blank. Give it to <c>foreach</c>.
/// </summary>
internal ref struct Sentences(ReadOnlySpan<byte> text, int from, int to)
{
    /// <summary>Bytes of a sentence; about 130 words.</summary>
    private const int Longest = 900;

    private readonly ReadOnlySpan<byte> text = text;
    private int at = from;

    public (int Start, int End) Current { get; private set; }

    public readonly Sentences GetEnumerator() => this;

    public bool MoveNext()
    {
        while (at < to && text[at] is (byte)' ' or (byte)'\n' or (byte)'\t')
        {
            at++;
        }

        if (at >= to)
        {
            return false;
        }

        var end = End();
        Current = (at, end);
        at = end;
        return true;
    }

    private readonly int End()
    {
        for (var i = at; i < to; i++)
        {
            if (i - at >= Longest)
            {
                return Blank(i);
            }

            if (text[i] == (byte)'\n' && i + 1 < to && BeginsItem(text[(i + 1)..to]))
            {
                return i + 1;
            }

            if (IsMark(i, out var behind) && EndsSentence(i, behind))
            {
                return behind;
            }
        }

        return to;
    }

    /// <summary>An end mark, with what closes behind it.</summary>
    private readonly bool IsMark(int i, out int behind)
    {
        behind = i + 1;
        var rest = text[i..to];
        var isWide =
            rest.StartsWith("。"u8) || rest.StartsWith("！"u8) || rest.StartsWith("？"u8) || rest.StartsWith("…"u8);
        if (!isWide && text[i] is not ((byte)'.' or (byte)'!' or (byte)'?'))
        {
            return false;
        }

        behind = isWide ? i + 3 : behind;
        while (
            behind < to
            && text[behind] is (byte)'"' or (byte)'\'' or (byte)')' or (byte)']' or (byte)'.' or (byte)'!' or (byte)'?'
        )
        {
            behind++;
        }

        while (
            behind + 3 <= to
            && (
                text[behind..].StartsWith("”"u8)
                || text[behind..].StartsWith("’"u8)
                || text[behind..].StartsWith("」"u8)
            )
        )
        {
            behind += 3;
        }

        return true;
    }

    private readonly bool EndsSentence(int mark, int behind)
    {
        if (text[mark] >= 0x80 && text[mark] != 0xE2)
        {
            return true;
        }

        if (behind >= to)
        {
            return true;
        }

        if (text[behind] is not ((byte)' ' or (byte)'\n' or (byte)'\t'))
        {
            return false;
        }

        var next = behind;
        while (next < to && text[next] is (byte)' ' or (byte)'\n' or (byte)'\t')
        {
            next++;
        }

        // "e.g. this", "J. Doe", "No. 5": what is short before a full stop is shortened.
        var isSmall = next < to && text[next] is >= (byte)'a' and <= (byte)'z';
        return !isSmall && !(text[mark] == (byte)'.' && IsShort(mark));
    }

    private readonly bool IsShort(int mark)
    {
        var begin = mark;
        while (begin > at && text[begin - 1] is not ((byte)' ' or (byte)'\n' or (byte)'\t' or (byte)'('))
        {
            begin--;
        }

        var word = text[begin..mark];
        return word.Length == 1 && char.IsAsciiLetter((char)word[0])
            || word.SequenceEqual("Dr"u8)
            || word.SequenceEqual("Mr"u8)
            || word.SequenceEqual("Mrs"u8)
            || word.SequenceEqual("Ms"u8)
            || word.SequenceEqual("St"u8)
            || word.SequenceEqual("No"u8)
            || word.SequenceEqual("Nr"u8)
            || word.SequenceEqual("vs"u8)
            || word.SequenceEqual("e.g"u8)
            || word.SequenceEqual("i.e"u8)
            || word.SequenceEqual("z.B"u8)
            || word.SequenceEqual("Fig"u8)
            || (word.Length is > 0 and <= 3 && word.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0);
    }

    private static bool BeginsItem(ReadOnlySpan<byte> line)
    {
        line = line.TrimStart(" \t"u8);
        if (line.StartsWith("- "u8) || line.StartsWith("* "u8) || line.StartsWith("+ "u8) || line.StartsWith("• "u8))
        {
            return true;
        }

        var digits = line.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return digits is >= 1 and <= 3 && (line[digits..].StartsWith(". "u8) || line[digits..].StartsWith(") "u8));
    }

    /// <summary>Behind the last blank before there; without one, between two characters.</summary>
    private readonly int Blank(int i)
    {
        var blank = text[at..i].LastIndexOfAny((byte)' ', (byte)'\n');
        if (blank > 0)
        {
            return at + blank + 1;
        }

        while (i > at + 1 && (text[i] & 0xC0) == 0x80)
        {
            i--;
        }

        return i;
    }
}

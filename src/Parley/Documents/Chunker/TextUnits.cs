namespace Parley.Documents;

/// <summary>The smallest thing that is not cut: a sentence, a whole table, a whole block of code.</summary>
/// <param name="EndsBlock">A paragraph, list, table or block of code ends here.</param>
/// <param name="Level">Of the heading it is; 0: none.</param>
internal readonly record struct TextUnit(int Start, int Length, int Words, ChunkKind Kind, bool EndsBlock, int Level)
{
    public int End => Start + Length;
}

/// <summary>Cuts a text into units by its shape: one pass over the lines, then sentences of what is prose.</summary>
internal ref struct TextUnits(ReadOnlySpan<byte> text, TextShape shape)
{
    /// <summary>Bytes of a table or of code that is kept whole; larger ones are cut at ends of lines.</summary>
    public const int Whole = 6 * 1024;

    /// <summary>Bytes of a heading; what is longer is none.</summary>
    private const int LongestHeading = 1_000;

    private readonly ReadOnlySpan<byte> text = text;
    private readonly List<TextUnit> units = [];

    /// <summary>Where each page begins, in bytes: no unit lies on two.</summary>
    public readonly List<TextUnit> Cut(IReadOnlyList<int> pages)
    {
        var from = 0;
        for (var i = 1; i <= pages.Count; i++)
        {
            var to = i < pages.Count ? pages[i] : text.Length;
            Part(from, to);
            from = to;
        }

        Part(from, text.Length);
        return units;
    }

    private readonly void Part(int from, int to)
    {
        if (from >= to)
        {
            return;
        }

        switch (shape)
        {
            case TextShape.Code:
                Lines(from, to, ChunkKind.Code, byParagraph: true);
                break;
            case TextShape.Rows:
                Lines(from, to, ChunkKind.Table, byParagraph: false);
                break;
            default:
                Blocks(from, to, shape == TextShape.Markdown);
                break;
        }
    }

    private readonly void Blocks(int from, int to, bool isMarkdown)
    {
        var at = from;
        while (at < to)
        {
            var line = Line(at, to);
            var words = text[at..line].Trim(" \t\n"u8);
            if (words.IsEmpty)
            {
                at = line;
                continue;
            }

            at =
                isMarkdown && HeadingLevel(words) is > 0 and var level ? Heading(at, line, level)
                : isMarkdown && Fence(words) is { Length: > 0 } fence ? Fenced(at, line, to, fence)
                : isMarkdown && words[0] == (byte)'|' ? TableAt(at, to)
                : Paragraph(at, to, isMarkdown);
        }
    }

    private readonly int Heading(int at, int line, int level)
    {
        Add(at, line, ChunkKind.Prose, endsBlock: true, level);
        return line;
    }

    private readonly int Fenced(int at, int line, int to, ReadOnlySpan<byte> fence)
    {
        var end = line;
        while (end < to)
        {
            var next = Line(end, to);
            var words = text[end..next].Trim(" \t\n"u8);
            end = next;
            if (words.StartsWith(fence) && words.Trim(fence[..1]).IsEmpty)
            {
                break;
            }
        }

        Block(at, end, ChunkKind.Code);
        return end;
    }

    private readonly int TableAt(int at, int to)
    {
        var end = at;
        while (end < to && text[end..Line(end, to)].TrimStart(" \t"u8).StartsWith("|"u8))
        {
            end = Line(end, to);
        }

        Block(at, end, ChunkKind.Table);
        return end;
    }

    /// <summary>To the next empty line, or to what begins another kind of block.</summary>
    private readonly int Paragraph(int at, int to, bool isMarkdown)
    {
        var end = Line(at, to);
        while (end < to)
        {
            var next = Line(end, to);
            var words = text[end..next].Trim(" \t\n"u8);
            if (words.IsEmpty || (isMarkdown && (HeadingLevel(words) > 0 || Fence(words).Length > 0)))
            {
                break;
            }

            end = next;
        }

        var first = units.Count;
        foreach (var (start, stop) in new Sentences(text, at, end))
        {
            Add(start, stop, ChunkKind.Prose, endsBlock: false, level: 0);
        }

        if (units.Count > first)
        {
            units[^1] = units[^1] with { EndsBlock = true };
        }

        return end;
    }

    /// <summary>A table or code: whole where it may be.</summary>
    private readonly void Block(int at, int end, ChunkKind kind)
    {
        if (end - at <= Whole)
        {
            Add(at, end, kind, endsBlock: true, level: 0);
        }
        else
        {
            Lines(at, end, kind, byParagraph: false);
        }
    }

    /// <summary>Lines as units; with <paramref name="byParagraph"/> an empty line ends a block, which is a good place to cut.</summary>
    private readonly void Lines(int from, int to, ChunkKind kind, bool byParagraph)
    {
        for (var at = from; at < to; )
        {
            var line = Line(at, to);
            if (line - at > Whole)
            {
                line = Cut(at, at + Whole); // one line without end
            }

            if (text[at..line].Trim(" \t\n"u8).IsEmpty)
            {
                if (units.Count > 0)
                {
                    units[^1] = units[^1] with { EndsBlock = true };
                }
            }
            else
            {
                Add(at, line, kind, endsBlock: !byParagraph, level: 0);
            }

            at = line;
        }
    }

    private readonly void Add(int at, int end, ChunkKind kind, bool endsBlock, int level)
    {
        var bytes = text[at..end];
        var trimmed = kind == ChunkKind.Prose ? bytes.TrimStart(" \t\n"u8) : bytes.TrimStart((byte)'\n');
        at += bytes.Length - trimmed.Length;
        trimmed = trimmed.TrimEnd(" \t\n"u8);
        if (!trimmed.IsEmpty)
        {
            units.Add(new TextUnit(at, trimmed.Length, WordCount.Of(trimmed), kind, endsBlock, level));
        }
    }

    private readonly int Line(int at, int to)
    {
        var end = text[at..to].IndexOf((byte)'\n');
        return end < 0 ? to : at + end + 1;
    }

    /// <summary>Not within a character.</summary>
    private readonly int Cut(int from, int at)
    {
        while (at > from + 1 && (text[at] & 0xC0) == 0x80)
        {
            at--;
        }

        return at;
    }

    private static int HeadingLevel(ReadOnlySpan<byte> line)
    {
        var level = line.IndexOfAnyExcept((byte)'#');
        return level is >= 1 and <= 6 && line[level] == (byte)' ' && line.Length <= LongestHeading ? level : 0;
    }

    /// <summary>The fence a line opens; empty where it opens none.</summary>
    private static ReadOnlySpan<byte> Fence(ReadOnlySpan<byte> line)
    {
        if (line[0] is not ((byte)'`' or (byte)'~'))
        {
            return default;
        }

        var length = line.IndexOfAnyExcept(line[0]);
        length = length < 0 ? line.Length : length;
        return length >= 3 ? line[..length] : default;
    }
}

/// <summary>Words of a text: what stands between blanks, and of scripts without blanks two characters each.</summary>
internal static class WordCount
{
    public static int Of(ReadOnlySpan<byte> utf8)
    {
        var (words, dense, within) = (0, 0, false);
        foreach (var b in utf8)
        {
            if (b is (byte)' ' or (byte)'\n' or (byte)'\t')
            {
                within = false;
            }
            else if (b is >= 0xE3 and <= 0xED)
            {
                (dense, within) = (dense + 1, false);
            }
            else if (!within && b is < 0x80 or >= 0xC0)
            {
                (words, within) = (words + 1, true);
            }
        }

        return words + ((dense + 1) / 2);
    }
}

using Parley.Kernel;

namespace Parley.Documents;

/// <summary>
/// Cuts a text into pieces of about 200 words: at headings, between blocks, at ends of sentences; never within a table or
/// code that is not very long. Prose that goes on begins with the last sentence of the piece before.
/// <para>
/// Where a long run of prose is cut is decided by the words around (the least hash of a window), not by counting from its
/// beginning: so an edit moves the cuts near it, and those further on stay where they were.
/// </para>
/// </summary>
internal static class Chunker
{
    private const int Least = 120;
    private const int Most = 280;

    /// <summary>Under a heading that follows fewer words than these a piece goes on.</summary>
    private const int Section = 40;

    /// <summary>Bytes of a sentence that is repeated.</summary>
    private const int Overlap = 400;

    /// <summary>Bytes of a piece.</summary>
    private const int Longest = 8 * 1024;

    /// <param name="pages">Where each begins, in bytes.</param>
    public static List<Chunk> Cut(ReadOnlySpan<byte> text, TextShape shape, IReadOnlyList<int> pages)
    {
        var units = new TextUnits(text, shape).Cut(pages);
        var chunks = new List<Chunk>();
        var headings = new Headings(shape == TextShape.Rows ? FirstLine(text) : null);
        var page = 0;
        for (var from = 0; from < units.Count; )
        {
            var to = End(text, units, from);
            var isFollowed = units[from].Level == 0;
            var behind = from;
            while (behind < to && units[behind].Level > 0)
            {
                headings.Enter(text, units[behind++]);
            }

            while (page < pages.Count && pages[page] <= units[from].Start)
            {
                page++;
            }

            chunks.Add(Make(text, units, from, to, isFollowed, page == 0 ? null : page, headings.Path));
            for (var i = behind; i < to; i++)
            {
                if (units[i].Level > 0)
                {
                    headings.Enter(text, units[i]);
                }
            }

            from = to;
        }

        return chunks;
    }

    /// <summary>The unit behind the piece that begins there.</summary>
    private static int End(ReadOnlySpan<byte> text, List<TextUnit> units, int from)
    {
        var (words, content) = (0, 0);
        var (best, bestHash, bestEnds) = (-1, ulong.MaxValue, false);
        for (var i = from; i < units.Count; i++)
        {
            var unit = units[i];
            var isHeading = unit.Level > 0 && i > from && content >= Section;
            var isTooMuch =
                i > from && ((content > 0 && words + unit.Words > Most) || unit.End - units[from].Start > Longest);
            if (isHeading || isTooMuch)
            {
                return isHeading || best < 0 ? BehindHeadings(units, from, i) : best;
            }

            words += unit.Words;
            content += unit.Level > 0 ? 0 : unit.Words;
            var isLast = i + 1 == units.Count || units[i + 1].Level > 0;
            if (words >= Least && unit.Level == 0 && !isLast)
            {
                var hash = Hash(text.Slice(unit.Start, unit.Length));
                if ((unit.EndsBlock && !bestEnds) || (unit.EndsBlock == bestEnds && hash < bestHash))
                {
                    (best, bestHash, bestEnds) = (i + 1, hash, unit.EndsBlock);
                }
            }
        }

        return units.Count;
    }

    /// <summary>Headings at the end of a piece belong to what follows.</summary>
    private static int BehindHeadings(List<TextUnit> units, int from, int to)
    {
        var end = to;
        while (end > from + 1 && units[end - 1].Level > 0)
        {
            end--;
        }

        return units[end - 1].Level > 0 ? to : end;
    }

    private static Chunk Make(
        ReadOnlySpan<byte> text,
        List<TextUnit> units,
        int from,
        int to,
        bool isFollowed,
        int? page,
        string? heading
    )
    {
        var (first, last) = (units[from], units[to - 1]);
        var start = first.Start;
        if (isFollowed && from > 0 && IsRepeated(units[from - 1]) && first.Kind == ChunkKind.Prose)
        {
            start = units[from - 1].Start;
        }

        var words = 0;
        Span<int> kinds = stackalloc int[3];
        for (var i = from; i < to; i++)
        {
            words += units[i].Words;
            kinds[(int)units[i].Kind] += units[i].Length;
        }

        var kind =
            kinds[(int)ChunkKind.Code] * 2 > last.End - first.Start ? ChunkKind.Code
            : kinds[(int)ChunkKind.Table] * 2 > last.End - first.Start ? ChunkKind.Table
            : ChunkKind.Prose;
        var hash = new ContentHash();
        hash.Add(text[start..last.End]);
        return new Chunk(start, last.End - start, kind, page, heading, words, hash.Value);
    }

    private static bool IsRepeated(TextUnit before) =>
        before.Kind == ChunkKind.Prose && before.Level == 0 && before.Length <= Overlap;

    /// <summary>FNV-1a: of the words, whatever stands around them.</summary>
    private static ulong Hash(ReadOnlySpan<byte> words)
    {
        var hash = 14_695_981_039_346_656_037UL;
        foreach (var b in words)
        {
            hash = (hash ^ b) * 1_099_511_628_211UL;
        }

        hash ^= hash >> 32;
        return hash * 0x9E3779B97F4A7C15UL;
    }

    private static string? FirstLine(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOf((byte)'\n');
        var line = (end < 0 ? text : text[..end]).Trim(" \t"u8);
        return line.IsEmpty || line.Length > Overlap ? null : System.Text.Encoding.UTF8.GetString(line);
    }
}

/// <summary>The headings that are open at a place of the text.</summary>
/// <param name="head">Of a text of rows: what its columns are called.</param>
internal sealed class Headings(string? head)
{
    private const int Longest = 200;
    private readonly List<(int Level, string Words)> open = [];

    public string? Path { get; private set; } = head;

    public void Enter(ReadOnlySpan<byte> text, TextUnit heading)
    {
        open.RemoveAll(h => h.Level >= heading.Level);
        var words = System.Text.Encoding.UTF8.GetString(text.Slice(heading.Start, heading.Length)).Trim('#', ' ');
        open.Add((heading.Level, words.Length > Longest ? words[..Longest] : words));
        Path = string.Join('\n', open.ConvertAll(h => h.Words));
    }
}

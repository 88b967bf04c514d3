using System.Buffers;
using System.Text;

namespace Parley.Documents;

/// <summary>How a text is to be cut.</summary>
internal enum TextShape
{
    /// <summary>Paragraphs between empty lines.</summary>
    Plain,

    /// <summary>Headings, fences and tables mean what they mean in Markdown.</summary>
    Markdown,

    /// <summary>Lines of a program or of data.</summary>
    Code,

    /// <summary>Rows under one head, a line each.</summary>
    Rows,
}

/// <summary>
/// The text of a document as it is read: UTF-8, lines end with LF, no control characters but tab. Held to the limits of a
/// document; the deadline is looked at as it grows. Not thread-safe.
/// </summary>
internal sealed class DocumentText(TextShape shape, CancellationToken deadline)
{
    /// <summary>Bytes of a document's text.</summary>
    public const int MostBytes = 64 << 20;

    public const int MostPages = 2_000;

    private readonly ArrayBufferWriter<byte> text = new(4096);
    private readonly List<int> pages = [];
    private bool cut;

    public TextShape Shape => shape;

    /// <summary>What the document calls itself; null: it does not say.</summary>
    public string? Title { get; set; }

    /// <summary>For what is read between two writes.</summary>
    public CancellationToken Deadline => deadline;

    public ReadOnlyMemory<byte> Utf8 => text.WrittenMemory;

    /// <summary>Where each page begins, in bytes; empty where the document has none.</summary>
    public IReadOnlyList<int> Pages => pages;

    public bool IsEmpty => text.WrittenSpan.Trim(" \t\n"u8).IsEmpty;

    /// <summary>What follows is on the next page.</summary>
    /// <exception cref="ExtractionException">One page too many.</exception>
    public void Page()
    {
        if (pages.Count == MostPages)
        {
            throw new ExtractionException($"it has more than {MostPages} pages: hand it over in parts");
        }

        pages.Add(text.WrittenCount);
    }

    /// <exception cref="ExtractionException">It is more text than a document may have.</exception>
    public void Add(ReadOnlySpan<byte> utf8)
    {
        deadline.ThrowIfCancellationRequested();
        if (text.WrittenCount + utf8.Length > MostBytes)
        {
            throw new ExtractionException($"it holds more than {MostBytes >> 20} MB of text: hand it over in parts");
        }

        while (!utf8.IsEmpty)
        {
            var odd = IndexOfControl(utf8);
            if (odd < 0)
            {
                text.Write(utf8);
                cut = false;
                return;
            }

            if (odd > 0)
            {
                text.Write(utf8[..odd]);
                cut = false;
            }

            Control(utf8[odd]);
            utf8 = utf8[(odd + 1)..];
        }
    }

    /// <exception cref="ExtractionException">It is more text than a document may have.</exception>
    public void Add(ReadOnlySpan<char> words)
    {
        Span<byte> some = stackalloc byte[3 * 512];
        while (!words.IsEmpty)
        {
            var take = Math.Min(512, words.Length);
            // A pair stays together.
            take -= take < words.Length && char.IsHighSurrogate(words[take - 1]) && take > 1 ? 1 : 0;
            Add(some[..Encoding.UTF8.GetBytes(words[..take], some)]);
            words = words[take..];
        }
    }

    /// <summary>Ends the line, where there is something on it.</summary>
    public void Line()
    {
        if (text.WrittenCount > 0 && text.WrittenSpan[^1] != (byte)'\n')
        {
            Add("\n"u8);
        }
    }

    /// <summary>Ends the paragraph: an empty line, unless there is one.</summary>
    public void Block()
    {
        Line();
        if (text.WrittenCount > 1 && text.WrittenSpan[^2] != (byte)'\n')
        {
            Add("\n"u8);
        }
    }

    public void Heading(int level, string words)
    {
        words = string.Join(' ', words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (words.Length > 0)
        {
            Block();
            Add("######"u8[..Math.Clamp(level, 1, 6)]);
            Add(" "u8);
            Add(words);
            Block();
        }
    }

    /// <summary>A table of Markdown; its first row is the head.</summary>
    public void Table(List<List<string>> rows)
    {
        rows.RemoveAll(r => r.TrueForAll(string.IsNullOrWhiteSpace));
        var columns = rows.Count == 0 ? 0 : rows.Max(r => r.Count);
        if (columns == 0)
        {
            return;
        }

        Block();
        for (var i = 0; i < rows.Count; i++)
        {
            Row(rows[i], columns);
            if (i == 0)
            {
                Add("|"u8);
                for (var c = 0; c < columns; c++)
                {
                    Add(" --- |"u8);
                }

                Add("\n"u8);
            }
        }

        Block();
    }

    private void Row(List<string> cells, int columns)
    {
        Add("|"u8);
        for (var c = 0; c < columns; c++)
        {
            Add(" "u8);
            var cell = c < cells.Count ? cells[c] : "";
            Add(
                string.Join(' ', cell.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
                    .Replace("|", "\\|", StringComparison.Ordinal)
            );
            Add(" |"u8);
        }

        Add("\n"u8);
    }

    private void Control(byte control)
    {
        // CR LF is one end of line, as is CR alone; others say nothing.
        if (control == (byte)'\r' || (control == (byte)'\n' && !cut))
        {
            text.Write("\n"u8);
        }

        cut = control == (byte)'\r';
    }

    /// <summary>Of the first byte that is not simply copied: a control but tab, or a LF that follows a CR.</summary>
    private int IndexOfControl(ReadOnlySpan<byte> utf8)
    {
        if (cut && utf8[0] == (byte)'\n')
        {
            return 0;
        }

        return utf8.IndexOfAny(Controls);
    }

    private static readonly SearchValues<byte> Controls = SearchValues.Create([
        0,
        1,
        2,
        3,
        4,
        5,
        6,
        7,
        8,
        11,
        12,
        13,
        14,
        15,
        16,
        17,
        18,
        19,
        20,
        21,
        22,
        23,
        24,
        25,
        26,
        27,
        28,
        29,
        30,
        31,
        127,
    ]);
}

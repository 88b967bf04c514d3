using System.Globalization;
using System.Text;

namespace Parley.Documents;

/// <summary>Word documents: headings by their styles, lists, tables, footnotes; what was deleted under review is left out.</summary>
internal sealed class DocxReader(ZipPackage package, DocumentText text)
{
    private const string Main = "word/document.xml";
    private readonly Dictionary<string, int> levels = new(StringComparer.Ordinal);
    private readonly StringBuilder paragraph = new();
    private int level;
    private int list;
    private bool newPage;

    public void Read()
    {
        ReadStyles();
        if (HasPages())
        {
            text.Page();
        }

        Body(package.Get(Main), pages: true);
        foreach (var notes in new[] { "word/footnotes.xml", "word/endnotes.xml" })
        {
            if (package.Find(notes) is { } xml)
            {
                text.Block();
                Body(xml, pages: false);
            }
        }
    }

    private bool HasPages() => package.Get(Main).AsSpan().IndexOf("lastRenderedPageBreak"u8) >= 0;

    /// <summary>Styles by id: which stand for a heading. Ids are in the language of whoever wrote, names are not.</summary>
    private void ReadStyles()
    {
        if (package.Find("word/styles.xml") is not { } xml)
        {
            return;
        }

        var scan = new XmlScan(xml);
        string? style = null;
        for (var token = scan.Read(); token != XmlToken.End; token = scan.Read())
        {
            if (token != XmlToken.Open)
            {
                continue;
            }

            if (scan.Name.SequenceEqual("style"u8))
            {
                style = scan.Attribute("styleId"u8);
            }
            else if (style is not null && scan.Name.SequenceEqual("name"u8))
            {
                var name = scan.Attribute("val"u8)?.ToLowerInvariant() ?? "";
                if (name == "title")
                {
                    levels[style] = 1;
                }
                else if (
                    name.StartsWith("heading ", StringComparison.Ordinal)
                    && Number(name[8..]) is >= 1 and <= 9 and var n
                )
                {
                    levels[style] = n;
                }
            }
            else if (
                style is not null
                && scan.Name.SequenceEqual("outlineLvl"u8)
                && Number(scan.Attribute("val"u8)) is >= 0 and < 9 and var outline
            )
            {
                levels.TryAdd(style, outline + 1);
            }
        }
    }

    private void Body(byte[] xml, bool pages)
    {
        var scan = new XmlScan(xml);
        var tables = new Stack<(List<List<string>> Rows, StringBuilder Cell)>();
        for (var token = scan.Read(); token != XmlToken.End; token = scan.Read())
        {
            if (token == XmlToken.Open)
            {
                Open(ref scan, tables, pages);
            }
            else if (token == XmlToken.Close)
            {
                Close(scan.Name, tables);
            }
        }

        End(null);
    }

    private void Open(ref XmlScan scan, Stack<(List<List<string>> Rows, StringBuilder Cell)> tables, bool pages)
    {
        switch (scan.Name.Length)
        {
            case 1 when scan.Name[0] == (byte)'t':
                if (!scan.IsEmpty && scan.Read() == XmlToken.Text)
                {
                    paragraph.Append(scan.Value);
                }

                break;
            case 1 when scan.Name[0] == (byte)'p':
                (level, list) = (0, -1);
                break;
            case 3 when scan.Name.SequenceEqual("tab"u8):
                paragraph.Append('\t');
                break;
            case 2 when scan.Name.SequenceEqual("br"u8):
                newPage |= pages && scan.Attribute("type"u8) == "page";
                paragraph.Append('\n');
                break;
            case 2 when scan.Name.SequenceEqual("cr"u8):
                paragraph.Append('\n');
                break;
            case 3 when scan.Name.SequenceEqual("tbl"u8):
                tables.Push(([], new StringBuilder()));
                break;
            case 2 when scan.Name.SequenceEqual("tr"u8) && tables.TryPeek(out var table):
                table.Rows.Add([]);
                break;
            case 2 when scan.Name.SequenceEqual("tc"u8) && tables.TryPeek(out var table):
                table.Cell.Clear();
                break;
            case 6 when scan.Name.SequenceEqual("pStyle"u8):
                level = levels.GetValueOrDefault(scan.Attribute("val"u8) ?? "", level);
                break;
            case 10
                when scan.Name.SequenceEqual("outlineLvl"u8)
                    && Number(scan.Attribute("val"u8)) is >= 0 and < 9 and var n:
                level = n + 1;
                break;
            case 4 when scan.Name.SequenceEqual("ilvl"u8):
                list = Number(scan.Attribute("val"u8)) ?? 0;
                break;
            case 21 when scan.Name.SequenceEqual("lastRenderedPageBreak"u8):
                newPage |= pages;
                break;
            case 13 when scan.Name.SequenceEqual("noBreakHyphen"u8):
                paragraph.Append('-');
                break;
            default:
                if (
                    scan.Name.SequenceEqual("del"u8)
                    || scan.Name.SequenceEqual("moveFrom"u8)
                    || scan.Name.SequenceEqual("instrText"u8)
                    || scan.Name.SequenceEqual("Fallback"u8)
                )
                {
                    scan.SkipElement();
                }

                break;
        }
    }

    private void Close(ReadOnlySpan<byte> name, Stack<(List<List<string>> Rows, StringBuilder Cell)> tables)
    {
        if (name.SequenceEqual("p"u8))
        {
            End(tables.TryPeek(out var table) ? table.Cell : null);
        }
        else if (name.SequenceEqual("tc"u8) && tables.TryPeek(out var of) && of.Rows.Count > 0)
        {
            of.Rows[^1].Add(of.Cell.ToString());
            of.Cell.Clear();
        }
        else if (name.SequenceEqual("tbl"u8) && tables.TryPop(out var done))
        {
            if (tables.TryPeek(out var around))
            {
                around.Cell.AppendJoin(' ', done.Rows.SelectMany(r => r));
            }
            else
            {
                Turn();
                text.Table(done.Rows);
            }
        }
    }

    /// <summary>The paragraph is over: it goes into the cell it stands in, or to the text.</summary>
    private void End(StringBuilder? cell)
    {
        var words = paragraph.ToString();
        paragraph.Clear();
        if (cell is not null)
        {
            cell.Append(cell.Length > 0 ? " " : "").Append(words);
            return;
        }

        if (string.IsNullOrWhiteSpace(words))
        {
            return;
        }

        Turn();
        if (level > 0)
        {
            text.Heading(level, words);
        }
        else if (list >= 0)
        {
            text.Line();
            text.Add(new string(' ', 2 * Math.Min(list, 8)) + "- " + words);
            text.Line();
        }
        else
        {
            text.Block();
            text.Add(words);
            text.Block();
        }
    }

    /// <summary>A page break stands inside a paragraph; what follows it begins the page.</summary>
    private void Turn()
    {
        if (newPage && text.Pages.Count > 0)
        {
            text.Block();
            text.Page();
        }

        newPage = false;
    }

    private static int? Number(string? words) =>
        int.TryParse(words, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : null;
}

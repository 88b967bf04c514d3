using System.Globalization;
using System.Text;

namespace Parley.Documents;

/// <summary>OpenDocument texts, and what texts, tables and slides of it have in common: headings, paragraphs, lists, tables, pages.</summary>
internal sealed class OpenDocumentReader(ZipPackage package, DocumentText text)
{
    private const int MostColumns = 200;
    private readonly StringBuilder words = new();
    private List<List<string>>? table;
    private int level;
    private int lists;
    private bool firstOfItem;

    public void Read()
    {
        var scan = new XmlScan(package.Get("content.xml"));
        for (var token = scan.Read(); token != XmlToken.End; token = scan.Read())
        {
            switch (token)
            {
                case XmlToken.Text:
                    Text(scan.Value);
                    break;
                case XmlToken.Open:
                    Open(ref scan);
                    break;
                default:
                    Close(scan.Name);
                    break;
            }
        }
    }

    /// <summary>White space is one blank, as ODF says; more is written as elements.</summary>
    private void Text(string value)
    {
        foreach (var c in value)
        {
            if (c is ' ' or '\t' or '\n' or '\r')
            {
                if (words.Length > 0 && words[^1] is not (' ' or '\n'))
                {
                    words.Append(' ');
                }
            }
            else
            {
                words.Append(c);
            }
        }
    }

    private void Open(ref XmlScan scan)
    {
        var name = scan.Name;
        if (name.SequenceEqual("h"u8))
        {
            level = Number(scan.Attribute("outline-level"u8)) ?? 1;
            words.Clear();
        }
        else if (name.SequenceEqual("p"u8))
        {
            level = 0;
            if (table is null)
            {
                words.Clear();
            }
        }
        else if (name.SequenceEqual("s"u8))
        {
            words.Append(' ', Math.Clamp(Number(scan.Attribute("c"u8)) ?? 1, 1, 80));
        }
        else if (name.SequenceEqual("tab"u8))
        {
            words.Append('\t');
        }
        else if (name.SequenceEqual("line-break"u8))
        {
            words.Append('\n');
        }
        else if (name.SequenceEqual("list"u8))
        {
            lists += scan.IsEmpty ? 0 : 1;
        }
        else if (name.SequenceEqual("list-item"u8))
        {
            firstOfItem = true;
        }
        else if (name.SequenceEqual("page"u8))
        {
            text.Block();
            text.Page();
        }
        else if (name.SequenceEqual("table"u8) && table is null)
        {
            text.Heading(2, package.Has("mimetype") && IsSheet() ? scan.Attribute("name"u8) ?? "" : "");
            table = [];
            words.Clear();
        }
        else if (name.SequenceEqual("table-row"u8))
        {
            table?.Add([]);
        }
        else if (name.SequenceEqual("table-cell"u8) || name.SequenceEqual("covered-table-cell"u8))
        {
            Cells(ref scan);
        }
        else if (
            name.SequenceEqual("tracked-changes"u8)
            || name.SequenceEqual("annotation"u8)
            || name.SequenceEqual("automatic-styles"u8)
            || name.SequenceEqual("font-face-decls"u8)
            || name.SequenceEqual("scripts"u8)
        )
        {
            scan.SkipElement();
        }
    }

    private bool? sheet;

    private bool IsSheet() => sheet ??= package.Get("mimetype").AsSpan().IndexOf("spreadsheet"u8) >= 0;

    /// <summary>A cell that repeats is written as often as anybody could mean it; rows of blanks are thousands of columns long.</summary>
    private void Cells(ref XmlScan scan)
    {
        if (!scan.IsEmpty || table is not { Count: > 0 } rows)
        {
            return;
        }

        var times = Math.Min(Number(scan.Attribute("number-columns-repeated"u8)) ?? 1, MostColumns - rows[^1].Count);
        for (var i = 0; i < times; i++)
        {
            rows[^1].Add("");
        }
    }

    private void Close(ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual("table-cell"u8) && table is { Count: > 0 } rows)
        {
            if (rows[^1].Count < MostColumns)
            {
                rows[^1].Add(words.ToString());
            }

            words.Clear();
        }
        else if (name.SequenceEqual("table"u8) && table is not null)
        {
            foreach (var row in table)
            {
                var end = row.FindLastIndex(cell => !string.IsNullOrWhiteSpace(cell)) + 1;
                row.RemoveRange(end, row.Count - end);
            }

            text.Table(table);
            table = null;
        }
        else if (name.SequenceEqual("list"u8))
        {
            lists = Math.Max(0, lists - 1);
        }
        else if (name.SequenceEqual("p"u8) || name.SequenceEqual("h"u8))
        {
            End();
        }
    }

    private void End()
    {
        if (table is not null)
        {
            words.Append(' ');
            return;
        }

        var line = words.ToString().Trim();
        words.Clear();
        if (line.Length == 0)
        {
            return;
        }

        if (level > 0)
        {
            text.Heading(level, line);
        }
        else if (lists > 0)
        {
            text.Line();
            text.Add(new string(' ', 2 * Math.Min(lists - 1, 8)) + (firstOfItem ? "- " : "  ") + line);
            text.Line();
            firstOfItem = false;
        }
        else
        {
            text.Block();
            text.Add(line);
            text.Block();
        }

        level = 0;
    }

    private static int? Number(string? words) =>
        int.TryParse(words, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : null;
}

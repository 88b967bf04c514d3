using System.Globalization;
using System.Text;

namespace Parley.Documents;

/// <summary>Worksheets, each a page with its name above its rows. Dates, which are stored as numbers, are written as dates.</summary>
internal sealed class XlsxReader(ZipPackage package, DocumentText text)
{
    private const string Main = "xl/workbook.xml";
    private const int MostColumns = 200;
    private readonly List<string> shared = [];
    private readonly List<bool> isDate = [];

    public void Read()
    {
        ReadShared();
        ReadStyles();
        var relations = OfficeParts.Relations(package, Main);
        var scan = new XmlScan(package.Get(Main));
        for (var token = scan.Read(); token != XmlToken.End; token = scan.Read())
        {
            if (token != XmlToken.Open || !scan.Name.SequenceEqual("sheet"u8))
            {
                continue;
            }

            foreach (var (id, (target, type)) in relations)
            {
                if (type.EndsWith("/worksheet", StringComparison.Ordinal) && scan.HasValue(id))
                {
                    text.Page();
                    text.Heading(2, scan.Attribute("name"u8) ?? "");
                    Sheet(package.Get(target));
                    break;
                }
            }
        }
    }

    /// <summary>Words that cells share, by their place; each may be in runs.</summary>
    private void ReadShared()
    {
        if (package.Find("xl/sharedStrings.xml") is not { } xml)
        {
            return;
        }

        var scan = new XmlScan(xml);
        var words = new StringBuilder();
        for (var token = scan.Read(); token != XmlToken.End; token = scan.Read())
        {
            if (token == XmlToken.Open && scan.Name.SequenceEqual("t"u8) && !scan.IsEmpty)
            {
                words.Append(scan.Read() == XmlToken.Text ? scan.Value : "");
            }
            else if (token == XmlToken.Open && scan.Name.SequenceEqual("rPh"u8))
            {
                scan.SkipElement();
            }
            else if (
                scan.Name.SequenceEqual("si"u8) && (token == XmlToken.Close || (token == XmlToken.Open && scan.IsEmpty))
            )
            {
                shared.Add(words.ToString());
                words.Clear();
            }
        }
    }

    /// <summary>Which formats of cells show dates.</summary>
    private void ReadStyles()
    {
        if (package.Find("xl/styles.xml") is not { } xml)
        {
            return;
        }

        var own = new HashSet<int>();
        var scan = new XmlScan(xml);
        var inFormats = false;
        for (var token = scan.Read(); token != XmlToken.End; token = scan.Read())
        {
            if (scan.Name.SequenceEqual("cellXfs"u8))
            {
                inFormats = token == XmlToken.Open;
            }
            else if (token == XmlToken.Open && scan.Name.SequenceEqual("numFmt"u8))
            {
                if (Int(scan.Attribute("numFmtId"u8)) is { } id && ShowsDate(scan.Attribute("formatCode"u8) ?? ""))
                {
                    own.Add(id);
                }
            }
            else if (token == XmlToken.Open && inFormats && scan.Name.SequenceEqual("xf"u8))
            {
                var format = Int(scan.Attribute("numFmtId"u8)) ?? 0;
                isDate.Add(format is (>= 14 and <= 22) or (>= 45 and <= 47) || own.Contains(format));
            }
        }
    }

    private static bool ShowsDate(string format)
    {
        var (quoted, bracket) = (false, false);
        foreach (var c in format)
        {
            quoted ^= c == '"';
            bracket = c == '[' || (bracket && c != ']');
            if (!quoted && !bracket && c is 'y' or 'Y' or 'd' or 'D')
            {
                return true;
            }
        }

        return false;
    }

    private void Sheet(byte[] xml)
    {
        var rows = new List<List<string>>();
        var scan = new XmlScan(xml);
        for (var token = scan.Read(); token != XmlToken.End; token = scan.Read())
        {
            if (token != XmlToken.Open)
            {
                continue;
            }

            if (scan.Name.SequenceEqual("row"u8))
            {
                rows.Add([]);
                text.Deadline.ThrowIfCancellationRequested();
            }
            else if (scan.Name.SequenceEqual("c"u8) && rows.Count > 0 && !scan.IsEmpty)
            {
                Cell(ref scan, rows[^1]);
            }
        }

        text.Table(rows);
    }

    private void Cell(ref XmlScan scan, List<string> row)
    {
        var column = Column(scan.Attribute("r"u8)) ?? row.Count;
        var type = scan.Attribute("t"u8);
        var style = Int(scan.Attribute("s"u8)) ?? -1;
        var words = new StringBuilder();
        var within = scan.Depth;
        while (scan.Depth >= within && scan.Read() is var token && token != XmlToken.End)
        {
            if (token == XmlToken.Open && scan.Name.SequenceEqual("f"u8))
            {
                scan.SkipElement();
            }
            else if (token == XmlToken.Text)
            {
                words.Append(scan.Value);
            }
        }

        if (column >= MostColumns)
        {
            return;
        }

        while (row.Count < column)
        {
            row.Add("");
        }

        row.Add(Shown(words.ToString().Trim(), type, style));
    }

    private string Shown(string value, string? type, int style) =>
        type switch
        {
            "s" => Int(value) is { } at && at < shared.Count ? shared[at] : "",
            "b" => value == "1" ? "TRUE" : "FALSE",
            "str" or "inlineStr" or "e" or "d" => value,
            _ => style >= 0 && style < isDate.Count && isDate[style] ? Date(value) : value,
        };

    /// <summary>Days since 1899-12-30; a fraction is the time of day.</summary>
    private static string Date(string value)
    {
        if (
            !double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var days)
            || days is not (>= 0 and < 2_958_466)
        )
        {
            return value;
        }

        var time = new DateTime(1899, 12, 30, 0, 0, 0, DateTimeKind.Unspecified).AddSeconds(Math.Round(days * 86_400));
        return days < 1 ? time.ToString("HH:mm:ss", CultureInfo.InvariantCulture)
            : time.TimeOfDay == TimeSpan.Zero ? time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
            : time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
    }

    /// <summary>The column of <c>AB12</c>, from 0.</summary>
    private static int? Column(string? reference)
    {
        var column = 0;
        foreach (var c in reference ?? "")
        {
            if (c is not (>= 'A' and <= 'Z'))
            {
                break;
            }

            column = Math.Min(100_000, (column * 26) + c - 'A' + 1);
        }

        return column > 0 ? column - 1 : null;
    }

    private static int? Int(string? words) =>
        int.TryParse(words, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : null;
}

using System.Text;

namespace Parley.Documents;

/// <summary>Slides in their order, each a page: title, words, tables, the speaker's notes.</summary>
internal sealed class PptxReader(ZipPackage package, DocumentText text)
{
    private const string Main = "ppt/presentation.xml";

    public void Read()
    {
        var relations = OfficeParts.Relations(package, Main);
        var scan = new XmlScan(package.Get(Main));
        var slides = new List<string>();
        for (var token = scan.Read(); token != XmlToken.End; token = scan.Read())
        {
            // Two attributes are called id; the one of the relationship begins with letters.
            if (
                token == XmlToken.Open
                && scan.Name.SequenceEqual("sldId"u8)
                && RelationOf(ref scan, relations) is { } slide
            )
            {
                slides.Add(slide);
            }
        }

        foreach (var slide in slides)
        {
            text.Page();
            Slide(package.Get(slide), "Slide", isNotes: false);
            foreach (var (target, type) in OfficeParts.Relations(package, slide).Values)
            {
                if (type.EndsWith("/notesSlide", StringComparison.Ordinal) && package.Find(target) is { } notes)
                {
                    Slide(notes, "Notes", isNotes: true);
                }
            }
        }
    }

    private static string? RelationOf(ref XmlScan scan, Dictionary<string, (string Target, string Type)> relations)
    {
        foreach (var (id, (target, _)) in relations)
        {
            if (scan.HasValue(id))
            {
                return target;
            }
        }

        return null;
    }

    private void Slide(byte[] xml, string what, bool isNotes)
    {
        var scan = new XmlScan(xml);
        var words = new StringBuilder();
        var (isTitle, isSkipped) = (false, false);
        List<List<string>>? table = null;
        var said = !isNotes;
        for (var token = scan.Read(); token != XmlToken.End; token = scan.Read())
        {
            var name = scan.Name;
            if (token == XmlToken.Open && name.SequenceEqual("sp"u8))
            {
                (isTitle, isSkipped) = (false, false);
            }
            else if (token == XmlToken.Open && name.SequenceEqual("ph"u8))
            {
                var type = scan.Attribute("type"u8);
                isTitle = type is "title" or "ctrTitle" && !isNotes;
                isSkipped = type is "sldNum" or "dt" or "ftr" or "hdr" or "sldImg";
            }
            else if (token == XmlToken.Open && name.SequenceEqual("t"u8) && !scan.IsEmpty)
            {
                words.Append(scan.Read() == XmlToken.Text ? scan.Value : "");
            }
            else if (token == XmlToken.Open && name.SequenceEqual("br"u8))
            {
                words.Append('\n');
            }
            else if (token == XmlToken.Open && name.SequenceEqual("tbl"u8))
            {
                table = [];
            }
            else if (token == XmlToken.Open && name.SequenceEqual("tr"u8))
            {
                table?.Add([]);
            }
            else if (token == XmlToken.Open && name.SequenceEqual("Fallback"u8))
            {
                scan.SkipElement();
            }
            else if (token == XmlToken.Close && name.SequenceEqual("tc"u8) && table is { Count: > 0 })
            {
                table[^1].Add(words.ToString());
                words.Clear();
            }
            else if (token == XmlToken.Close && name.SequenceEqual("tbl"u8) && table is not null)
            {
                text.Table(table);
                table = null;
            }
            else if (token == XmlToken.Close && name.SequenceEqual("p"u8))
            {
                if (table is not null)
                {
                    words.Append(' ');
                    continue;
                }

                var line = words.ToString().Trim();
                words.Clear();
                if (line.Length == 0 || isSkipped)
                {
                    continue;
                }

                if (!said)
                {
                    text.Block();
                    text.Add(what + ":");
                    text.Line();
                    said = true;
                }

                Say(line, isTitle);
            }
        }

        text.Block();
    }

    private void Say(string line, bool isTitle)
    {
        if (isTitle)
        {
            text.Heading(2, line);
            return;
        }

        text.Line();
        text.Add(line);
        text.Line();
    }
}

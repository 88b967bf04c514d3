namespace Parley.Documents;

/// <summary>Books: the chapters in the order of the spine.</summary>
internal sealed class EpubReader(ZipPackage package, DocumentText text)
{
    private const int MostChapters = 5_000;

    public void Read()
    {
        if (
            package.Has("META-INF/encryption.xml")
            && package.Get("META-INF/encryption.xml").AsSpan().IndexOf("kind#content"u8) >= 0
        )
        {
            throw new ExtractionException("it is protected (DRM) and cannot be read");
        }

        var book = RootFile();
        var folder = book[..(book.LastIndexOf('/') + 1)];
        var (files, order) = Manifest(package.Get(book));
        foreach (var id in order.Take(MostChapters))
        {
            if (
                files.TryGetValue(id, out var file)
                && package.Find(OfficeParts.Resolve(folder, Uri.UnescapeDataString(file))) is { } chapter
            )
            {
                text.Block();
                HtmlText.Read(Charsets.ToUtf8(chapter), text, mainOnly: false);
            }
        }
    }

    private string RootFile()
    {
        var scan = new XmlScan(package.Get("META-INF/container.xml"));
        for (var token = scan.Read(); token != XmlToken.End; token = scan.Read())
        {
            if (
                token == XmlToken.Open
                && scan.Name.SequenceEqual("rootfile"u8)
                && scan.Attribute("full-path"u8) is { } path
            )
            {
                return path;
            }
        }

        throw new ExtractionException("it is damaged: the book does not say where it begins");
    }

    private static (Dictionary<string, string> Files, List<string> Order) Manifest(byte[] xml)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        var order = new List<string>();
        var scan = new XmlScan(xml);
        for (var token = scan.Read(); token != XmlToken.End; token = scan.Read())
        {
            if (token != XmlToken.Open)
            {
                continue;
            }

            if (scan.Name.SequenceEqual("item"u8))
            {
                if (scan.Attribute("id"u8) is { } id && scan.Attribute("href"u8) is { } file)
                {
                    files[id] = file;
                }
            }
            else if (scan.Name.SequenceEqual("itemref"u8) && scan.Attribute("idref"u8) is { } chapter)
            {
                order.Add(chapter);
            }
        }

        return (files, order);
    }
}

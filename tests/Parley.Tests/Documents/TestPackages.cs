using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Parley.Tests.Documents;

/// <summary>Small documents, each as small as its kind allows, written here.</summary>
internal static class TestPackages
{
    private const string Word = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"";
    private const string Rels = "xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"";
    private const string Office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

    public static byte[] Zip(params (string Name, string Text)[] parts)
    {
        var body = new MemoryStream();
        using (var zip = new ZipArchive(body, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, text) in parts)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(Encoding.UTF8.GetBytes(text));
            }
        }

        return body.ToArray();
    }

    public static byte[] Docx(string body) =>
        Zip(
            (
                "word/styles.xml",
                $"<w:styles {Word}><w:style w:styleId=\"berschrift1\"><w:name w:val=\"heading 1\"/></w:style></w:styles>"
            ),
            ("word/document.xml", $"<?xml version=\"1.0\"?><w:document {Word}><w:body>{body}</w:body></w:document>")
        );

    public static byte[] Letter() =>
        Docx(
            """
            <w:p><w:pPr><w:pStyle w:val="berschrift1"/></w:pPr><w:r><w:t>Tea &amp; water</w:t></w:r></w:p>
            <w:p><w:r><w:t xml:space="preserve">Green tea </w:t></w:r><w:r><w:t>at 80&#xA0;°C.</w:t></w:r><w:del><w:r><w:t>removed words</w:t></w:r></w:del></w:p>
            <w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>first item</w:t></w:r></w:p>
            <w:tbl><w:tr><w:tc><w:p><w:r><w:t>Kind</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>Degrees</w:t></w:r></w:p></w:tc></w:tr>
            <w:tr><w:tc><w:p><w:r><w:t>white|pale</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>75</w:t></w:r></w:p></w:tc></w:tr></w:tbl>
            <w:p><w:r><w:lastRenderedPageBreak/><w:t>On the second page.</w:t></w:r></w:p>
            """
        );

    public static byte[] Pptx() =>
        Zip(
            (
                "ppt/presentation.xml",
                """<p:presentation xmlns:p="p" xmlns:r="r"><p:sldIdLst><p:sldId id="256" r:id="rId2"/><p:sldId id="257" r:id="rId1"/></p:sldIdLst></p:presentation>"""
            ),
            (
                "ppt/_rels/presentation.xml.rels",
                $"""<Relationships {Rels}><Relationship Id="rId1" Type="{Office}/slide" Target="slides/slide1.xml"/><Relationship Id="rId2" Type="{Office}/slide" Target="slides/slide2.xml"/></Relationships>"""
            ),
            ("ppt/slides/slide1.xml", Slide("Last title", "last words")),
            ("ppt/slides/slide2.xml", Slide("First title", "first words")),
            (
                "ppt/slides/_rels/slide2.xml.rels",
                $"""<Relationships {Rels}><Relationship Id="rId1" Type="{Office}/notesSlide" Target="../notesSlides/notesSlide1.xml"/></Relationships>"""
            ),
            (
                "ppt/notesSlides/notesSlide1.xml",
                """<p:notes xmlns:p="p" xmlns:a="a"><p:sp><a:p><a:r><a:t>say it slowly</a:t></a:r></a:p></p:sp></p:notes>"""
            )
        );

    public static byte[] Xlsx() =>
        Zip(
            (
                "xl/workbook.xml",
                """<workbook xmlns:r="r"><sheets><sheet name="Orders" sheetId="1" r:id="rId7"/></sheets></workbook>"""
            ),
            (
                "xl/_rels/workbook.xml.rels",
                $"""<Relationships {Rels}><Relationship Id="rId7" Type="{Office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"""
            ),
            ("xl/sharedStrings.xml", "<sst><si><t>Tea</t></si><si><r><t>Gre</t></r><r><t>en</t></r></si></sst>"),
            ("xl/styles.xml", """<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"""),
            (
                "xl/worksheets/sheet1.xml",
                """
                <worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="inlineStr"><is><t>Day</t></is></c></row>
                <row r="2"><c r="A2" t="s"><v>1</v></c><c r="B2"><f>1+1</f><v>2</v></c><c r="C2" s="1"><v>45292</v></c></row></sheetData></worksheet>
                """
            )
        );

    public static byte[] Odt() =>
        Zip(
            ("mimetype", "application/vnd.oasis.opendocument.text"),
            (
                "content.xml",
                """
                <office:document-content xmlns:office="o" xmlns:text="t" xmlns:table="tb"><office:body><office:text>
                <text:h text:outline-level="2">Brewing</text:h><text:p>Water<text:s text:c="2"/>boils<text:line-break/>at 100.</text:p>
                <text:list><text:list-item><text:p>an item</text:p></text:list-item></text:list>
                <table:table table:name="T"><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell><table:table-cell><text:p>b</text:p></table:table-cell>
                <table:table-cell table:number-columns-repeated="16000"/></table:table-row></table:table>
                </office:text></office:body></office:document-content>
                """
            )
        );

    public static byte[] Epub() =>
        Zip(
            (
                "META-INF/container.xml",
                """<container><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>"""
            ),
            (
                "OEBPS/book.opf",
                """<package><manifest><item id="b" href="two.xhtml"/><item id="a" href="one%20.xhtml"/></manifest><spine><itemref idref="a"/><itemref idref="b"/></spine></package>"""
            ),
            ("OEBPS/one .xhtml", "<html><body><h1>Chapter one</h1><p>It began with <i>tea</i>.</p></body></html>"),
            ("OEBPS/two.xhtml", "<html><body><h1>Chapter two</h1><p>It ended.</p></body></html>")
        );

    public static byte[] Mail() =>
        Encoding.ASCII.GetBytes(
            """
            From: =?utf-8?Q?J=C3=BCrgen_M=2E?= <j@example.org>
            To: ada@example.org
            Subject: =?utf-8?B?R3LDvG5lciBUZWU=?=
            Date: Mon, 2 Nov 2026 10:00:00 +0000
            MIME-Version: 1.0
            Content-Type: multipart/mixed; boundary="b1"

            --b1
            Content-Type: multipart/alternative; boundary=b2

            --b2
            Content-Type: text/html

            <p>the HTML words</p>
            --b2
            Content-Type: text/plain; charset=iso-8859-1
            Content-Transfer-Encoding: quoted-printable

            Gr=FC=DFe aus=20=
            K=F6ln
            --b2--
            --b1
            Content-Type: application/pdf; name="offer.pdf"
            Content-Disposition: attachment; filename="offer.pdf"
            Content-Transfer-Encoding: base64

            JVBERi0=
            --b1--

            """.ReplaceLineEndings("\r\n")
        );

    /// <summary>A PDF with these lines on its pages, in Helvetica.</summary>
    public static byte[] Pdf(params string[][] pages)
    {
        var body = new StringBuilder("%PDF-1.4\n");
        var places = new List<int>();
        void Object(string content)
        {
            places.Add(body.Length);
            body.Append(CultureInfo.InvariantCulture, $"{places.Count} 0 obj\n{content}\nendobj\n");
        }

        var kids = string.Join(' ', Enumerable.Range(0, pages.Length).Select(i => $"{4 + (2 * i)} 0 R"));
        Object("<< /Type /Catalog /Pages 2 0 R >>");
        Object($"<< /Type /Pages /Kids [{kids}] /Count {pages.Length} >>");
        Object("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>");
        foreach (var lines in pages)
        {
            var words = string.Concat(lines.Select(l => $"({l}) Tj 0 -14 Td\n"));
            var stream = $"BT /F1 12 Tf 72 720 Td\n{words}ET";
            Object(
                $"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> /Contents {places.Count + 2} 0 R >>"
            );
            Object($"<< /Length {stream.Length} >>\nstream\n{stream}\nendstream");
        }

        var table = body.Length;
        body.Append(CultureInfo.InvariantCulture, $"xref\n0 {places.Count + 1}\n0000000000 65535 f \n");
        foreach (var place in places)
        {
            body.Append(CultureInfo.InvariantCulture, $"{place:D10} 00000 n \n");
        }

        body.Append(
            CultureInfo.InvariantCulture,
            $"trailer\n<< /Size {places.Count + 1} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n"
        );
        return Encoding.Latin1.GetBytes(body.ToString());
    }

    private static string Slide(string title, string words) =>
        $"""
            <p:sld xmlns:p="p" xmlns:a="a"><p:sp><p:nvPr><p:ph type="title"/></p:nvPr><p:txBody><a:p><a:r><a:t>{title}</a:t></a:r></a:p></p:txBody></p:sp>
            <p:sp><p:txBody><a:p><a:r><a:t>{words}</a:t></a:r></a:p></p:txBody></p:sp></p:sld>
            """;
}

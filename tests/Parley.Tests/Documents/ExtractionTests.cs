using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace Parley.Tests.Documents;

/// <summary>Each kind of document gives the text a person would read in it; what cannot be read says why.</summary>
public sealed class ExtractionTests : IAsyncLifetime
{
    private ParleyApp app = null!;
    private string documents = null!;

    public async ValueTask InitializeAsync()
    {
        app = await ParleyApp.StartAsync();
        documents = $"/api/spaces/{(await app.GetJsonAsync("/api/spaces")).Items()[0].Text("id")}/documents";
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    public static TheoryData<string, byte[], string, int?, string> Readable { get; } =
        new()
        {
            {
                "letter.bin",
                TestPackages.Letter(),
                "docx",
                2,
                "# Tea & water\n\nGreen tea at 80\u00A0°C.\n\n- first item\n\n| Kind | Degrees |\n| --- | --- |\n| white\\|pale | 75 |\n\nOn the second page.\n"
            },
            {
                "talk.pptx",
                TestPackages.Pptx(),
                "pptx",
                2,
                "## First title\n\nfirst words\n\nNotes:\nsay it slowly\n\n## Last title\n\nlast words\n"
            },
            {
                "orders",
                TestPackages.Xlsx(),
                "xlsx",
                1,
                "## Orders\n\n| Tea |  | Day |\n| --- | --- | --- |\n| Green | 2 | 2024-01-01 |\n"
            },
            {
                "x.odt",
                TestPackages.Odt(),
                "odt",
                null,
                "## Brewing\n\nWater  boils\nat 100.\n\n- an item\n\n| a | b |\n| --- | --- |\n"
            },
            {
                "book.epub",
                TestPackages.Epub(),
                "epub",
                null,
                "# Chapter one\n\nIt began with *tea*.\n\n# Chapter two\n\nIt ended.\n"
            },
            {
                "mail.eml",
                TestPackages.Mail(),
                "mail",
                null,
                "# Grüner Tee\n\nFrom: Jürgen M. <j@example.org>\nTo: ada@example.org\nDate: Mon, 2 Nov 2026 10:00:00 +0000\n\nGrüße aus Köln\n\nAttached: offer.pdf\n"
            },
            {
                "a.pdf",
                TestPackages.Pdf(["Page one has words.", "And more."], ["Page two."]),
                "pdf",
                2,
                "Page one has words.\nAnd more.\n\nPage two.\n"
            },
            {
                "page",
                "<!doctype html><title>T</title><nav>menu</nav><h2>Head</h2><p>Words &amp; more.<script>x()</script>"u8.ToArray(),
                "html",
                null,
                "# T\n\nmenu\n\n## Head\n\nWords & more.\n"
            },
            {
                "data.csv",
                "name,degrees\nwhite,75\r\ngreen,80\r\n"u8.ToArray(),
                "csv",
                null,
                "name,degrees\nwhite,75\ngreen,80\n"
            },
            {
                "x.json",
                Encoding.UTF8.GetBytes("{\"a\":[1,2.50,\"" + new string('ä', 1200) + "\"]}"),
                "json",
                null,
                "{\n  \"a\": [\n    1,\n    2.50,\n    \"" + new string('ä', 1200) + "\"\n  ]\n}"
            },
            { "notes.md", "# A\n\nwords\n"u8.ToArray(), "markdown", null, "# A\n\nwords\n" },
            { "main.py", "def tea():\n\treturn 80\n"u8.ToArray(), "code", null, "def tea():\n\treturn 80\n" },
            {
                "old.txt",
                [.. "Gr"u8, 0xFC, 0xDF, .. "e, \u0022"u8, 0x80, .. "5\u0022."u8],
                "text",
                null,
                "Grüße, \"€5\"."
            },
            { "wide.txt", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("Tee für zwei")], "text", null, "Tee für zwei" },
        };

    [Theory, MemberData(nameof(Readable))]
    public async Task A_document_is_read_as_what_its_bytes_are(
        string name,
        byte[] bytes,
        string kind,
        int? pages,
        string text
    )
    {
        var view = await AddAsync(name, bytes);
        Assert.Equal(("ready", null), (view.Text("status"), view.GetProperty("reason").GetString()));
        Assert.Equal(kind, view.Text("kind"));
        Assert.Equal(pages, view.IsNull("pages") ? null : (int)view.Number("pages"));
        var read = await app.Client.GetStringAsync($"/api/documents/{view.Text("id")}/text");
        Assert.Equal(text.TrimEnd('\n'), read.TrimEnd('\n'));
        Assert.True(view.Number("chunks") > 0);
    }

    public static TheoryData<string, byte[], string> Unreadable { get; } =
        new()
        {
            {
                "scan.pdf",
                TestPackages.Pdf([
                    [],
                ]),
                "holds no text"
            },
            { "cut.pdf", TestPackages.Pdf(["words"])[..60], "damaged" },
            { "secret.pdf", Encrypted(), "password" },
            { "old.doc", [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, .. new byte[600]], "old kind" },
            { "a.png", [0x89, .. "PNG\r\n\u001a\n"u8, .. new byte[100]], "image/png" },
            { "noise", [.. Enumerable.Range(0, 4000).Select(i => (byte)(i * 37))], "none of the kinds" },
            { "blank.txt", "  \n \n"u8.ToArray(), "holds no text" },
            { "cut.docx", TestPackages.Letter()[..200], "cut off or damaged" },
            {
                "things.zip",
                TestPackages.Zip(("../../word/document.xml", "<a/>"), ("a.txt", "words")),
                "none of the documents"
            },
            { "bomb.docx", Bomb(), "100 times its size" },
            { "deep.docx", TestPackages.Docx(string.Concat(Enumerable.Repeat("<w:p>", 400))), "nested more than 256" },
            { "a.rtf", "{\\rtf1 words}"u8.ToArray(), "RTF is not read" },
        };

    [Theory, MemberData(nameof(Unreadable))]
    public async Task What_cannot_be_read_says_why_and_can_be_tried_again(string name, byte[] bytes, string reason)
    {
        var view = await AddAsync(name, bytes);
        Assert.Equal("failed", view.Text("status"));
        Assert.Contains(reason, view.Text("reason"), StringComparison.Ordinal);
        var at = $"/api/documents/{view.Text("id")}";
        Assert.Equal("queued", (await app.SendJsonAsync("POST", at + "/retry", null, 202)).Text("status"));
        Assert.Contains(reason, (await app.ReadyAsync(at)).Text("reason"), StringComparison.Ordinal);
        await Problems.AssertAsync(await app.Client.GetAsync(at + "/text"), 404, "not-found");
    }

    [Fact]
    public async Task Entities_of_a_document_stand_for_nothing_and_fetch_nothing()
    {
        var bytes = TestPackages.Zip(
            (
                "word/document.xml",
                """
                <!DOCTYPE x [<!ENTITY a "boom boom boom"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>
                <w:document xmlns:w="w"><w:body><w:p><w:r><w:t>Safe &b; and &c; &amp; &#65;</w:t></w:r></w:p></w:body></w:document>
                """
            )
        );
        var view = await AddAsync("x.docx", bytes);
        var text = await app.Client.GetStringAsync($"/api/documents/{view.Text("id")}/text");
        Assert.Equal("Safe &b; and &c; & A", text.Trim());
    }

    [Fact]
    public async Task Pages_of_a_PDF_are_those_of_its_chunks()
    {
        string[] Lines(int page) =>
            [.. Enumerable.Range(0, 30).Select(i => $"Sentence {i} of page {page} says something about tea.")];
        var view = await AddAsync("long.pdf", TestPackages.Pdf([.. Enumerable.Range(1, 5).Select(Lines)]));
        Assert.Equal(5, view.Number("pages"));
        var chunks = (await app.GetJsonAsync($"/api/documents/{view.Text("id")}/chunks")).Items();
        Assert.All(
            chunks,
            c => Assert.Contains($"of page {c.Number("page")} ", c.Text("text"), StringComparison.Ordinal)
        );
        Assert.Equal([1L, 2, 3, 4, 5], chunks.Select(c => c.Number("page")).Distinct());
    }

    private async Task<JsonElement> AddAsync(string name, byte[] bytes)
    {
        var made = await app.PostFilesAsync(documents, [(name, bytes)]);
        return await app.ReadyAsync($"/api/documents/{made.Items()[0].Text("id")}");
    }

    /// <summary>30 MB of blanks in some kilobytes, and a header that states a few bytes.</summary>
    private static byte[] Bomb()
    {
        var body = new MemoryStream();
        using (var zip = new ZipArchive(body, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = zip.CreateEntry("word/document.xml").Open();
            var blanks = new byte[1 << 20];
            blanks.AsSpan().Fill((byte)' ');
            for (var i = 0; i < 30; i++)
            {
                entry.Write(blanks);
            }
        }

        var bytes = body.ToArray();
        var directory = bytes.AsSpan().LastIndexOf("PK\u0001\u0002"u8);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(directory + 24), 100);
        return bytes;
    }

    /// <summary>One page, and a password that nobody gave.</summary>
    private static byte[] Encrypted()
    {
        var plain = Encoding.Latin1.GetString(TestPackages.Pdf(["words"]));
        var lock_ =
            $"/Encrypt << /Filter /Standard /V 1 /R 2 /O <{new string('A', 64)}> /U <{new string('B', 64)}> /P -4 >> /ID [<00> <00>]";
        return Encoding.Latin1.GetBytes(plain.Replace("/Root 1 0 R", "/Root 1 0 R " + lock_, StringComparison.Ordinal));
    }
}

using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Parley.Import;
using Parley.Kernel.Archives;

namespace Parley.Tests.Import.Sources;

/// <summary>What is handed over, by what it is: folders, tars, gzip, archives within archives, and what is none of them.</summary>
public sealed class ImportSourcesTests : IDisposable
{
    private const string Chat =
        """[{"id":"c1","title":"t","create_time":1,"mapping":{"m":{"parent":null,"message":{"author":{"role":"user"},"content":{"parts":["hello"]}}}}}]""";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("parley-sources-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void A_name_says_nothing()
    {
        Assert.Equal(["x.txt/a.json"], Names(Write("x.txt", ZipMaker.Of(("a.json", "[]")))).Select(n => "x.txt/" + n));
        Assert.Equal(["b.zip"], Names(Write("b.zip", "[]"u8.ToArray())));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_tar_is_read_packed_or_not(bool gzip)
    {
        var tar = Tar(
            gzip,
            new PaxTarEntry(TarEntryType.Directory, "Takeout/"),
            File("Takeout/My Activity/é 中.json", "[1]"),
            new PaxTarEntry(TarEntryType.SymbolicLink, "Takeout/link.json") { LinkName = "/etc/passwd" },
            new PaxTarEntry(TarEntryType.HardLink, "Takeout/hard.json") { LinkName = "Takeout/x" },
            File("../slip.json", "[2]"),
            File("/absolute.json", "[3]"),
            File("Takeout/My Activity/é 中.json", "[4]"),
            File("__MACOSX/._x", "5"),
            File("Takeout/" + new string('n', 300) + ".json", "[6]"),
            File("Takeout/empty.json", "")
        );

        using var source = ImportSources.Open(Write("takeout.bin", tar), "takeout.tgz");

        Assert.Equal(["[1]", "[6]", ""], source.Entries.Select(Text));
        Assert.Equal(
            ["Takeout/My Activity/é 中.json", "Takeout/" + new string('n', 300) + ".json", "Takeout/empty.json"],
            source.Entries.Select(e => e.Name)
        );
        Assert.Equal(
            [
                "it is a link",
                "it is a link",
                "its name points out of the archive",
                "its name is an absolute path",
                "a second entry of that name",
            ],
            source.Skipped.Select(s => s.Reason)
        );
    }

    [Fact]
    public void A_tar_that_ends_early_gives_what_is_there()
    {
        var random = new byte[90_000];
        new Random(1).NextBytes(random);
        var noise = Convert.ToBase64String(random);
        var tar = Tar(true, File("a.json", "[1]"), File("b.json", noise));

        using var source = ImportSources.Open(Write("a.tgz", tar[..(tar.Length / 2)]), "a.tgz");

        Assert.Equal("[1]", Text(source.Entries[0]));
        Assert.Equal("damaged-entry", Assert.Throws<SourceException>(() => Text(source.Entries[1])).Code);
        Assert.Contains("cut off", Assert.Single(source.Skipped).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tar_has_the_limits_of_an_archive()
    {
        var bomb = Tar(true, File("bomb.json", new string(' ', 30 << 20)));

        Assert.Equal(
            "entry-limit",
            Assert.Throws<SourceException>(() => ImportSources.Open(Write("a.tgz", bomb), "a.tgz")).Code
        );
        Assert.Equal(
            "too-many-entries",
            Assert
                .Throws<SourceException>(() =>
                    ImportSources.Open(
                        Write("b.tgz", Tar(true, File("1", "x"), File("2", "x"))),
                        "b.tgz",
                        new ImportOptions { MaxArchiveEntries = 1 }
                    )
                )
                .Code
        );
    }

    [Fact]
    public void Nothing_is_left_of_a_spooled_archive()
    {
        var scratch = folder.CreateSubdirectory("scratch");
        using (
            var source = ImportSources.Open(
                Write("a.tgz", Tar(true, File("a.json", "[1]"))),
                "a.tgz",
                new ImportOptions { ScratchFolder = scratch.FullName }
            )
        )
        {
            Assert.Equal("[1]", Text(source.Entries[0]));
            Assert.True(OperatingSystem.IsWindows() || scratch.GetFileSystemInfos().Length == 0);
        }

        Assert.Empty(scratch.GetFileSystemInfos());
    }

    [Fact]
    public void A_file_packed_alone_is_read_under_its_name()
    {
        using var source = ImportSources.Open(
            Write("c.gz", Gzip(Encoding.UTF8.GetBytes(Chat))),
            "conversations.json.gz"
        );

        Assert.Equal("conversations.json", Assert.Single(source.Entries).Name);
        Assert.Equal(Chat, Text(source.Entries[0]));
        Assert.Equal(Chat, Text(source.Entries[0]));
    }

    [Fact]
    public void A_file_packed_alone_has_limits_too()
    {
        using var source = ImportSources.Open(
            Write("c.gz", Gzip(Encoding.UTF8.GetBytes("[" + new string(' ', 30 << 20) + "]"))),
            "conversations.json.gz"
        );

        Assert.Equal("entry-limit", Assert.Throws<SourceException>(() => Text(source.Entries[0])).Code);
    }

    [Fact]
    public void A_folder_is_walked_in_the_order_of_its_names()
    {
        Directory.CreateDirectory(Path.Combine(folder.FullName, "export", "b", ".hidden"));
        Write("export/b/2.json", "[2]"u8.ToArray());
        Write("export/a.json", "[1]"u8.ToArray());
        Write("export/b/.hidden/3.jsonl", "[3]"u8.ToArray());
        Write("export/empty.json", []);
        Write("export/._a.json", "x"u8.ToArray());
        System.IO.File.CreateSymbolicLink(
            Path.Combine(folder.FullName, "export", "link.json"),
            Path.Combine(folder.FullName, "export", "a.json")
        );

        using var source = ImportSources.Open(Path.Combine(folder.FullName, "export"), "export");

        Assert.Equal(["a.json", "b/.hidden/3.jsonl", "b/2.json"], source.Entries.Select(e => e.Name));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Archives_within_a_zip_are_opened_one_level_deep(bool stored)
    {
        var deepest = ZipMaker.Of(("deep.json", "[3]"));
        var inner = new ZipMaker()
            .Add("conversations.json", Chat)
            .Add("again.zip", deepest)
            .Add("../slip.json", "x")
            .Make();
        var outer = new ZipMaker()
            .Add("first.json", "[0]")
            .Add("not-a-zip.zip", "plain")
            .Add("file-abc-attached.zip", inner);
        outer = stored ? outer.Stored("part/one.zip", inner) : outer.Add("part/one.zip", inner);

        using var source = ImportSources.Open(Write("o.zip", outer.Add("last.json", "[9]").Make()), "o.zip");

        Assert.Equal(
            [
                "first.json",
                "not-a-zip.zip",
                "file-abc-attached.zip",
                "part/one.zip/conversations.json",
                "part/one.zip/again.zip",
                "last.json",
            ],
            source.Entries.Select(e => e.Name)
        );
        Assert.Equal(Chat, Text(source.Entries[3]));
        Assert.Equal(["part/one.zip/../slip.json", "part/one.zip/again.zip"], source.Skipped.Select(s => s.Entry));
    }

    [Fact]
    public void Several_zips_in_a_folder_are_one_source()
    {
        Write("a/1.zip", ZipMaker.Of(("conversations.json", Chat)));
        Write("a/2.zip", ZipMaker.Of(("conversations.json", Chat.Replace("c1", "c2", StringComparison.Ordinal))));

        var run = FormatRun.Of(Path.Combine(folder.FullName, "a"));

        Assert.Equal(["c1", "c2"], run.Conversations.Select(c => c.ProviderId));
    }

    [Fact]
    public void A_bad_archive_within_leaves_the_others()
    {
        var evil = new ZipMaker().Add("x.json", "x", e => e.Flags |= 1).Make();
        using var source = ImportSources.Open(
            Write("o.zip", new ZipMaker().Add("evil.zip", evil).Add("a.json", "[1]").Make()),
            "o.zip"
        );

        Assert.Equal(["evil.zip", "a.json"], source.Entries.Select(e => e.Name));
        Assert.Contains("encrypted", Assert.Single(source.Skipped).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_hold_over_archives_within()
    {
        var inner = ZipMaker.Of(("a.json", "1"), ("b.json", "2"), ("c.json", "3"));
        var outer = new ZipMaker().Add("1.zip", inner).Add("2.zip", inner).Make();

        Assert.Equal(
            "too-many-entries",
            Assert
                .Throws<SourceException>(() =>
                    ImportSources.Open(Write("o.zip", outer), "o.zip", new ImportOptions { MaxArchiveEntries = 5 })
                )
                .Code
        );
    }

    [Fact]
    public void A_file_packed_by_deflate64_is_read()
    {
        // A stored block looks the same in Deflate64: last block, length, its complement, bytes.
        byte[] packed = [1, 3, 0, 0xFC, 0xFF, .. "[1]"u8];

        using var source = ImportSources.Open(
            Write("o.zip", new ZipMaker().Add("a.json", packed, 3, e => e.Method = 9).Make()),
            "o.zip"
        );

        Assert.Equal("[1]", Text(Assert.Single(source.Entries)));
    }

    [Theory]
    [InlineData(new byte[] { 0x52, 0x61, 0x72, 0x21, 0x1A, 0x07 }, "a RAR archive")]
    [InlineData(new byte[] { 0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C }, "a 7-Zip archive")]
    [InlineData(new byte[] { 0x25, 0x50, 0x44, 0x46, 0x2D }, "a PDF document")]
    [InlineData(new byte[] { 0xFF, 0xFE, 0x5B, 0x00 }, "UTF-16")]
    [InlineData(new byte[] { 0x5B, 0x31, 0x5D }, "JSON of no shape that is known")]
    [InlineData(new byte[] { 0x3C, 0x61, 0x3E }, "HTML or XML")]
    [InlineData(new byte[] { 0x68, 0x69 }, "text of no shape")]
    [InlineData(new byte[] { 0x20, 0x0A }, "blank text")]
    [InlineData(new byte[] { 0x00, 0x01, 0x02 }, "binary data")]
    [InlineData(new byte[] { }, "an empty file")]
    public void What_is_not_known_is_named(byte[] bytes, string words)
    {
        using var source = ImportSources.Open(Write("thing.bin", bytes), "thing.bin");

        Assert.StartsWith("thing.bin is ", ImportSources.Seen(source), StringComparison.Ordinal);
        Assert.Contains(words, ImportSources.Seen(source), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_seen_in_an_archive_is_named_too()
    {
        using var empty = ImportSources.Open(Write("e.zip", new ZipMaker().Make()), "e.zip");
        using var many = ImportSources.Open(
            Write("m.zip", ZipMaker.Of([.. Enumerable.Range(0, 7).Select(i => ($"{i}.txt", "x"))])),
            "m.zip"
        );
        using var slips = ImportSources.Open(Write("s.zip", ZipMaker.Of(("../x", "y"))), "s.zip");

        Assert.Equal("it is empty", ImportSources.Seen(empty));
        Assert.EndsWith("; 2 more", ImportSources.Seen(many), StringComparison.Ordinal);
        Assert.Contains("all left out", ImportSources.Seen(slips), StringComparison.Ordinal);
    }

    private IEnumerable<string> Names(string path)
    {
        using var source = ImportSources.Open(path, Path.GetFileName(path));
        return [.. source.Entries.Select(e => e.Name)];
    }

    private string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllBytes(path, bytes);
        return path;
    }

    private static string Text(SourceEntry entry)
    {
        using var reader = new StreamReader(entry.Open());
        return reader.ReadToEnd();
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var to = new MemoryStream();
        using (var gzip = new GZipStream(to, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(bytes);
        }

        return to.ToArray();
    }

    private static PaxTarEntry File(string name, string text) =>
        new(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) };

    private static byte[] Tar(bool gzip, params PaxTarEntry[] entries)
    {
        using var to = new MemoryStream();
        using (var tar = new TarWriter(to, leaveOpen: true))
        {
            foreach (var entry in entries)
            {
                tar.WriteEntry(entry);
            }
        }

        return gzip ? Gzip(to.ToArray()) : to.ToArray();
    }
}

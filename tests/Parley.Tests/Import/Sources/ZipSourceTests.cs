using System.IO.Compression;
using System.Text;
using Parley.Import;
using Parley.Kernel.Archives;

namespace Parley.Tests.Import.Sources;

public sealed partial class ZipSourceTests
{
    [Fact]
    public void Entries_come_with_name_size_and_bytes()
    {
        using var source = new OpenedZip(
            new ZipMaker().Add("a/b.json", "[1]").Stored("c.txt", "plain"u8.ToArray()).Make(comment: "with a comment")
        );

        Assert.Equal(["a/b.json=[1]", "c.txt=plain"], source.Texts);
        Assert.Equal(3, source.Entries[0].Length);
        Assert.Equal(new DateTimeOffset(2025, 9, 1, 12, 0, 0, TimeSpan.Zero), source.Entries[0].Modified);
        Assert.Empty(source.Skipped);
    }

    [Fact]
    public void What_the_framework_and_other_tools_write_is_read()
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var name in (string[])["folder/", "folder/é 中.json", "x.json"])
            {
                using var stream = zip.CreateEntry(name).Open();
                stream.Write(Encoding.UTF8.GetBytes(name));
            }
        }

        using var source = new OpenedZip(memory.ToArray());

        Assert.Equal(["folder/é 中.json=folder/é 中.json", "x.json=x.json"], source.Texts);
    }

    [Fact]
    public void An_entry_may_be_read_side_by_side_with_another_and_again()
    {
        using var source = new OpenedZip(
            ZipMaker.Of(("a.json", new string('a', 100_000)), ("b.json", new string('b', 100_000)))
        );
        using var a = new StreamReader(source.Entries[0].Open());
        using var b = new StreamReader(source.Entries[1].Open());

        for (var i = 0; i < 100_000; i++)
        {
            Assert.Equal(('a', 'b'), ((char)a.Read(), (char)b.Read()));
        }

        Assert.Equal(100_000, source.Text(source.Entries[0]).Length);
    }

    [Theory]
    [InlineData("../evil.json", "out of the archive")]
    [InlineData("a/../../evil.json", "out of the archive")]
    [InlineData("..\\evil.json", "out of the archive")]
    [InlineData("/etc/passwd.json", "absolute")]
    [InlineData("\\\\server\\share.json", "absolute")]
    [InlineData("C:\\evil.json", "absolute")]
    [InlineData("c:evil.json", "absolute")]
    [InlineData("nul\0.json", "NUL")]
    [InlineData("", "no name")]
    public void Names_that_point_elsewhere_are_left_out_and_reported(string name, string reason)
    {
        using var source = new OpenedZip(ZipMaker.Of((name, "[]"), ("good.json", "[]")));

        Assert.Equal(["good.json=[]"], source.Texts);
        Assert.Contains(reason, Assert.Single(source.Skipped).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_are_understood_whatever_wrote_them()
    {
        var zip = new ZipMaker()
            .Add(".\\Takeout\\My Activity\\MyActivity.json", "1")
            .Add("", "2", e => (e.Name, e.Flags) = ("マイアクティビティ.json"u8.ToArray(), 0))
            .Add("", "3", e => (e.Name, e.Flags) = ([0x81, 0x2E, (byte)'j'], 0))
            .Add(
                "",
                "4",
                e =>
                    (e.Name, e.Flags, e.Extra) = (
                        [(byte)'p', 0x82],
                        0,
                        [
                            0x75,
                            0x70,
                            7,
                            0,
                            1,
                            .. BitConverter.GetBytes(Crc32.Of([(byte)'p', 0x82])),
                            (byte)'q',
                            (byte)'r',
                        ]
                    )
            )
            .Add("__MACOSX/._x.json", "5")
            .Add("a/._x.json", "6")
            .Add(".DS_Store", "7");

        using var source = new OpenedZip(zip.Make());

        Assert.Equal(
            ["Takeout/My Activity/MyActivity.json=1", "マイアクティビティ.json=2", "ü.j=3", "qr=4"],
            source.Texts
        );
        Assert.Empty(source.Skipped);
    }

    [Fact]
    public void Links_devices_encrypted_and_strangely_packed_entries_are_left_out()
    {
        var zip = new ZipMaker()
            .Add("link.json", "/etc/passwd", e => e.Attributes = 0xA1FF0000)
            .Add("pipe.json", "", e => e.Attributes = 0x11FF0000)
            .Add("secret.json", "x", e => e.Flags |= 1)
            .Add("lzma.json", "x", e => e.Method = 14)
            .Add("twice.json", "first")
            .Add("twice.json", "second")
            .Add("dos-link.json", "no link on DOS", e => (e.Host, e.Attributes) = (0, 0xA1FF0000));

        using var source = new OpenedZip(zip.Make());

        Assert.Equal(["twice.json=first", "dos-link.json=no link on DOS"], source.Texts);
        Assert.Equal(
            [
                ("link.json", "it is a link"),
                ("pipe.json", "it is no file"),
                ("secret.json", "it is encrypted"),
                ("lzma.json", "it is packed by LZMA, which is not read"),
                ("twice.json", "a second entry of that name"),
            ],
            source.Skipped
        );
    }

    [Fact]
    public void An_archive_that_is_encrypted_as_a_whole_says_so()
    {
        var error = Assert.Throws<SourceException>(() =>
            new OpenedZip(new ZipMaker().Add("conversations.json", "x", e => e.Flags |= 1).Make())
        );

        Assert.Contains("password", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Zip64_sizes_offsets_and_end_records_are_read()
    {
        using var source = new OpenedZip(
            new ZipMaker().Add("a.json", "[64]", e => e.Zip64 = true).Add("b.json", "[b]").Make(zip64End: true)
        );

        Assert.Equal(["a.json=[64]", "b.json=[b]"], source.Texts);
        Assert.Equal(4, source.Entries[0].Length);
    }

    [Fact]
    public void Something_before_the_archive_does_not_matter()
    {
        foreach (var zip64 in (bool[])[false, true])
        {
            using var source = new OpenedZip(
                new ZipMaker()
                    .Add("a.json", "[1]")
                    .Make(before: [.. "PK\u0003\u0004"u8, .. new byte[996]], zip64End: zip64)
            );

            Assert.Equal(["a.json=[1]"], source.Texts);
        }
    }

    [Fact]
    public void Sizes_behind_the_data_are_read()
    {
        using var source = new OpenedZip(new ZipMaker().Add("a.json", "[1]", e => e.Descriptor = true).Make());

        Assert.Equal(["a.json=[1]"], source.Texts);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1_000_000, 5)]
    [InlineData(5, 4_000_000_000)]
    public void Lying_sizes_change_nothing(long less, long stated)
    {
        using var source = new OpenedZip(
            new ZipMaker().Add("a.json", "[12345]", e => e.StatedSize = stated == 0 ? less : stated).Make()
        );

        Assert.Equal(["a.json=[12345]"], source.Texts);
    }

    [Fact]
    public void Packed_sizes_past_the_end_of_the_file_are_seen_through()
    {
        using var source = new OpenedZip(
            new ZipMaker().Add("a.json", "[1]", e => e.StatedPacked = 3_000_000_000).Make()
        );

        Assert.Equal("damaged-entry", Assert.Throws<SourceException>(() => source.Texts).Code);
    }

    [Fact]
    public void Offsets_that_lead_nowhere_are_an_error_of_that_entry()
    {
        using var source = new OpenedZip(
            new ZipMaker()
                .Add("a.json", "[1]", e => e.StatedOffset = 7)
                .Add("far.json", "x", e => e.StatedOffset = 4_000_000)
                .Add("b.json", "[2]")
                .Make()
        );

        Assert.Equal("far.json", Assert.Single(source.Skipped).Entry);
        Assert.Equal("[2]", source.Text(source.Entries.Single(e => e.Name == "b.json")));
        Assert.Throws<SourceException>(() => source.Text(source.Entries.Single(e => e.Name == "a.json")));
    }

    [Fact]
    public void Entries_that_share_data_are_left_out()
    {
        var zip = new ZipMaker().Add("a.json", new string('x', 1000));
        for (var i = 0; i < 20; i++)
        {
            zip.Add($"b{i}.json", [], 1000, e => e.StatedOffset = 0);
        }

        using var source = new OpenedZip(zip.Make());

        Assert.Equal(["a.json"], source.Entries.Select(e => e.Name));
        Assert.Equal(20, source.Skipped.Count(s => s.Reason.Contains("another entry", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_bomb_is_stopped_by_its_ratio()
    {
        var packed = ZipMaker.DeflatedBlanks(200 << 20);
        using var source = new OpenedZip(new ZipMaker().Add("bomb.json", packed, 10, null).Make());

        var error = Assert.Throws<SourceException>(() => source.Count(source.Entries[0]));

        Assert.Equal(("entry-limit", "bomb.json"), (error.Code, error.Entry));
        Assert.Contains("100 times", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Small_files_may_have_any_ratio()
    {
        using var source = new OpenedZip(
            new ZipMaker().Add("blanks.json", ZipMaker.DeflatedBlanks(9 << 20), 10, null).Make()
        );

        Assert.Equal((9 << 20) + 2, source.Count(source.Entries[0]));
    }

    [Fact]
    public void One_entry_and_the_whole_archive_have_limits_counted_while_inflating()
    {
        var options = new ImportOptions { MaxEntryBytes = 1000, MaxArchiveBytes = 5000 };
        var bytes = Enumerable.Range(0, 3000).Select(i => (byte)(i * 31)).ToArray();
        using var source = new OpenedZip(
            new ZipMaker()
                .Add("picture.bin", bytes, e => e.StatedSize = 1)
                .Add("a.json", bytes)
                .Add("b.json", bytes)
                .Make(),
            options
        );

        Assert.Contains(
            "1000 bytes",
            Assert.Throws<SourceException>(() => source.Count(source.Entries[0])).Message,
            StringComparison.Ordinal
        );
        for (var again = 0; again < 3; again++)
        {
            Assert.Equal(3000, source.Count(source.Entries[1]));
        }

        Assert.Contains(
            "5000 bytes",
            Assert.Throws<SourceException>(() => source.Count(source.Entries[2])).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Too_many_entries_are_refused_whatever_the_end_record_says()
    {
        var zip = new ZipMaker();
        for (var i = 0; i < 101; i++)
        {
            zip.Add($"{i}.json", []);
        }

        var options = new ImportOptions { MaxArchiveEntries = 100 };

        Assert.Equal(
            "too-many-entries",
            Assert.Throws<SourceException>(() => new OpenedZip(zip.Make(statedCount: 1), options)).Code
        );
        Assert.Equal(
            "too-many-entries",
            Assert.Throws<SourceException>(() => new OpenedZip(zip.Make(directory: false), options)).Code
        );
    }
}

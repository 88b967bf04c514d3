using System.IO.Compression;
using System.Text;
using Parley.Import;
using Parley.Kernel.Archives;

namespace Parley.Tests.Import.Sources;

/// <summary>Archives that are cut, damaged or empty.</summary>
public sealed partial class ZipSourceTests
{
    [Theory]
    [InlineData(false, true, false)]
    [InlineData(true, true, false)]
    [InlineData(true, false, false)]
    [InlineData(true, true, true)]
    public void Entries_are_found_where_the_directory_is_missing(bool descriptor, bool signed, bool zip64)
    {
        var noise = Enumerable.Range(0, 700_000).Select(i => (byte)((i * 7919) >> 3)).ToArray();
        void Edit(MadeEntry e) => (e.Descriptor, e.Signed, e.Zip64) = (descriptor, signed, zip64);
        var zip = new ZipMaker()
            .Add("a.json", "[1]", Edit)
            .Add("noise.bin", noise, Edit)
            .Add("b.json", "[2]", Edit)
            .Add("last.json", new string('x', 50_000), Edit);
        var whole = zip.Make(directory: false);

        using var source = new OpenedZip(whole[..^20]);

        Assert.Equal(["a.json", "noise.bin", "b.json", "last.json"], source.Entries.Select(e => e.Name));
        Assert.Equal("[1]", source.Text(source.Entries[0]));
        Assert.Equal(noise.Length, source.Count(source.Entries[1]));
        Assert.Equal("[2]", source.Text(source.Entries[2]));
        Assert.Contains("4 entries were found", Assert.Single(source.Skipped).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_entry_that_the_file_ends_within_gives_what_is_there_and_then_says_so()
    {
        var text = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"{i * 7919 % 10007},"));
        var zip = new ZipMaker().Add("a.json", "[" + text + "1]").Make();

        using var source = new OpenedZip(zip[..(zip.Length / 2)]);

        using var stream = source.Entries[0].Open();
        var buffer = new byte[1 << 20];
        var read = 0;
        var error = Assert.Throws<SourceException>(() =>
        {
            int got;
            while ((got = stream.Read(buffer, read, 1000)) > 0)
            {
                read += got;
            }
        });
        Assert.True(read > 10_000);
        Assert.Equal("damaged-entry", error.Code);
    }

    [Fact]
    public void Damaged_data_is_an_error_of_that_entry()
    {
        var zip = new ZipMaker()
            .Add(
                "bad.json",
                string.Concat(Enumerable.Range(0, 5000)),
                e => Array.Fill(e.Packed, (byte)0xFF, e.Packed.Length / 2, 100)
            )
            .Add("flipped.json", "[100]", e => (e.Method, e.Packed, e.StatedPacked) = (0, "[900]"u8.ToArray(), 5))
            .Add("good.json", "[2]");
        using var source = new OpenedZip(zip.Make());

        Assert.Equal("damaged-entry", Assert.Throws<SourceException>(() => source.Count(source.Entries[0])).Code);
        Assert.Contains(
            "checksum",
            Assert.Throws<SourceException>(() => source.Count(source.Entries[1])).Message,
            StringComparison.Ordinal
        );
        Assert.Equal("[2]", source.Text(source.Entries[2]));
    }

    [Fact]
    public void The_checksum_is_that_of_zip()
    {
        Assert.Equal(0xCBF43926, Crc32.Of("123456789"u8));
        Assert.Equal(0u, Crc32.Of([]));
        var crc = new Crc32();
        crc.Add("The quick brown fox "u8);
        crc.Add("jumps over the lazy dog"u8);
        Assert.Equal(0x414FA339u, crc.Value);
    }

    [Fact]
    public void An_empty_zip_has_no_entries()
    {
        using var source = new OpenedZip(new ZipMaker().Make());

        Assert.Empty(source.Entries);
        Assert.Empty(source.Skipped);
    }

    [Fact]
    public void One_part_of_a_split_archive_says_so()
    {
        var zip = ZipMaker.Of(("a.json", "[]"));
        zip[^18] = 3;

        Assert.Equal("split-archive", Assert.Throws<SourceException>(() => new OpenedZip(zip)).Code);
    }

    [Fact]
    public void Any_damage_is_an_error_and_never_more()
    {
        var zip = new ZipMaker()
            .Add("a.json", "[1]")
            .Add("b.json", new string('b', 500), e => e.Descriptor = true)
            .Add("c.json", "[3]", e => e.Zip64 = true)
            .Make(zip64End: true);
        var random = new Random(4);
        for (var round = 0; round < 500; round++)
        {
            var broken = zip.ToArray();
            for (var i = random.Next(1, 6); i > 0; i--)
            {
                broken[random.Next(4, broken.Length)] = (byte)random.Next(256);
            }

            broken = broken[..random.Next(broken.Length / 2, broken.Length + 1)];
            try
            {
                using var source = new OpenedZip(broken);
                foreach (var entry in source.Entries)
                {
                    try
                    {
                        source.Count(entry);
                    }
                    catch (SourceException)
                    {
                        // What it should be.
                    }
                }
            }
            catch (SourceException)
            {
                // The archive as a whole.
            }
        }
    }
}

using System.Text;
using Parley.Import;

namespace Parley.Tests.Import;

public sealed class ZstdStreamTests
{
    private static readonly byte[] Text = Encoding.UTF8.GetBytes(
        string.Concat(Enumerable.Range(0, 50_000).Select(i => $"line {i} of some text\n"))
    );

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_frame_with_or_without_its_content_size_is_read_whole(bool contentSize)
    {
        Assert.Equal(Text, Inflate(ZstdWriter.Compress(Text, contentSize)));
    }

    [Fact]
    public void Frames_one_after_another_are_one_text()
    {
        byte[] skippable = [0x50, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3];
        Assert.Equal(
            "abcdef"u8.ToArray(),
            Inflate([
                .. ZstdWriter.Compress("abc"u8),
                .. skippable,
                .. ZstdWriter.Compress([]),
                .. ZstdWriter.Compress("def"u8),
            ])
        );
    }

    [Fact]
    public void Source_and_reader_may_give_and_take_single_bytes()
    {
        using var stream = new ZstdStream(new Drip(ZstdWriter.Compress("drop by drop"u8)));
        var text = new List<byte>();
        for (var b = stream.ReadByte(); b >= 0; b = stream.ReadByte())
        {
            text.Add((byte)b);
        }

        Assert.Equal("drop by drop", Encoding.UTF8.GetString([.. text]));
    }

    [Fact]
    public void An_end_too_early_is_an_error_at_every_length()
    {
        var whole = ZstdWriter.Compress(Text.AsSpan(0, 500));
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => Inflate(whole[..length]));
        }
    }

    [Fact]
    public void What_is_no_zstd_is_an_error_that_says_so()
    {
        Assert.Contains(
            "damaged",
            Assert.Throws<InvalidDataException>(() => Inflate("{\"json\":1}"u8.ToArray())).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "empty",
            Assert.Throws<InvalidDataException>(() => Inflate([])).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_bomb_is_not_inflated()
    {
        var bomb = ZstdWriter.Compress(new byte[64 << 20]);

        Assert.True(bomb.Length < 10_000);
        Assert.Contains(
            "not read further",
            Assert.Throws<InvalidDataException>(() => Inflate(bomb)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void More_than_the_limit_is_not_inflated()
    {
        using var stream = new ZstdStream(new MemoryStream(ZstdWriter.Compress(Text)), limit: 1000);

        Assert.Throws<InvalidDataException>(() => stream.CopyTo(Stream.Null));
    }

    [Fact]
    public void Random_damage_never_does_worse_than_an_error()
    {
        var whole = ZstdWriter.Compress(Text.AsSpan(0, 5000));
        var random = new Random(7);
        for (var i = 0; i < 500; i++)
        {
            var damaged = whole.ToArray();
            damaged[random.Next(damaged.Length)] ^= (byte)random.Next(1, 256);
            try
            {
                Inflate(damaged);
            }
            catch (InvalidDataException)
            {
                // Some damage shows, some does not: both are fine, anything else is not.
            }
        }
    }

    private static byte[] Inflate(byte[] zstd)
    {
        using var stream = new ZstdStream(new MemoryStream(zstd));
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    /// <summary>Gives one byte at a time.</summary>
    private sealed class Drip(byte[] data) : MemoryStream(data)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(1, buffer.Length)]);
    }
}

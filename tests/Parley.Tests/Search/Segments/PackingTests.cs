using Parley.Search.Segments;

namespace Parley.Tests.Search.Segments;

public sealed class PackingTests
{
    [Fact]
    public void Numbers_of_every_width_and_count_come_back_packed()
    {
        var random = new Random(1);
        for (var bits = 0; bits <= 32; bits++)
        {
            var mask = (uint)((1UL << bits) - 1);
            for (var count = 0; count <= BitPack.BlockLength; count++)
            {
                var values = new uint[count];
                foreach (ref var value in values.AsSpan())
                    value = (uint)random.NextInt64() & mask;
                if (count > 0)
                    values[random.Next(count)] = mask;
                Assert.Equal(count == 0 ? 0 : bits, BitPack.BitsFor(values));

                // What stands behind the packed bytes is another's and must neither be written nor read into a value.
                var packed = new byte[BitPack.Bytes(count, bits) + BitPack.Slack];
                packed.AsSpan().Fill(0xAA);
                BitPack.Pack(values, bits, packed.AsSpan(..^BitPack.Slack));
                Assert.All(packed[^BitPack.Slack..], b => Assert.Equal(0xAA, b));
                var unpacked = new uint[count];
                BitPack.Unpack(packed, bits, unpacked);
                Assert.Equal(values, unpacked);
            }
        }
    }

    [Fact]
    public void Varints_of_every_length_come_back()
    {
        Span<byte> buffer = stackalloc byte[Leb128.MaxBytes];
        for (var bits = 0; bits <= 64; bits++)
        {
            var power = bits == 64 ? 0 : 1UL << bits;
            foreach (var value in (ulong[])[power - 1, power, power + 1])
            {
                var used = 0;
                Leb128.Write(buffer, ref used, value);
                var at = 0;
                Assert.Equal(value, Leb128.Read(buffer, ref at));
                Assert.Equal(used, at);
                Assert.InRange(used, 1, Leb128.MaxBytes);
                at = 0;
                if (value <= int.MaxValue)
                    Assert.Equal((int)value, Leb128.ReadInt32(buffer, ref at));
                else
                    Assert.Throws<SegmentDamagedException>(() => ReadInt32(value));
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("80")]
    [InlineData("FFFFFFFFFF")]
    [InlineData("80808080808080808080")]
    [InlineData("FFFFFFFFFFFFFFFFFFFF01")]
    public void A_varint_without_an_end_is_damage(string hex)
    {
        var bytes = Convert.FromHexString(hex);
        Assert.Throws<SegmentDamagedException>(() => Read(bytes, 0));
        Assert.Throws<SegmentDamagedException>(() => Read(bytes, bytes.Length));
    }

    [Fact]
    public void Codes_of_lengths_ascend_and_decode_to_the_shortest()
    {
        for (var code = 1; code <= byte.MaxValue; code++)
            Assert.True(LengthCode.Decode((byte)code) >= LengthCode.Decode((byte)(code - 1)), $"code {code}");

        var before = (byte)0;
        for (var length = 0; length < 100_000; length++)
        {
            var code = LengthCode.Encode(length);
            Assert.InRange(code, before, before + 1);
            Assert.Equal(code, LengthCode.Encode(LengthCode.Decode(code)));
            Assert.InRange(LengthCode.Decode(code), length - (length / 8), length);
            if (length < 16)
                Assert.Equal(length, LengthCode.Decode(code));
            before = code;
        }

        Assert.InRange(LengthCode.Decode(LengthCode.Encode(int.MaxValue)), int.MaxValue / 8 * 7, int.MaxValue);
    }

    private static ulong Read(byte[] bytes, int at) => Leb128.Read(bytes, ref at);

    private static int ReadInt32(ulong value)
    {
        var buffer = new byte[Leb128.MaxBytes];
        var at = 0;
        Leb128.Write(buffer, ref at, value);
        at = 0;
        return Leb128.ReadInt32(buffer, ref at);
    }
}

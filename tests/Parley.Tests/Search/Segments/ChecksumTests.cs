using System.Globalization;
using Parley.Search.Segments;

namespace Parley.Tests.Search.Segments;

public sealed class ChecksumTests
{
    /// <summary>RFC 3720, B.4, whose values are written byte by byte, and the usual check value.</summary>
    [Theory]
    [InlineData("313233343536373839", 0xE3069283)]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000", 0x8A9136AA)]
    [InlineData("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", 0x62A8AB43)]
    [InlineData("000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F", 0x46DD794E)]
    [InlineData("", 0)]
    public void Published_values_are_met(string hex, uint expected) =>
        Assert.Equal(expected, Checksum.Of(Convert.FromHexString(hex)));

    [Fact]
    public void Pieces_of_any_length_are_as_their_bytes_one_by_one()
    {
        var random = new Random(5);
        var bytes = new byte[40_000];
        random.NextBytes(bytes);
        foreach (var length in (int[])[1, 7, 8, 2047, 6143, 6144, 6145, 12_288, 12_289, 32_768, 40_000])
        {
            var piece = bytes.AsSpan(0, length);
            var slow = 0xFFFF_FFFF;
            foreach (var b in piece)
            {
                slow ^= b;
                for (var bit = 0; bit < 8; bit++)
                    slow = (slow >> 1) ^ ((slow & 1) * 0x82F6_3B78);
            }

            Assert.True(~slow == Checksum.Of(piece), length.ToString(CultureInfo.InvariantCulture));
            Assert.Equal(~slow, Checksum.Of(piece[(length / 3)..], Checksum.Of(piece[..(length / 3)])));
        }
    }
}

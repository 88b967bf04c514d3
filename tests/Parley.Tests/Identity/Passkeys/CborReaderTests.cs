using System.Globalization;
using Parley.Identity.Passkeys;

namespace Parley.Tests.Identity.Passkeys;

/// <summary>The reader of CBOR, held to the examples of RFC 8949, appendix A: read, or refused where authenticators write no such thing.</summary>
public sealed class CborReaderTests
{
    [Theory]
    [InlineData("00", "0")]
    [InlineData("01", "1")]
    [InlineData("0a", "10")]
    [InlineData("17", "23")]
    [InlineData("1818", "24")]
    [InlineData("1819", "25")]
    [InlineData("1864", "100")]
    [InlineData("1903e8", "1000")]
    [InlineData("1a000f4240", "1000000")]
    [InlineData("1b000000e8d4a51000", "1000000000000")]
    [InlineData("20", "-1")]
    [InlineData("29", "-10")]
    [InlineData("3863", "-100")]
    [InlineData("3903e7", "-1000")]
    [InlineData("f4", "false")]
    [InlineData("f5", "true")]
    [InlineData("f6", "null")]
    [InlineData("40", "h''")]
    [InlineData("4401020304", "h'01020304'")]
    [InlineData("60", "\"\"")]
    [InlineData("6161", "\"a\"")]
    [InlineData("6449455446", "\"IETF\"")]
    [InlineData("62225c", "\"\"\\\"")]
    [InlineData("62c3bc", "\"\u00fc\"")]
    [InlineData("63e6b0b4", "\"\u6c34\"")]
    [InlineData("64f0908591", "\"\ud800\udd51\"")]
    [InlineData("80", "[]")]
    [InlineData("83010203", "[1, 2, 3]")]
    [InlineData("8301820203820405", "[1, [2, 3], [4, 5]]")]
    [InlineData(
        "98190102030405060708090a0b0c0d0e0f101112131415161718181819",
        "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25]"
    )]
    [InlineData("a0", "{}")]
    [InlineData("a201020304", "{1: 2, 3: 4}")]
    [InlineData("a26161016162820203", "{\"a\": 1, \"b\": [2, 3]}")]
    [InlineData("826161a161626163", "[\"a\", {\"b\": \"c\"}]")]
    [InlineData(
        "a56161614161626142616361436164614461656145",
        "{\"a\": \"A\", \"b\": \"B\", \"c\": \"C\", \"d\": \"D\", \"e\": \"E\"}"
    )]
    public void What_the_RFC_shows_is_read(string hex, string diagnostic)
    {
        var data = Convert.FromHexString(hex + "ff");
        var reader = CborReader.Of(data, out var length);
        Assert.Equal(hex.Length / 2, length);
        Assert.Equal(diagnostic, Show(ref reader));
        Assert.True(reader.IsAtEnd);
    }

    [Theory]
    [InlineData("c249010000000000000000", "a tag: 18446744073709551616")]
    [InlineData("c349010000000000000000", "a tag: -18446744073709551617")]
    [InlineData("f90000", "0.0")]
    [InlineData("f93c00", "1.0")]
    [InlineData("fa47c35000", "100000.0")]
    [InlineData("fb3ff199999999999a", "1.1")]
    [InlineData("f97c00", "Infinity")]
    [InlineData("f97e00", "NaN")]
    [InlineData("f7", "undefined")]
    [InlineData("f0", "simple(16)")]
    [InlineData("f8ff", "simple(255)")]
    [InlineData("c074323031332d30332d32315432303a30343a30305a", "a tag: a date")]
    [InlineData("d74401020304", "a tag: 23(h'01020304')")]
    [InlineData("d818456449455446", "a tag: 24(h'6449455446')")]
    [InlineData("5f42010243030405ff", "bytes of no definite length")]
    [InlineData("7f657374726561646d696e67ff", "a text of no definite length")]
    [InlineData("9fff", "an array of no definite length")]
    [InlineData("9f018202039f0405ffff", "arrays of no definite length")]
    [InlineData("bf61610161629f0203ffff", "a map of no definite length")]
    [InlineData("ff", "a break alone")]
    [InlineData("", "nothing")]
    [InlineData("18", "a head that ends")]
    [InlineData("19ff", "a number that ends")]
    [InlineData("1817", "23 in two bytes")]
    [InlineData("190018", "24 in three bytes")]
    [InlineData("1a0000ffff", "65535 in five bytes")]
    [InlineData("1b00000000ffffffff", "in nine bytes what five can hold")]
    [InlineData("1c", "a head that means nothing")]
    [InlineData("5818", "24 bytes that are not there")]
    [InlineData("5bffffffffffffffff", "2^64 bytes")]
    [InlineData("7affffffff", "4 GiB of text")]
    [InlineData("61ff", "a text that is no UTF-8")]
    [InlineData("9bffffffffffffffff", "2^64 items")]
    [InlineData("9a7fffffff00", "2^31 items")]
    [InlineData("bb7fffffffffffffff00", "2^63 pairs")]
    [InlineData("a10102a1", "a map and half of another", 3)]
    [InlineData("a2010201", "half a pair")]
    [InlineData("a201020102", "a key twice")]
    [InlineData("a203040102", "keys out of order")]
    [InlineData("a2616201616102", "texts out of order")]
    [InlineData("a220010102", "negative before positive")]
    [InlineData("8181818181818100", "seven levels")]
    [InlineData("a100a100a100a100a10000", "five levels")]
    public void What_no_authenticator_writes_is_refused(string hex, string what, int whole = 0)
    {
        var data = Convert.FromHexString(hex);
        if (whole > 0)
        {
            CborReader.Of(data, out var length);
            Assert.Equal((whole, what), (length, what));
            return;
        }

        Assert.Throws<PasskeyException>(() => CborReader.Of(data, out _));
    }

    /// <summary>Well-formed, and past what a number here can hold.</summary>
    [Theory]
    [InlineData("1bffffffffffffffff")]
    [InlineData("3bffffffffffffffff")]
    public void Numbers_beyond_63_bits_are_passed_over_and_not_read(string hex)
    {
        var data = Convert.FromHexString(hex);
        Assert.Throws<PasskeyException>(() => CborReader.Of(data, out _).Integer());
    }

    [Fact]
    public void No_bytes_at_all_do_more_than_be_refused()
    {
        var random = new Random(1);
        var data = new byte[64];
        for (var round = 0; round < 20_000; round++)
        {
            random.NextBytes(data);
            try
            {
                CborReader.Of(data, out var length);
                Assert.InRange(length, 1, data.Length);
            }
            catch (PasskeyException)
            {
                continue;
            }
        }
    }

    /// <summary>In the RFC's diagnostic notation.</summary>
    private static string Show(ref CborReader reader)
    {
        switch (reader.Peek())
        {
            case CborKind.Unsigned:
            case CborKind.Negative:
                return reader.Integer().ToString(CultureInfo.InvariantCulture);
            case CborKind.Bytes:
                return $"h'{Convert.ToHexStringLower(reader.Bytes())}'";
            case CborKind.Text:
                return $"\"{reader.Text()}\"";
            case CborKind.Array:
                var items = new string[reader.Array()];
                for (var i = 0; i < items.Length; i++)
                {
                    items[i] = Show(ref reader);
                }

                return $"[{string.Join(", ", items)}]";
            case CborKind.Map:
                var pairs = new string[reader.Map()];
                for (var i = 0; i < pairs.Length; i++)
                {
                    pairs[i] = $"{Show(ref reader)}: {Show(ref reader)}";
                }

                return $"{{{string.Join(", ", pairs)}}}";
            default:
                return reader.Truth() switch
                {
                    true => "true",
                    false => "false",
                    null => "null",
                };
        }
    }
}

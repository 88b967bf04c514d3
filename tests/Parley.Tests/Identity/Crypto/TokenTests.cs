using System.Buffers.Text;
using Parley.Identity.Crypto;

namespace Parley.Tests.Identity.Crypto;

/// <summary>S10 and S8: signatures and one-time codes held to the vectors of their RFCs.</summary>
public sealed class TokenTests
{
    /// <summary>RFC 7515, appendix A.1.</summary>
    private const string Example =
        "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
        + ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
        + ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    private static readonly byte[] Key = Base64Url.DecodeFromChars(
        "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"
    );

    [Fact]
    public void S10_the_signature_of_RFC_7515_is_made_and_verified()
    {
        var header = "{\"typ\":\"JWT\",\r\n \"alg\":\"HS256\"}"u8;
        var payload = "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}"u8;
        Assert.Equal(Example, Jws.Sign(header, payload, Key));
        Assert.Equal(payload, Jws.Verify(Example, Key)!);
        Assert.Equal(header, Jws.Header(Example)!);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a.b")]
    [InlineData("eyJhbGciOiJub25lIn0.e30.")]
    [InlineData(Example + "=")]
    [InlineData(Example + " ")]
    [InlineData(Example + ".e30")]
    [InlineData(Example + "é")]
    public void S10_what_is_not_signed_is_nothing(string token) => Assert.Null(Jws.Verify(token, Key));

    [Fact]
    public void S10_any_changed_character_ends_the_signature()
    {
        for (var i = 0; i < Example.Length; i++)
        {
            var changed = Example.ToCharArray();
            changed[i] = changed[i] == 'A' ? 'B' : 'A';
            var text = new string(changed);
            Assert.True(text == Example || Jws.Verify(text, Key) is null, $"character {i}");
        }
    }

    /// <summary>RFC 6238, appendix B.</summary>
    [Theory]
    [InlineData(59, 94287082)]
    [InlineData(1111111109, 7081804)]
    [InlineData(1111111111, 14050471)]
    [InlineData(1234567890, 89005924)]
    [InlineData(2000000000, 69279037)]
    [InlineData(20000000000, 65353130)]
    public void S8_one_time_codes_are_those_of_RFC_6238(long seconds, int code) =>
        Assert.Equal(
            code,
            OneTimeCode.Code(
                "12345678901234567890"u8,
                OneTimeCode.Step(DateTimeOffset.FromUnixTimeSeconds(seconds)),
                digits: 8
            )
        );

    /// <summary>RFC 4648, section 10.</summary>
    [Theory]
    [InlineData("", "")]
    [InlineData("f", "MY")]
    [InlineData("fo", "MZXQ")]
    [InlineData("foo", "MZXW6")]
    [InlineData("foobar", "MZXW6YTBOI")]
    public void S8_secrets_are_spelled_in_base_32(string text, string expected) =>
        Assert.Equal(expected, OneTimeCode.Base32(System.Text.Encoding.ASCII.GetBytes(text)));
}

using System.Text;
using FsCheck.Fluent;
using Parley.Conversations;
using Parley.Import;

namespace Parley.Tests.Import;

public sealed class JsonTextTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("", "")]
    [InlineData("""a\n\t\r\b\f\"\\\/z""", "a\n\t\r\b\f\"\\/z")]
    [InlineData("""\u00e9\u4e2d\u0000x""", "é中\0x")]
    [InlineData("""\ud83d\ude42""", "🙂")]
    [InlineData("""half \ud83d here""", "half \uFFFD here")]
    [InlineData("""half \ude42 here""", "half \uFFFD here")]
    [InlineData("""\ud83d\ud83d\ude42""", "\uFFFD🙂")]
    [InlineData("""\ud83d\u0041""", "\uFFFDA")]
    [InlineData("""\ud83d""", "\uFFFD")]
    [InlineData("""\u12""", "\\u12")]
    [InlineData("""\uzzzz""", "\\uzzzz")]
    [InlineData("""\""", "\\")]
    [InlineData("""\q""", "q")]
    [InlineData("日本 é", "日本 é")]
    public void Escapes_become_text(string body, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        using var arena = new Utf8Arena();

        Assert.Equal(text, Encoding.UTF8.GetString(JsonText.Unescape(bytes, arena).Span));
        Assert.Equal(text, JsonText.ToString(bytes));
    }

    [Fact]
    public void Broken_utf8_becomes_the_replacement_character()
    {
        using var arena = new Utf8Arena();
        byte[] cut = [(byte)'a', 0xE4, 0xB8, (byte)'b', 0xFF, (byte)'\\', (byte)'n', 0xC3];

        Assert.Equal("a\uFFFDb\uFFFD\n\uFFFD", Encoding.UTF8.GetString(JsonText.Unescape(cut, arena).Span));
        Assert.Equal("a\uFFFDb\uFFFD\n\uFFFD", JsonText.ToString(cut));
    }

    [Fact]
    public void Any_bytes_become_valid_text_without_an_exception()
    {
        var pieces = Gen.Elements<byte[]>(
            [(byte)'\\'],
            "u"u8.ToArray(),
            "d83d"u8.ToArray(),
            "\\ude00"u8.ToArray(),
            [0x80],
            [0xF0, 0x9F],
            "x"u8.ToArray(),
            "\\n"u8.ToArray()
        );

        FsCheck.Check.QuickThrowOnFailure(
            Prop.ForAll(
                pieces.ArrayOf().ToArbitrary(),
                all =>
                {
                    var body = all.SelectMany(p => p).ToArray();
                    using var arena = new Utf8Arena();
                    var text = JsonText.Unescape(body, arena);
                    return System.Text.Unicode.Utf8.IsValid(text.Span)
                        && Encoding.UTF8.GetString(text.Span) == JsonText.ToString(body);
                }
            )
        );
    }
}

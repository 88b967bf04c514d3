using System.Text;
using System.Text.Json;
using Parley.Import;

namespace Parley.Tests.Import;

public sealed class JsonParseTests
{
    [Theory]
    [InlineData("""{"a":[1,2,],"b":{"c":",}",},}""", """{"a":[1,2],"b":{"c":",}"}}""")]
    [InlineData("[1 , ]", "[1  ]")]
    [InlineData("""{"a":NaN,"b":[-Infinity,],}""", """{"a":null,"b":[null]}""")]
    [InlineData("[\"a\nb\",]", "[\"a\\u000ab\"]")]
    public void What_is_nearly_JSON_becomes_JSON(string text, string expected)
    {
        using var document = JsonParse.Document(Encoding.UTF8.GetBytes(text));

        Assert.Equal(expected, document.RootElement.GetRawText());
        JsonDocument.Parse(document.RootElement.GetRawText()).Dispose();
    }

    [Theory]
    [InlineData("[,]")]
    [InlineData("[1,,2]")]
    [InlineData("{\"a\":}")]
    [InlineData("[1")]
    [InlineData("")]
    public void What_is_not_stays_an_error(string text)
    {
        Assert.ThrowsAny<JsonException>(() => JsonParse.Document(Encoding.UTF8.GetBytes(text)));
    }

    [Theory]
    [InlineData("""{"q":"M\u00fcnchen \u0022x\u0022"}""", """{"q":"München \u0022x\u0022"}""")]
    [InlineData("""C:\users\""", """C:\users\""")]
    [InlineData("""{not JSON \u00fc \""", """{not JSON \u00fc \""")]
    public void JSON_inside_a_text_is_written_out(string text, string expected)
    {
        using var arena = new Parley.Conversations.Utf8Arena();

        Assert.Equal(expected, Encoding.UTF8.GetString(InnerJson.Readable(Encoding.UTF8.GetBytes(text), arena).Span));
    }
}

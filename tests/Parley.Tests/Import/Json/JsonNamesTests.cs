using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Parley.Import;
using Xunit;

namespace Parley.Tests.Import;

public sealed class JsonNamesTests
{
    [Theory]
    [InlineData("""{"a":1,"b":"x","":null}""")]
    [InlineData("""{ "a" :  {"b\"":[]} , "q\\": "\"" , "\\\"\\" : -1 }""")]
    [InlineData("{\"\\ud800\"\n:\t\r true,\"ключ\":\"\",\"a:b,c\":0}")]
    public void Raw_names_are_what_the_framework_says(string json)
    {
        using var document = JsonDocument.Parse(Encoding.UTF8.GetBytes(json));
        Assert.Equal(3, document.RootElement.GetPropertyCount());
        foreach (var member in document.RootElement.EnumerateObject())
        {
            Assert.True(JsonNames.Raw(member).SequenceEqual(JsonMarshal.GetRawUtf8PropertyName(member)));
        }
    }
}

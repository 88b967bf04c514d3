using Parley.Identity;

namespace Parley.Tests.Identity;

/// <summary>S1 and S6: texts that can be typed in several ways have one form.</summary>
public sealed class CompatibleFormTests
{
    /// <summary>By the rules of UAX 15; expected forms are those of Python's unicodedata.</summary>
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("e\u0301", "\u00E9")]
    [InlineData("\u00E9", "\u00E9")]
    [InlineData("\uFB01n", "fin")]
    [InlineData("\uFF21\uFF42\uFF43", "Abc")]
    [InlineData("a\u0323\u0307", "\u1EA1\u0307")]
    [InlineData("a\u0307\u0323", "\u1EA1\u0307")]
    [InlineData("\u1100\u1161\u11A8", "\uAC01")]
    [InlineData("\uAC01", "\uAC01")]
    [InlineData("\u0344", "\u0308\u0301")]
    [InlineData("\u212B", "\u00C5")]
    [InlineData("\u2460", "1")]
    [InlineData("\u1E9B\u0323", "\u1E69")]
    [InlineData("\uD834\uDD5E", "\uD834\uDD57\uD834\uDD65")]
    [InlineData("\u0958", "\u0915\u093C")]
    [InlineData("\u0301a", "\u0301a")]
    [InlineData("a\u0301\u0301", "\u00E1\u0301")]
    [InlineData(
        "\uFDFA",
        "\u0635\u0644\u0649 \u0627\u0644\u0644\u0647 \u0639\u0644\u064A\u0647 \u0648\u0633\u0644\u0645"
    )]
    public void A_text_has_one_form(string text, string form)
    {
        Assert.Equal(form, CompatibleForm.Of(text));
        Assert.Equal(form, CompatibleForm.Of(form));
    }

    [Fact]
    public void Letters_that_look_composed_and_decomposed_alike_are_one()
    {
        var pairs = File.ReadLines(Path.Combine(SourceTree.Root, "tests/Parley.Tests/Search/Text/canonical-pairs.txt"))
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split(';').Select(Text).ToArray())
            .ToList();
        Assert.True(pairs.Count > 500, $"{pairs.Count} pairs");
        Assert.All(pairs, pair => Assert.Equal(CompatibleForm.Of(pair[0]), CompatibleForm.Of(pair[1])));
    }

    private static string Text(string points) =>
        string.Concat(
            points
                .Split(' ')
                .Select(p => char.ConvertFromUtf32(int.Parse(p, System.Globalization.NumberStyles.HexNumber)))
        );
}

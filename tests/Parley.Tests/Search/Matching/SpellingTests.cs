using System.Text;
using Parley.Search;
using Parley.Search.Matching;
using Parley.Search.Segments;
using Parley.Tests.Search.Segments;

namespace Parley.Tests.Search.Matching;

public sealed class SpellingTests
{
    [Theory]
    [InlineData("kubernets", "kubernetes")]
    [InlineData("kbuernetes", "kubernetes")]
    [InlineData("ubernetes", "kubernetes")]
    [InlineData("ukbernetes", "kubernetes")]
    [InlineData("xubernetes", "kubernetes")]
    [InlineData("akubernetes", "kubernetes")]
    [InlineData("kkubernetes", "kubernetes")]
    [InlineData("lllama", "llama")]
    [InlineData("lama", "llama")]
    [InlineData("lalma", "llama")]
    [InlineData("мсоква", "москва")]
    [InlineData("осква", "москва")]
    [InlineData("документацея", "документация")]
    [InlineData("докуметацея", "документация")]
    [InlineData("διαδρομι", "διαδρομη")]
    [InlineData("kub", "")]
    [InlineData("kbernts", "")]
    public void A_misspelt_word_has_the_words_near_it_each_once(string word, string expected)
    {
        var view = View("kubernetes llama москва документация διαδρομη other");
        var found = Spelling.Near(view, Encoding.UTF8.GetBytes(word), 3);
        Assert.Equal(expected, string.Join(' ', found.Select(near => Encoding.UTF8.GetString(near.Word))));
    }

    [Fact]
    public void Of_many_words_that_begin_alike_the_most_frequent_stay()
    {
        // The most frequent of all is the last that is met, and others come in waves.
        var words = Enumerable.Range(0, 500).Select(n => (Word: $"pre{n:000}", Count: n == 499 ? 60 : n * 7919 % 41));
        var counted = words.Where(word => word.Count > 0).ToList();
        var texts = Enumerable
            .Range(0, 60)
            .Select(document =>
                string.Join(' ', counted.Where(word => word.Count > document).Select(word => word.Word))
            );
        var view = View([.. texts]);
        foreach (var limit in (int[])[1, 7, 200, 1000])
        {
            var expected = counted
                .OrderByDescending(word => word.Count)
                .ThenBy(word => word.Word, StringComparer.Ordinal);
            var found = KnownWords.BeginningWith(view, "pre"u8.ToArray(), limit, out var cut);
            Assert.Equal(
                expected.Take(limit).Select(word => $"{word.Word} {word.Count}"),
                found.Select(word => $"{Encoding.UTF8.GetString(word.Word)} {word.Documents}")
            );
            Assert.Equal(counted.Count > limit, cut);
        }
    }

    private static IndexView View(params string[] texts)
    {
        var documents = texts.Select(
            (text, number) =>
                new SegmentDocument(
                    new NewDocument((number + 1) * 2, 1, "claude", null, new DocumentTraits(1)),
                    [(SearchField.Prompt, Encoding.UTF8.GetBytes(text))]
                )
        );
        return new IndexView([
            .. documents.Chunk(25).Select(part => new ViewedSegment(BuiltSegment.Of(part).Reader(), null, 0)),
        ]);
    }
}

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

    /// <summary>Against every word's distance, over dictionaries of many blocks whose words begin alike.</summary>
    [Fact]
    public void All_near_words_are_found_and_no_other()
    {
        var random = new Random(31);
        string[] letters = ["a", "b", "ba", "c", "ab", "ж", "д"];
        string Word(int length) =>
            string.Concat(
                Enumerable.Range(0, length).Select(at => letters[random.Next(at == 0 ? 5 : random.Next(1, 8))])
            );
        string[] known =
        [
            .. Enumerable.Range(0, 6_000).Select(_ => Word(random.Next(4, 9))).Distinct(StringComparer.Ordinal),
        ];
        var view = View([.. known.Chunk(60).Select(words => string.Join(' ', words))]);
        Assert.True(view.Segments.Max(segment => segment.Reader.Dictionary.Count) > 20 * SegmentLayout.TermsPerBlock);
        for (var round = 0; round < 60; round++)
        {
            var word = Word(random.Next(4, 8));
            var edits = word.Length >= 7 ? 2 : 1;
            if (word.Length is < 4 or > 24)
                continue;
            var expected = known.Where(other =>
                Distance(word, other) is > 0 and var away && away <= (other[0] == word[0] ? edits : 1)
            );
            var found = Spelling.Near(view, Encoding.UTF8.GetBytes(word), int.MaxValue);
            Assert.Equal(
                expected.Order(StringComparer.Ordinal),
                found.Select(near => Encoding.UTF8.GetString(near.Word)).Order(StringComparer.Ordinal)
            );
        }
    }

    /// <summary>Optimal string alignment, as it is defined.</summary>
    private static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        for (var j = 0; j <= b.Length; j++)
        {
            if (i == 0 || j == 0)
            {
                d[i, j] = i + j;
                continue;
            }

            d[i, j] = Math.Min(
                Math.Min(d[i - 1, j], d[i, j - 1]) + 1,
                d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
            );
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
        }

        return d[a.Length, b.Length];
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

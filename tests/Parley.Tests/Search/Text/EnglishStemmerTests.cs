using System.Text;
using Parley.Search.Text;

namespace Parley.Tests.Search.Text;

public sealed class EnglishStemmerTests
{
    [Theory]
    // Plurals
    [InlineData("files", "file")]
    [InlineData("classes", "class")]
    [InlineData("queries", "queri")]
    [InlineData("ties", "tie")]
    [InlineData("boxes", "box")]
    [InlineData("status", "status")]
    [InlineData("css", "css")]
    [InlineData("gas", "gas")]
    [InlineData("this", "this")]
    [InlineData("gaps", "gap")]
    [InlineData("kiwis", "kiwi")]
    [InlineData("urls", "url")]
    [InlineData("dns", "dns")]
    // Past and progressive
    [InlineData("cached", "cach")]
    [InlineData("caching", "cach")]
    [InlineData("cache", "cach")]
    [InlineData("caches", "cach")]
    [InlineData("running", "run")]
    [InlineData("hopping", "hop")]
    [InlineData("hoping", "hope")]
    [InlineData("hope", "hope")]
    [InlineData("agreed", "agre")]
    [InlineData("agree", "agre")]
    [InlineData("feed", "feed")]
    [InlineData("created", "creat")]
    [InlineData("creating", "creat")]
    [InlineData("troubled", "troubl")]
    [InlineData("sized", "size")]
    [InlineData("red", "red")]
    [InlineData("ring", "ring")]
    [InlineData("string", "string")]
    [InlineData("strings", "string")]
    // Endings
    [InlineData("query", "queri")]
    [InlineData("queried", "queri")]
    [InlineData("by", "by")]
    [InlineData("say", "say")]
    [InlineData("cry", "cri")]
    [InlineData("happy", "happi")]
    [InlineData("note", "note")]
    [InlineData("noted", "note")]
    [InlineData("notes", "note")]
    [InlineData("controll", "control")]
    [InlineData("roll", "roll")]
    // Only look inflected
    [InlineData("news", "news")]
    [InlineData("sky", "sky")]
    [InlineData("bias", "bias")]
    [InlineData("proceed", "proceed")]
    [InlineData("innings", "inning")]
    // Derived words stay apart
    [InlineData("organization", "organization")]
    [InlineData("universal", "universal")]
    // Not words
    [InlineData("x1ings", "x1ings")]
    [InlineData("é", "é")]
    [InlineData("as", "as")]
    public void Stems(string word, string expected) => Assert.Equal(expected, Stem(word));

    [Fact]
    public void The_stem_of_each_form_leads_back()
    {
        foreach (
            var word in "query queries queried cache cached caching run runs running hope hoping file files box boxes create creating note noted tie ties class classes string strings".Split(
                ' '
            )
        )
            Assert.Contains(word, EnglishStemmer.Forms(Stem(word)));
    }

    [Fact]
    public void Any_letters_are_stemmed_without_harm()
    {
        var random = new Random(20261101);
        for (var round = 0; round < 200_000; round++)
        {
            var word = new string([
                .. Enumerable.Range(0, random.Next(1, 12)).Select(_ => "aeiouyslingedbtxz"[random.Next(17)]),
            ]);
            var stem = Stem(word);
            Assert.InRange(stem.Length, 1, word.Length + 1);
        }
    }

    /// <summary>Merges of segments rely on it: they write a stem before the words that stand for it.</summary>
    [Fact]
    public void A_stem_stands_before_its_word_and_begins_it_but_for_its_last_letter()
    {
        var random = new Random(1);
        var buffer = new byte[64];
        string[] endings = ["", "s", "es", "ies", "sses", "ied", "ed", "eed", "ing", "ying", "y", "e", "ll", "us"];
        for (var time = 0; time < 200_000; time++)
        {
            var word = Encoding.UTF8.GetBytes(
                random.GetString("aeioubdglnstyz", random.Next(1, 8)) + endings[random.Next(endings.Length)]
            );
            var stem = EnglishStemmer.Stem(word, buffer);
            Assert.True(
                stem.SequenceCompareTo(word) <= 0 && word.AsSpan().StartsWith(stem[..^1]),
                Encoding.UTF8.GetString(word)
            );
        }
    }

    private static string Stem(string word)
    {
        var bytes = Encoding.UTF8.GetBytes(word);
        return Encoding.UTF8.GetString(EnglishStemmer.Stem(bytes, new byte[bytes.Length + 1]));
    }
}

using System.Text;
using Parley.Vectors;

namespace Parley.Tests.Vectors;

public sealed class PassagesTests
{
    private static List<string> Cut(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return Passages.Cut(bytes).ConvertAll(r => Encoding.UTF8.GetString(bytes[r]));
    }

    private static string Words(int count, string each = "word") => string.Join(' ', Enumerable.Repeat(each, count));

    [Fact]
    public void A_short_text_is_one_passage()
    {
        Assert.Equal(["one two"], Cut("  one two"));
        Assert.Empty(Cut(" \n\t"));
        Assert.Empty(Cut(""));
    }

    [Fact]
    public void A_long_text_is_cut_at_the_end_of_a_sentence()
    {
        var first = Words(150) + " end.";
        var second = Words(120) + " end!";
        Assert.Equal([first, second], Cut(first + " " + second));
    }

    [Fact]
    public void Without_sentences_it_is_cut_between_words()
    {
        var cut = Cut(Words(450));
        Assert.Equal([200, 200, 50], cut.Select(p => p.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length));
    }

    [Fact]
    public void Scripts_without_spaces_are_cut_behind_a_full_stop_and_never_inside_a_character()
    {
        var sentence = new string('茶', 99) + "。";
        Assert.All(
            Cut(string.Concat(Enumerable.Repeat(sentence, 30))),
            p => Assert.EndsWith("。", p, StringComparison.Ordinal)
        );
        var cut = Cut(new string('茶', 5000));
        Assert.Equal(5000, cut.Sum(p => p.Length));
        Assert.All(cut, p => Assert.DoesNotContain('\uFFFD', p));
    }

    [Fact]
    public void Nothing_is_lost_of_any_bytes()
    {
        var random = new Random(5);
        for (var round = 0; round < 300; round++)
        {
            var bytes = new byte[random.Next(20_000)];
            random.NextBytes(bytes);
            for (var i = random.Next(9); i < bytes.Length; i += 1 + random.Next(9 * (1 + (round % 40))))
            {
                bytes[i] = (byte)" .\n"[random.Next(3)];
            }

            var at = 0;
            foreach (var range in Passages.Cut(bytes))
            {
                var (begin, length) = range.GetOffsetAndLength(bytes.Length);
                Assert.InRange(length, 1, 2_400);
                Assert.All(bytes[at..begin], b => Assert.True(b <= ' '));
                at = begin + length;
            }

            Assert.All(bytes[at..], b => Assert.True(b <= ' '));
        }
    }
}

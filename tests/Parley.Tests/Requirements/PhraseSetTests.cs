using Parley.Requirements;

namespace Parley.Tests.Requirements;

public sealed class PhraseSetTests
{
    /// <summary>One pass over a text finds what a search for each phrase finds.</summary>
    [Fact]
    public void All_at_once_are_found_where_each_is_found()
    {
        string[] phrases =
        [
            .. CueTables.Words.Cues.Concat(CueTables.Headings.Cues).SelectMany(cue => cue.Phrases),
            "a",
            "x*",
            "%",
            "% of",
            "é",
        ];
        var set = new PhraseSet(phrases);
        string[] joints = [" ", " ", " ", "", "s", ", ", "-", "%", "é"];
        var random = new Random(3);
        var places = new int[set.Count];
        var found = 0;
        for (var round = 0; round < 400; round++)
        {
            // Whole phrases, parts of them and what joins words, in any order.
            var text = string.Concat(
                Enumerable
                    .Range(0, random.Next(12))
                    .Select(_ =>
                    {
                        var phrase = phrases[random.Next(phrases.Length)].TrimEnd('*');
                        return (random.Next(4) == 0 ? phrase[random.Next(phrase.Length)..] : phrase)
                            + joints[random.Next(joints.Length)];
                    })
            );
            set.Find(text, places);
            for (var i = 0; i < phrases.Length; i++)
            {
                Assert.Equal((text, phrases[i], Phrases.IndexOf(text, phrases[i])), (text, phrases[i], places[i]));
                found += places[i] >= 0 ? 1 : 0;
            }
        }

        Assert.InRange(found, 1_000, int.MaxValue);
    }
}

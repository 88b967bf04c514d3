using Parley.Retrieval;

namespace Parley.Tests.Retrieval;

public sealed class CitationTests
{
    private static readonly PassageView[] Passages =
    [
        Passage("Descale the kettle with vinegar and water."),
        Passage("東京の天気は晴れです。"),
    ];

    [Theory]
    [InlineData("Use vinegar for a kettle [1].", "1", 0, "Use vinegar for a kettle [1].")]
    [InlineData("Use vinegar for a kettle [9].", "", 1, "Use vinegar for a kettle.")]
    [InlineData("Use vinegar for a kettle [1][7].", "1", 1, "Use vinegar for a kettle [1].")]
    [InlineData("Use vinegar for a kettle [1, 7].", "1", 1, "Use vinegar for a kettle [1].")]
    [InlineData(
        "Roses should be pruned in winter [1]. Kettles like vinegar [1].",
        "1",
        1,
        "Roses should be pruned in winter. Kettles like vinegar [1]."
    )]
    [InlineData("Yes [1].", "1", 0, "Yes [1].")]
    [InlineData("Yes [0] [3].", "", 2, "Yes.")]
    [InlineData("東京は晴れ [2]。", "2", 0, "東京は晴れ [2]。")]
    [InlineData(
        "Write `a[9]` and\n```\nb[9]\n```\nor [9](https://example.org).",
        "",
        0,
        "Write `a[9]` and\n```\nb[9]\n```\nor [9](https://example.org)."
    )]
    [InlineData("An [x] and [1234] and [ ] are none, [", "", 0, "An [x] and [1234] and [ ] are none, [")]
    [InlineData("[1]", "1", 0, "[1]")]
    [InlineData("", "", 0, "")]
    public void A_citation_names_a_passage_that_bears_its_sentence(
        string answer,
        string used,
        int unsupported,
        string shown
    )
    {
        var check = Citations.Check(answer, Passages);

        Assert.Equal((2, used, unsupported), (check.Given, string.Join(' ', check.Used), check.Unsupported));
        Assert.Equal(shown, Citations.Without(answer, Passages));
    }

    [Fact]
    public void Any_answer_can_be_checked()
    {
        var random = new Random(7);
        const string Signs = "[]0123456789,`().! \nab漢\ud83d\ude00\udc00";
        for (var round = 0; round < 5_000; round++)
        {
            var answer = string.Concat(
                Enumerable.Range(0, random.Next(60)).Select(_ => Signs[random.Next(Signs.Length)])
            );
            var shown = Citations.Without(answer, Passages);
            Assert.Equal(0, Citations.Check(shown, Passages).Unsupported);
        }
    }

    private static PassageView Passage(string text) =>
        new()
        {
            N = 1,
            Kind = "message",
            Text = text,
            Start = 0,
            Length = text.Length,
            Cut = false,
            Tokens = 1,
            Score = 1,
            Scores = new LaneScores(1, null),
        };
}

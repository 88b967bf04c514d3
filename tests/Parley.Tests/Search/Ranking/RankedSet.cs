namespace Parley.Tests.Search.Ranking;

/// <summary>Texts, questions and how relevant which text is to which question: a test collection.</summary>
/// <param name="Grades">By question: the texts that are relevant at all, by number, and how much.</param>
internal sealed record RankedSet(
    string Name,
    IReadOnlyList<string> Texts,
    IReadOnlyList<string> Questions,
    IReadOnlyList<IReadOnlyDictionary<int, int>> Grades
)
{
    private const int Depth = 10;

    /// <summary>Mean nDCG@10 with linear gains, as trec_eval counts it, over the questions that have an answer.</summary>
    /// <param name="rank">The ten best texts for a question, by number.</param>
    public async Task<double> MeasureAsync(Func<string, Task<IReadOnlyList<int>>> rank)
    {
        var (sum, count) = (0.0, 0);
        for (var question = 0; question < Questions.Count; question++)
        {
            var grades = Grades[question];
            if (grades.Count == 0)
                continue;
            var found = await rank(Questions[question]);
            sum +=
                Gain(found.Take(Depth).Select(text => grades.GetValueOrDefault(text)))
                / Gain(grades.Values.OrderDescending().Take(Depth));
            count++;
        }

        return sum / count;
    }

    private static double Gain(IEnumerable<int> grades) =>
        grades.Select((grade, place) => grade / Math.Log2(place + 2)).Sum();
}

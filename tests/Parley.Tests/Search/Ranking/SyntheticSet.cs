namespace Parley.Tests.Search.Ranking;

/// <summary>
/// A made collection in the shape of the public ones: texts of 50 to 300 words, questions of 5 to 30. Each text is mostly
/// about one topic and a little about another; a topic has words of its own, frequent and rare ones, in several
/// inflections; the rest are common English words and a vocabulary that all share, both with frequencies as in language
/// (Zipf). A question is asked in words of a topic, sometimes in other inflections than the texts', between common ones.
/// Grades: 3 for texts much about the topic, 2 for those about it, 1 for those that touch it.
/// </summary>
internal static class SyntheticSet
{
    private const int Topics = 80;
    private const int TopicWords = 14;
    private const int TextCount = 1_200;
    private const int QuestionCount = 120;
    private const int SharedWords = 4_000;

    private static readonly string[] Common =
        "the of and to in a is that for it was on are as with be by this have from or which at an has not were can more but will what how do when there about if their its does than other who should".Split(
            ' '
        );

    private static readonly string[] Syllables =
        "ba ran tol mi ker son del va pur gri lem nos ta fer qui dor bel shan pro mun cal vi tre sto lin gar hes po ".Split(
            ' ',
            StringSplitOptions.RemoveEmptyEntries
        );

    private static readonly string[] Endings = ["", "s", "ing", "ed"];

    public static RankedSet Make(int seed)
    {
        var random = new Random(seed);
        var words = Words(random, SharedWords + (Topics * TopicWords));
        var (texts, abouts) = (new List<string>(), new List<(int Topic, double Share, int Other, double OtherShare)>());
        for (var text = 0; text < TextCount; text++)
        {
            var about = (
                random.Next(Topics),
                0.05 + (random.NextDouble() * 0.25),
                random.Next(Topics),
                random.NextDouble() * 0.08
            );
            abouts.Add(about);
            texts.Add(Text(random, words, about, random.Next(50, 301)));
        }

        var (questions, grades) = (new List<string>(), new List<IReadOnlyDictionary<int, int>>());
        for (var question = 0; question < QuestionCount; question++)
        {
            var topic = random.Next(Topics);
            questions.Add(Text(random, words, (topic, 0.35, topic, 0.05), random.Next(5, 31)));
            var relevant = new Dictionary<int, int>();
            for (var text = 0; text < TextCount; text++)
            {
                if (Grade(abouts[text], topic) is > 0 and var grade)
                    relevant[text] = grade;
            }

            grades.Add(relevant);
        }

        return new RankedSet($"synthetic {seed}", texts, questions, grades);
    }

    private static int Grade((int Topic, double Share, int Other, double OtherShare) about, int topic) =>
        about.Topic == topic
            ? about.Share > 0.18
                ? 3
                : 2
            : about.Other == topic && about.OtherShare > 0.03
                ? 1
                : 0;

    private static string Text(
        Random random,
        string[] words,
        (int Topic, double Share, int Other, double OtherShare) about,
        int length
    )
    {
        var text = new List<string>();
        while (text.Count < length)
        {
            var chance = random.NextDouble();
            if (chance < about.Share)
                text.Add(Inflected(random, words[TopicWord(random, about.Topic)]));
            else if (chance < about.Share + about.OtherShare)
                text.Add(Inflected(random, words[TopicWord(random, about.Other)]));
            else if (chance < 0.65)
                text.Add(Common[Zipf(random, Common.Length)]);
            else
                text.Add(Inflected(random, words[Zipf(random, SharedWords)]));
        }

        return string.Join(' ', text);
    }

    private static int TopicWord(Random random, int topic) =>
        SharedWords + (topic * TopicWords) + Zipf(random, TopicWords);

    private static string Inflected(Random random, string word) =>
        word + (random.Next(2) == 0 ? "" : Endings[random.Next(Endings.Length)]);

    /// <summary>From 0 on, the n-th drawn in proportion to 1/n.</summary>
    private static int Zipf(Random random, int count) =>
        Math.Min(count - 1, (int)Math.Exp(random.NextDouble() * Math.Log(count + 1)) - 1);

    private static string[] Words(Random random, int count)
    {
        var words = new HashSet<string>(StringComparer.Ordinal);
        while (words.Count < count)
        {
            words.Add(
                string.Concat(
                    Enumerable.Range(0, random.Next(2, 5)).Select(_ => Syllables[random.Next(Syllables.Length)])
                ) + "kt"
            );
        }

        return [.. words];
    }
}

using System.Globalization;
using System.Text;

namespace Parley.Tests.Search.Ranking;

/// <summary>
/// Reads Cranfield and CISI as the SMART project published them: items begin with <c>.I</c>, fields with <c>.T</c>,
/// <c>.W</c> and so on.
/// </summary>
internal static class SmartFormat
{
    public static RankedSet Cranfield(string folder)
    {
        var texts = Items(Path.Combine(folder, "cran.all.1400"));

        // Judgements number the questions by their order; 1 is the best grade, 4 the least, others are none.
        return Set(
            "Cranfield",
            texts,
            Items(Path.Combine(folder, "cran.qry")),
            Lines(Path.Combine(folder, "cranqrel"))
        );

        static int Grade(int code) => code is >= 1 and <= 4 ? 5 - code : 0;

        static List<(int, int, int)> Lines(string path) =>
            [.. Numbers(path).Select(line => (line[0], line[1], Grade(line[2])))];
    }

    public static RankedSet Cisi(string folder) =>
        Set(
            "CISI",
            Items(Path.Combine(folder, "CISI.ALL")),
            Items(Path.Combine(folder, "CISI.QRY")),
            [.. Numbers(Path.Combine(folder, "CISI.REL")).Select(line => (line[0], line[1], 1))]
        );

    private static RankedSet Set(
        string name,
        List<string> texts,
        List<string> questions,
        List<(int Question, int Text, int Grade)> judged
    )
    {
        var grades = questions.Select(_ => new Dictionary<int, int>()).ToList();
        foreach (var (question, text, grade) in judged)
        {
            if (grade > 0 && text <= texts.Count)
                grades[question - 1][text - 1] = grade;
        }

        return new RankedSet(name, texts, questions, grades);
    }

    /// <summary>Title and text of each item.</summary>
    private static List<string> Items(string path)
    {
        var items = new List<StringBuilder>();
        var wanted = false;
        foreach (var line in File.ReadLines(path))
        {
            if (line.StartsWith(".I ", StringComparison.Ordinal))
                items.Add(new StringBuilder());
            else if (line.Length >= 2 && line[0] == '.' && char.IsAsciiLetterUpper(line[1]) && line.Trim().Length == 2)
                wanted = line[1] is 'T' or 'W';
            else if (wanted)
                items[^1].Append(line.Trim()).Append(' ');
        }

        return [.. items.Select(item => item.ToString().Trim())];
    }

    private static IEnumerable<int[]> Numbers(string path) =>
        File.ReadLines(path)
            .Select(line => line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields.Length >= 3)
            .Select(fields =>
                fields.Take(3).Select(field => (int)double.Parse(field, CultureInfo.InvariantCulture)).ToArray()
            );
}

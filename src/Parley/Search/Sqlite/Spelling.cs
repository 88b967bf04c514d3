using System.Text;

namespace Parley.Search.Sqlite;

/// <summary>
/// Known words near a word that nobody wrote. Every word one edit away is asked for by name (some hundred look-ups);
/// words two edits away only where they begin with the same three letters.
/// </summary>
internal static class Spelling
{
    private const int ShortestWord = 4;
    private const int LongestWord = 24;
    private const int LengthForTwoEdits = 7;
    private const int SharedPrefix = 3;
    private const int MaxCompared = 5_000;

    private static readonly (char First, char Last)[] Alphabets =
    [
        ('a', 'z'),
        ('а', 'я'),
        ('α', 'ω'),
        ('א', 'ת'),
        ('ء', 'ي'),
    ];

    public static List<KnownTerm> Near(TermTable terms, ReadOnlySpan<byte> word, int limit)
    {
        var text = Encoding.UTF8.GetString(word);
        if (text.Length is < ShortestWord or > LongestWord)
            return [];
        var found = OneEdit(text)
            .Distinct(StringComparer.Ordinal)
            .Select(other => new KnownTerm(
                Encoding.UTF8.GetBytes(other),
                terms.Documents(Encoding.UTF8.GetBytes(other))
            ))
            .Where(other => other.Documents > 0)
            .OrderByDescending(other => other.Documents)
            .Take(limit)
            .ToList();
        if (found.Count == 0 && text.Length >= LengthForTwoEdits)
        {
            found =
            [
                .. terms
                    .BeginningWith(Encoding.UTF8.GetBytes(text[..SharedPrefix]), MaxCompared, out _)
                    .Where(other => WithinTwoEdits(text, Encoding.UTF8.GetString(other.Term)))
                    .Take(limit),
            ];
        }

        return found;
    }

    private static IEnumerable<string> OneEdit(string word)
    {
        var (first, last) = Alphabets.FirstOrDefault(alphabet => word[0] >= alphabet.First && word[0] <= alphabet.Last);
        for (var at = 0; at <= word.Length; at++)
        {
            if (at < word.Length)
                yield return word.Remove(at, 1);
            if (at + 1 < word.Length)
                yield return word[..at] + word[at + 1] + word[at] + word[(at + 2)..];
            for (var letter = first; letter != '\0' && letter <= last; letter++)
            {
                yield return word.Insert(at, letter.ToString());
                if (at < word.Length)
                    yield return word[..at] + letter + word[(at + 1)..];
            }
        }
    }

    /// <summary>Optimal string alignment distance of at most 2.</summary>
    private static bool WithinTwoEdits(string a, string b)
    {
        if (Math.Abs(a.Length - b.Length) > 2)
            return false;
        var (before, last, here) = (new int[b.Length + 1], new int[b.Length + 1], new int[b.Length + 1]);
        for (var column = 0; column <= b.Length; column++)
            last[column] = column;
        for (var row = 1; row <= a.Length; row++)
        {
            here[0] = row;
            for (var column = 1; column <= b.Length; column++)
            {
                var cost = a[row - 1] == b[column - 1] ? 0 : 1;
                here[column] = Math.Min(Math.Min(here[column - 1], last[column]) + 1, last[column - 1] + cost);
                if (row > 1 && column > 1 && a[row - 1] == b[column - 2] && a[row - 2] == b[column - 1])
                    here[column] = Math.Min(here[column], before[column - 2] + 1);
            }

            (before, last, here) = (last, here, before);
        }

        return last[b.Length] <= 2;
    }
}

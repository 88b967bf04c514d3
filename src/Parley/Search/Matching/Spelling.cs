using System.Text;
using Parley.Search.Text;

namespace Parley.Search.Matching;

/// <summary>
/// Known words near a word that nobody wrote: at most one edit away for short words, two for long ones, by optimal string
/// alignment (Damerau 1964). Words with the same first letter are read from the dictionary; those with another one are
/// asked for by name.
/// </summary>
internal static class Spelling
{
    private const int ShortestWord = 4;
    private const int LongestWord = 24;
    private const int LengthForTwoEdits = 7;

    private static readonly (char First, char Last)[] Alphabets =
    [
        ('a', 'z'),
        ('а', 'я'),
        ('α', 'ω'),
        ('א', 'ת'),
        ('ء', 'ي'),
    ];

    /// <summary>Nearest first, of equally near ones the most frequent.</summary>
    public static List<KnownWord> Near(IndexView view, ReadOnlySpan<byte> word, int limit)
    {
        var text = Encoding.UTF8.GetString(word);
        if (text.Length is < ShortestWord or > LongestWord)
            return [];
        var edits = text.Length >= LengthForTwoEdits ? 2 : 1;
        var found = new List<(KnownWord Word, int Distance)>();
        foreach (var (other, (away, documents)) in SameFirst(view, text, edits))
            found.Add((new KnownWord(Encoding.UTF8.GetBytes(other), documents), away));
        byte[][] others =
        [
            .. OtherFirst(text)
                .Where(other => other[0] != text[0])
                .Distinct(StringComparer.Ordinal)
                .Select(Encoding.UTF8.GetBytes),
        ];
        foreach (var (other, documents) in others.Zip(KnownWords.Documents(view, others)))
        {
            if (documents > 0)
                found.Add((new KnownWord(other, documents), 1));
        }

        return
        [
            .. found
                .OrderBy(other => other.Distance)
                .ThenByDescending(other => other.Word.Documents)
                .ThenBy(other => Encoding.UTF8.GetString(other.Word.Word), StringComparer.Ordinal)
                .Take(limit)
                .Select(other => other.Word),
        ];
    }

    /// <summary>Near words with the same first letter, how far away they are and in how many documents they stand.</summary>
    /// <remarks>
    /// Dictionaries are walked one after the other, not as one: only what is near is ever put together, and most of the
    /// rest is passed by, a beginning at a time.
    /// </remarks>
    private static Dictionary<string, (int Away, long Documents)> SameFirst(IndexView view, string word, int edits)
    {
        var near = new Dictionary<string, (int Away, long Documents)>(StringComparer.Ordinal);
        var first = Encoding.UTF8.GetBytes(word[..1]);
        var distance = new EditDistance(word, edits);
        foreach (var segment in view.Segments)
        {
            var cursor = segment.Reader.Dictionary.From(first);
            for (var more = cursor.MoveNext(); more; )
            {
                if (!cursor.Term.StartsWith(first))
                {
                    if (cursor.Term.SequenceCompareTo(first) > 0)
                        break;
                    more = cursor.MoveNext();
                    continue;
                }

                var away = distance.To(cursor.Term, out var hopeless);
                if (away > 0 && cursor.Words > 0)
                {
                    var other = Encoding.UTF8.GetString(cursor.Term);
                    near[other] = (away, near.GetValueOrDefault(other).Documents + cursor.Words);
                }

                more = hopeless > 0 ? cursor.Pass(hopeless) : cursor.MoveNext();
            }
        }

        return near;
    }

    /// <summary>Words one edit away whose first letter is another.</summary>
    private static IEnumerable<string> OtherFirst(string word)
    {
        yield return word[1..];
        yield return word[1] + word[..1] + word[2..];
        var (first, last) = Alphabets.FirstOrDefault(alphabet => word[0] >= alphabet.First && word[0] <= alphabet.Last);
        for (var letter = first; letter != '\0' && letter <= last; letter++)
        {
            yield return letter + word;
            yield return letter + word[1..];
        }
    }
}

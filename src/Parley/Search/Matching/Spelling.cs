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
        var length = word.Length;
        var found = new List<(KnownWord Word, int Distance)>();
        var distance = new EditDistance(text, edits);
        KnownWords.Scan(
            view,
            Encoding.UTF8.GetBytes(text[..1]),
            (other, documents) =>
            {
                if (Math.Abs(other.Length - length) <= edits * 3 && distance.To(other) is > 0 and var away)
                    found.Add((new KnownWord(other.ToArray(), documents), away));
                return true;
            }
        );
        foreach (var other in OtherFirst(text).Where(other => other[0] != text[0]).Distinct(StringComparer.Ordinal))
        {
            var bytes = Encoding.UTF8.GetBytes(other);
            if (KnownWords.Documents(view, bytes) is > 0 and var documents)
                found.Add((new KnownWord(bytes, documents), 1));
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

    /// <summary>The distance from one word to many, as far as a limit. Not thread-safe.</summary>
    private sealed class EditDistance(string word, int limit)
    {
        private readonly ulong _letters = Letters(Encoding.UTF8.GetBytes(word));
        private readonly bool _isAscii = System.Text.Ascii.IsValid(word);
        private readonly char[] _other = new char[TextTokenizer.MaxTermBytes];
        private int[] _before = new int[TextTokenizer.MaxTermBytes + 1];
        private int[] _last = new int[TextTokenizer.MaxTermBytes + 1];
        private int[] _here = new int[TextTokenizer.MaxTermBytes + 1];

        private static ulong Letters(ReadOnlySpan<byte> utf8)
        {
            ulong letters = 0;
            foreach (var b in utf8)
                letters |= 1UL << (b & 63);
            return letters;
        }

        /// <summary>The distance, or -1 where it is above the limit.</summary>
        public int To(ReadOnlySpan<byte> utf8)
        {
            // An edit changes the bits of at most two letters, of up to three bytes each: most words are told by that alone.
            if (
                utf8.Length > _other.Length
                || System.Numerics.BitOperations.PopCount(_letters ^ Letters(utf8))
                    > limit * (_isAscii && System.Text.Ascii.IsValid(utf8) ? 2 : 6)
            )
                return -1;
            var length = Encoding.UTF8.GetChars(utf8, _other);
            if (Math.Abs(length - word.Length) > limit)
                return -1;
            for (var column = 0; column <= length; column++)
                _last[column] = column;
            for (var row = 1; row <= word.Length; row++)
            {
                var least = _here[0] = row;
                for (var column = 1; column <= length; column++)
                {
                    var cost = word[row - 1] == _other[column - 1] ? 0 : 1;
                    var here = Math.Min(Math.Min(_here[column - 1], _last[column]) + 1, _last[column - 1] + cost);
                    if (
                        row > 1
                        && column > 1
                        && word[row - 1] == _other[column - 2]
                        && word[row - 2] == _other[column - 1]
                    )
                        here = Math.Min(here, _before[column - 2] + 1);
                    _here[column] = here;
                    least = Math.Min(least, here);
                }

                if (least > limit)
                    return -1;
                (_before, _last, _here) = (_last, _here, _before);
            }

            return _last[length] <= limit ? _last[length] : -1;
        }
    }
}

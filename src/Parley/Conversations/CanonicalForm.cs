namespace Parley.Conversations;

/// <summary>
/// The composed form of a text (NFC). The framework's own has no tables in a program without ICU, and there gives every
/// text back as it came; names typed on a Mac and elsewhere would differ. Characters past U+FFFF stay as they are.
/// </summary>
internal static partial class CanonicalForm
{
    private const char FirstMark = '\u0300';
    private const char HangulFirst = '\uAC00';
    private const char LeadFirst = '\u1100';
    private const char VowelFirst = '\u1161';
    private const char TailBefore = '\u11A7';
    private const int Leads = 19;
    private const int Vowels = 21;
    private const int Tails = 28;

    private static readonly Dictionary<uint, char> Compositions = Read(
        Pairs,
        3,
        (t, i) => (Key(t[i], t[i + 1]), t[i + 2])
    );
    private static readonly Dictionary<char, uint> Decompositions = Read(
        Pairs + Splits,
        3,
        (t, i) => (t[i + 2], Key(t[i], t[i + 1]))
    );
    private static readonly Dictionary<char, char> Replacements = Read(Singles, 2, (t, i) => (t[i], t[i + 1]));
    private static readonly Dictionary<char, byte> Classes = ReadClasses();

    public static string Of(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange(FirstMark, char.MaxValue))
        {
            return text;
        }

        var apart = new List<char>(text.Length + 8);
        foreach (var c in text)
        {
            Decompose(c, apart);
        }

        Order(apart);
        return Compose(apart);
    }

    private static void Decompose(char c, List<char> to)
    {
        if (Replacements.TryGetValue(c, out var stands))
        {
            Decompose(stands, to);
        }
        else if (Decompositions.TryGetValue(c, out var pair))
        {
            Decompose((char)(pair >> 16), to);
            Decompose((char)pair, to);
        }
        else
        {
            to.Add(c);
        }
    }

    /// <summary>Marks on one base by their classes, those of one class as they stood.</summary>
    private static void Order(List<char> text)
    {
        for (var i = 1; i < text.Count; i++)
        {
            var c = text[i];
            var rank = Classes.GetValueOrDefault(c);
            var at = i;
            for (; rank > 0 && at > 0 && Classes.GetValueOrDefault(text[at - 1]) > rank; at--)
            {
                text[at] = text[at - 1];
            }

            text[at] = c;
        }
    }

    private static string Compose(List<char> text)
    {
        var composed = new List<char>(text.Count);
        var start = -1;
        var last = 0;
        foreach (var c in text)
        {
            var rank = Classes.GetValueOrDefault(c);
            // A mark meets its base unless one of its own class, or a base, stands between.
            var isFree = start >= 0 && (composed.Count == start + 1 || (last != 0 && last < rank));
            if (isFree && Pair(composed[start], c) is { } one)
            {
                composed[start] = one;
                continue;
            }

            composed.Add(c);
            start = rank == 0 ? composed.Count - 1 : start;
            last = rank;
        }

        return new string([.. composed]);
    }

    private static char? Pair(char first, char second)
    {
        if (
            first - LeadFirst is >= 0 and < Leads and var lead
            && second - VowelFirst is >= 0 and < Vowels and var vowel
        )
        {
            return (char)(HangulFirst + (((lead * Vowels) + vowel) * Tails));
        }

        if (
            first - HangulFirst is >= 0 and < Leads * Vowels * Tails and var syllable
            && syllable % Tails == 0
            && second - TailBefore is > 0 and < Tails and var tail
        )
        {
            return (char)(first + tail);
        }

        return Compositions.TryGetValue(Key(first, second), out var found) ? found : null;
    }

    private static uint Key(char first, char second) => ((uint)first << 16) | second;

    private static Dictionary<TKey, TValue> Read<TKey, TValue>(
        string table,
        int step,
        Func<string, int, (TKey, TValue)> entry
    )
        where TKey : notnull
    {
        var all = new Dictionary<TKey, TValue>();
        for (var i = 0; i < table.Length; i += step)
        {
            var (key, value) = entry(table, i);
            all[key] = value;
        }

        return all;
    }

    private static Dictionary<char, byte> ReadClasses()
    {
        var all = new Dictionary<char, byte>();
        for (var i = 0; i < Marks.Length; i += 3)
        {
            for (int c = Marks[i]; c <= Marks[i + 1]; c++)
            {
                all[(char)c] = (byte)Marks[i + 2];
            }
        }

        return all;
    }
}

using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Parley.Identity;

/// <summary>
/// NFKC (UAX 15): the one form of a text that can be typed in several ways. Our own, since the program carries no ICU and
/// the framework then takes every text for normalised. Thread-safe; the tables are read at the first text beyond ASCII.
/// </summary>
internal static class CompatibleForm
{
    private const int HangulFirst = 0xAC00;
    private const int HangulCount = 11172;
    private const int LeadFirst = 0x1100;
    private const int VowelFirst = 0x1161;
    private const int TailFirst = 0x11A7; // one before the first: a syllable need not have a tail
    private const int LeadCount = 19;
    private const int VowelCount = 21;
    private const int TailCount = 28;

    private static readonly Lazy<Tables> Known = new(Tables.Read);

    public static string Of(string text)
    {
        if (Ascii.IsValid(text))
        {
            return text;
        }

        var tables = Known.Value;
        var runes = new List<int>(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            Decompose(rune.Value, tables, runes);
        }

        Order(runes, tables);
        return Compose(runes, tables);
    }

    private static void Decompose(int rune, Tables tables, List<int> into)
    {
        if (rune - HangulFirst is >= 0 and < HangulCount and var syllable)
        {
            into.Add(LeadFirst + (syllable / (VowelCount * TailCount)));
            into.Add(VowelFirst + (syllable % (VowelCount * TailCount) / TailCount));
            if (syllable % TailCount is > 0 and var tail)
            {
                into.Add(TailFirst + tail);
            }
        }
        else if (tables.Decompositions.TryGetValue(rune, out var parts))
        {
            foreach (var part in parts.EnumerateRunes())
            {
                into.Add(part.Value); // the table's are whole
            }
        }
        else
        {
            into.Add(rune);
        }
    }

    /// <summary>Puts combining marks of one letter in the order of their classes; equal ones stay as they stand.</summary>
    private static void Order(List<int> runes, Tables tables)
    {
        for (var i = 1; i < runes.Count; i++)
        {
            var (rune, own) = (runes[i], tables.Class(runes[i]));
            var at = i;
            while (own != 0 && at > 0 && tables.Class(runes[at - 1]) > own)
            {
                runes[at] = runes[at - 1];
                at--;
            }

            runes[at] = rune;
        }
    }

    private static string Compose(List<int> runes, Tables tables)
    {
        var composed = new List<int>(runes.Count);
        var (starter, lastClass) = (-1, 0);
        foreach (var rune in runes)
        {
            var own = tables.Class(rune);
            var adjacent = starter == composed.Count - 1;
            var free = adjacent || (lastClass < own && lastClass != 0);
            if (starter >= 0 && free && Pair(composed[starter], rune, tables) is { } both)
            {
                composed[starter] = both;
                continue;
            }

            lastClass = own;
            if (own == 0)
            {
                starter = composed.Count;
            }

            composed.Add(rune);
        }

        var text = new StringBuilder(composed.Count);
        composed.ForEach(rune => text.Append(new Rune(rune)));
        return text.ToString();
    }

    private static int? Pair(int first, int second, Tables tables)
    {
        if (
            first - LeadFirst is >= 0 and < LeadCount and var lead
            && second - VowelFirst is >= 0 and < VowelCount and var vowel
        )
        {
            return HangulFirst + (((lead * VowelCount) + vowel) * TailCount);
        }

        if (
            first - HangulFirst is >= 0 and < HangulCount and var syllable
            && syllable % TailCount == 0
            && second - TailFirst is > 0 and < TailCount and var tail
        )
        {
            return first + tail;
        }

        return tables.Compositions.TryGetValue(((long)first << 32) | (uint)second, out var both) ? both : null;
    }

    /// <summary>Made by tools/unicode-compat.mjs, which says how it is written.</summary>
    private sealed record Tables(
        Dictionary<int, string> Decompositions,
        Dictionary<long, int> Compositions,
        Dictionary<int, byte> Classes
    )
    {
        public int Class(int rune) => rune < 0x300 ? 0 : Classes.GetValueOrDefault(rune);

        public static Tables Read()
        {
            using var packed = typeof(CompatibleForm).Assembly.GetManifestResourceStream("unicode-compat.txt.gz")!;
            using var reader = new StreamReader(new GZipStream(packed, CompressionMode.Decompress), Encoding.UTF8);
            var lines = reader.ReadToEnd().Split('\n');
            var tables = new Tables([], [], []);
            foreach (var entry in lines[0].Split('\u0001'))
            {
                Rune.DecodeFromUtf16(entry, out var rune, out var length);
                tables.Decompositions[rune.Value] = entry[length..];
            }

            var runes = lines[1].EnumerateRunes().Select(r => r.Value).ToArray();
            for (var i = 0; i < runes.Length; i += 3)
            {
                tables.Compositions[((long)runes[i] << 32) | (uint)runes[i + 1]] = runes[i + 2];
            }

            foreach (var range in lines[2].Split(' '))
            {
                var ends = range.Split('-', ':');
                var last = int.Parse(ends[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                for (var r = int.Parse(ends[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture); r <= last; r++)
                {
                    tables.Classes[r] = byte.Parse(ends[2], NumberStyles.None, CultureInfo.InvariantCulture);
                }
            }

            return tables;
        }
    }
}

using System.Globalization;

namespace Parley.Requirements;

/// <summary>How a quantity bounds what it measures.</summary>
internal enum Bound
{
    Exact,
    Most,
    Least,
}

/// <summary>A number with its unit.</summary>
/// <param name="Value">In the base of the unit's kind: seconds, metres, kilograms, bytes; else as it stands.</param>
/// <param name="Unit">Of the kind: s, m, kg, byte, %, €, or the word behind the number.</param>
/// <param name="Shown">As it stands.</param>
internal sealed record Quantity(double Value, string Unit, Bound Bound, string Shown, int At);

/// <summary>Reads the quantities of a statement, with how they bound.</summary>
internal static class Quantities
{
    private static readonly string[] Words =
        "zero one two three four five six seven eight nine ten eleven twelve".Split(' ');

    private static readonly (string Word, string Unit, double Factor)[] Units =
    [
        ("ms", "s", 0.001),
        ("millisecond", "s", 0.001),
        ("s", "s", 1),
        ("sec", "s", 1),
        ("second", "s", 1),
        ("sekunde", "s", 1),
        ("min", "s", 60),
        ("minute", "s", 60),
        ("h", "s", 3600),
        ("hour", "s", 3600),
        ("stunde", "s", 3600),
        ("day", "s", 86400),
        ("tag", "s", 86400),
        ("week", "s", 604800),
        ("month", "s", 2629746),
        ("year", "s", 31556952),
        ("mm", "m", 0.001),
        ("cm", "m", 0.01),
        ("m", "m", 1),
        ("metre", "m", 1),
        ("meter", "m", 1),
        ("km", "m", 1000),
        ("kilometre", "m", 1000),
        ("g", "kg", 0.001),
        ("kg", "kg", 1),
        ("t", "kg", 1000),
        ("kb", "byte", 1e3),
        ("mb", "byte", 1e6),
        ("gb", "byte", 1e9),
        ("tb", "byte", 1e12),
        ("%", "%", 1),
        ("percent", "%", 1),
        ("€", "€", 1),
        ("euro", "€", 1),
    ];

    private static readonly string[] Most =
        "at most|no more than|not more than|up to|less than|below|under|within|maximum of|not exceed|no longer than|fewer than|höchstens|maximal".Split(
            '|'
        );

    private static readonly string[] Least =
        "at least|no less than|more than|above|over|minimum of|not less than|no fewer than|longer than|mindestens".Split(
            '|'
        );

    private static readonly string[] Ends = "delete*|purge*|remove*|expire*|erase*|discard*|gelöscht".Split('|');
    private static readonly string[] Keeps = "kept|keep|keeps|retain*|preserve*|aufbewahrt".Split('|');
    private static readonly string[] Refuses = "reject*|refuse*|block*|deny|denies|ablehnen".Split('|');
    private static readonly string[] Accepts = "accept*|support*|carry|carries|store|stores|hold|handle*".Split('|');

    /// <summary>The number that a word stands for; null: none.</summary>
    public static int? NumberWord(string word) => Array.IndexOf(Words, word) is >= 0 and var value ? value : null;

    /// <param name="plain">As <see cref="Phrases.Plain"/> makes it, without the author's id.</param>
    public static List<Quantity> Of(string plain)
    {
        var found = new List<Quantity>();
        for (var at = 0; at < plain.Length; )
        {
            if (!char.IsLetterOrDigit(plain[at]))
            {
                at++;
                continue;
            }

            var end = at;
            while (end < plain.Length && (char.IsLetterOrDigit(plain[end]) || IsPartOfNumber(plain, at, end)))
            {
                end++;
            }

            if (Number(plain.AsSpan(at, end - at)) is { } value && UnitAt(plain, end) is { } unit)
            {
                found.Add(new Quantity(value * unit.Factor, unit.Name, BoundOf(plain, at), plain[at..unit.End], at));
            }

            at = end;
        }

        return found;
    }

    private static bool IsPartOfNumber(string plain, int from, int at) =>
        char.IsAsciiDigit(plain[from])
        && plain[at] is '.' or ','
        && at + 1 < plain.Length
        && char.IsAsciiDigit(plain[at + 1]);

    private static double? Number(ReadOnlySpan<char> word)
    {
        if (char.IsAsciiDigit(word[0]))
        {
            var digits = new string(word).Replace(",", "", StringComparison.Ordinal);
            return double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
                ? value
                : null;
        }

        return NumberWord(new string(word));
    }

    private static (string Name, double Factor, int End)? UnitAt(string plain, int at)
    {
        at += at < plain.Length && plain[at] == ' ' ? 1 : 0;
        if (at >= plain.Length)
        {
            return null;
        }

        var end = at;
        while (end < plain.Length && char.IsLetter(plain[end]))
        {
            end++;
        }

        end = end == at && plain[at] is '%' or '€' ? at + 1 : end;
        var word = plain.AsSpan(at, end - at);
        foreach (var (name, unit, factor) in Units)
        {
            var plural = word.Length == name.Length + 1 && word[^1] is 's' or 'n' && name.Length > 2;
            if (word.SequenceEqual(name) || (plural && word[..^1].SequenceEqual(name)))
            {
                return (unit, factor, end);
            }
        }

        return word.Length > 2 ? (StatementTerms.Stem(new string(word)), 1, end) : null;
    }

    /// <summary>By the words before the number, in the same clause; verbs of keeping and ending turn durations into bounds.</summary>
    private static Bound BoundOf(string plain, int at)
    {
        var before = plain.AsSpan(Math.Max(0, at - 28), Math.Min(28, at));
        var clause = before[(before.LastIndexOfAny(",;:") + 1)..];
        var all = plain.AsSpan(0, at);
        var most = Phrases.First(clause, Most) is not null;
        var least =
            Phrases.First(clause, Least) is not null
            && Phrases.First(clause, ["no more than", "not more than", "no longer than"]) is null;
        if (Phrases.First(all, Refuses) is not null || Phrases.First(all, Ends) is not null)
        {
            return Bound.Most;
        }

        if (Phrases.First(all, Keeps) is not null)
        {
            return most ? Bound.Most : Bound.Least;
        }

        return most
                ? (Phrases.First(all, Accepts) is not null && Phrases.Has(clause, "up to") ? Bound.Least : Bound.Most)
            : least || Phrases.First(clause, ["heavier than", "larger than"]) is not null ? Bound.Least
            : Bound.Exact;
    }
}

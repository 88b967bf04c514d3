using System.Buffers;
using System.Globalization;

namespace Parley.Import.Formats.Gemini;

/// <summary>A time line of My Activity in HTML.</summary>
/// <param name="Micros">Unix microseconds; null where the line has a time's look but not one we can read.</param>
/// <param name="UnknownZone">The zone's name, where we do not know it and took the time for UTC.</param>
internal readonly record struct ActivityTime(long? Micros, string? UnknownZone);

/// <summary>
/// Reads the local times of the HTML file (imports.md 5.3): <c>Sep 2, 2026, 12:12:52 PM PDT</c>,
/// <c>18.04.2026, 17:38:51 MESZ</c>, <c>2026/07/18 20:02:03 JST</c>, <c>15 août 2026, 10:00:00 CEST</c>. A line counts
/// only when all of it is a date, a time of day and a zone: prompts have times in them too.
/// </summary>
internal static class ActivityTimes
{
    private const int LongestLine = 80;

    private static readonly SearchValues<char> NeverInTimes = SearchValues.Create("?!;=(){}[]<>\"");

    // More words behind the time of day than a zone's name make the line a sentence.
    public static ActivityTime? Read(string line) => Read(line, mostZoneWords: 2);

    /// <summary>
    /// A line that has the look of a time in a language we do not know well: short, a year, a time of day. What it
    /// means may stay open; it is asked only where no line is a time for sure.
    /// </summary>
    public static ActivityTime? Guess(string line)
    {
        if (Read(line, mostZoneWords: 6) is { } time)
        {
            return time;
        }

        var text = Plain(line);
        return
            text.Length is > 0 and <= LongestLine
            && Clock(text) is { } clock
            && Words(text[..clock.Start]).Exists(w => w.Length == 4 && w.All(char.IsAsciiDigit))
            && !text.AsSpan().ContainsAny(NeverInTimes)
            ? new ActivityTime(null, null)
            : null;
    }

    private static ActivityTime? Read(string line, int mostZoneWords)
    {
        var text = Plain(line);
        if (text.Length is 0 or > LongestLine || Clock(text) is not { } clock)
        {
            return null;
        }

        var behind = text[clock.End..].Split([' ', ','], StringSplitOptions.RemoveEmptyEntries).ToList();
        var before = Words(text[..clock.Start]);
        var half = TakeHalfDay(behind, atEnd: false) ?? TakeHalfDay(before, atEnd: true);
        if (Date(before) is not { } date || clock.Hour > (half is null ? 23 : 12))
        {
            return null;
        }

        var zone = string.Join(' ', behind);
        if (Offset(zone) is { } offset)
        {
            return new ActivityTime(Micros(date, clock, half, offset), null);
        }

        return behind.Count > mostZoneWords || zone.Any(char.IsDigit)
            ? null
            : new ActivityTime(Micros(date, clock, half, 0), zone);
    }

    private static string Plain(string line)
    {
        var plain = ActivityVerbs
            .Plain(line)
            .Trim()
            .Replace("a. m.", "a.m.", StringComparison.Ordinal)
            .Replace("p. m.", "p.m.", StringComparison.Ordinal);
        return string.Concat(
            plain
                .Where(c =>
                    c
                        is not (
                            '\u200E'
                            or '\u200F'
                            or '\u202A'
                            or '\u202B'
                            or '\u202C'
                            or '\u2066'
                            or '\u2067'
                            or '\u2068'
                            or '\u2069'
                        )
                )
                .Select(Ascii)
        );
    }

    /// <summary>Digits of any script, and the minus sign, as ASCII.</summary>
    private static char Ascii(char c) =>
        c == '\u2212' ? '-'
        : char.IsDigit(c) && !char.IsAsciiDigit(c) ? (char)('0' + CharUnicodeInfo.GetDecimalDigitValue(c))
        : c;

    private readonly record struct TimeOfDay(int Start, int End, int Hour, int Minute, int Second);

    /// <summary>The last <c>h:mm:ss</c> of the line; in Finnish and Danish with dots, in some with "h", "min", "s".</summary>
    private static TimeOfDay? Clock(string text)
    {
        for (var i = text.Length - 1; i > 0; i--)
        {
            if (text[i] is ':' or '.' && Numbers(text, i) is { } clock)
            {
                return clock;
            }
        }

        return null;
    }

    /// <summary>Reads hour, minute and second around a separator, taken for the one before the seconds.</summary>
    private static TimeOfDay? Numbers(string text, int separator)
    {
        var end = separator + 1;
        var second = Number(text, ref end);
        var at = separator - 1;
        var minute = NumberBackwards(text, ref at);
        if (at < 0 || text[at] != text[separator])
        {
            return null;
        }

        at--;
        var hour = NumberBackwards(text, ref at);
        var isTime =
            hour is >= 0 and <= 24 && minute is >= 0 and < 60 && second is >= 0 and < 61 && end - separator == 3;

        // 18.04.26 is a date: dots part a time of day only behind one.
        return isTime && (text[separator] == ':' || text.AsSpan(0, at + 1).ContainsAnyInRange('0', '9'))
            ? new TimeOfDay(at + 1, end, hour, minute, Math.Min(second, 59))
            : null;
    }

    private static int Number(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }

        return at - start is 1 or 2
            ? int.Parse(text.AsSpan(start, at - start), NumberStyles.None, CultureInfo.InvariantCulture)
            : -1;
    }

    private static int NumberBackwards(string text, ref int at)
    {
        var end = at + 1;
        while (at >= 0 && char.IsAsciiDigit(text[at]))
        {
            at--;
        }

        return end - at - 1 is 1 or 2
            ? int.Parse(text.AsSpan(at + 1, end - at - 1), NumberStyles.None, CultureInfo.InvariantCulture)
            : -1;
    }

    /// <summary>Numbers, and words between them, in lower case; separators of numeric dates as words of their own.</summary>
    private static List<string> Words(string text)
    {
        var words = new List<string>();
        var at = 0;
        while (at < text.Length)
        {
            var start = at;
            if (char.IsAsciiDigit(text[at]))
            {
                while (at < text.Length && char.IsAsciiDigit(text[at]))
                {
                    at++;
                }
            }
            else if (char.IsLetter(text[at]) && text[at] is not ('年' or '月' or '日' or '년' or '월' or '일'))
            {
                while (
                    at < text.Length
                    && (
                        char.IsLetter(text[at])
                        || text[at] is '.' or '\''
                        || char.GetUnicodeCategory(text[at]) == UnicodeCategory.NonSpacingMark
                    )
                )
                {
                    at++;
                }
            }
            else
            {
                at++;
                if (text[start] != '/')
                {
                    continue;
                }
            }

            words.Add(text[start..at].ToLowerInvariant());
        }

        return words;
    }

    private static int? TakeHalfDay(List<string> words, bool atEnd)
    {
        if (words.Count == 0)
        {
            return null;
        }

        var at = atEnd ? words.Count - 1 : 0;
        var half = ActivityTimeWords.HalfDay(words[at].ToLowerInvariant());
        if (half < 0)
        {
            return null;
        }

        words.RemoveAt(at);
        return half;
    }

    private static DateOnly? Date(List<string> words)
    {
        var slashes = words.RemoveAll(w => w == "/") > 0;
        var numbers = new List<(int Value, int Digits)>();
        var month = 0;
        foreach (var word in words)
        {
            if (char.IsAsciiDigit(word[0]))
            {
                numbers.Add(
                    (
                        int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : -1,
                        word.Length
                    )
                );
            }
            else if (ActivityTimeWords.Month(word) is var named and > 0 && month == 0)
            {
                month = named;
            }
            else if (!ActivityTimeWords.IsBetween(word))
            {
                return null;
            }
        }

        var year = numbers.FindIndex(n => n.Digits == 4);
        if (year < 0 || numbers.Count != (month > 0 ? 2 : 3))
        {
            return null;
        }

        var first = numbers[year == 0 ? 1 : 0].Value;
        if (month > 0)
        {
            return Make(numbers[year].Value, month, first);
        }

        var second = numbers[^(year == numbers.Count - 1 ? 2 : 1)].Value;
        return year == 0 || (slashes && second > 12)
            ? Make(numbers[year].Value, first, second)
            : Make(numbers[year].Value, second, first);
    }

    private static DateOnly? Make(int year, int month, int day)
    {
        // Thailand counts from 543 years earlier.
        const int thai = 543;
        year = year > 2400 ? year - thai : year;
        return
            year is > 1970 and < 3000 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month)
            ? new DateOnly(year, month, day)
            : null;
    }

    /// <summary>Minutes east of UTC; null for a name we do not know. No zone at all is one we do not know.</summary>
    private static int? Offset(string zone)
    {
        if (ActivityTimeWords.Zone(zone) is { } known)
        {
            return known;
        }

        var sign = zone.IndexOfAny(['+', '-']);
        if (sign < 0 || (sign > 0 && ActivityTimeWords.Zone(zone[..sign].Trim()) != 0))
        {
            return null;
        }

        var digits = zone[(sign + 1)..].Replace(":", "", StringComparison.Ordinal);
        if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var n))
        {
            return null;
        }

        var minutes = digits.Length <= 2 ? n * 60 : (n / 100 * 60) + (n % 100);
        return minutes > 24 * 60 ? null
            : zone[sign] == '-' ? -minutes
            : minutes;
    }

    private static long? Micros(DateOnly date, TimeOfDay clock, int? half, int offset)
    {
        var hour = half is { } h ? (clock.Hour % 12) + h : clock.Hour % 24;
        var local = date.ToDateTime(new TimeOnly(hour, clock.Minute, clock.Second), DateTimeKind.Utc);
        return Times.FromTime(new DateTimeOffset(local).AddMinutes(-offset));
    }
}

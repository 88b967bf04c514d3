using System.Globalization;

namespace Parley.Kernel.Http;

/// <summary>Stored Unix microseconds as the API spells them: ISO 8601, UTC, with <c>Z</c>; unknown stays null.</summary>
internal static class ApiTime
{
    /// <summary>Milliseconds, and microseconds only where there are any.</summary>
    public static string? Format(long? micros) => micros is { } known && IsSane(known) ? Iso.Micros(known) : null;

    public static long Micros(DateTimeOffset time) =>
        (time.UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>An ISO 8601 time; the first instant of a year, month or day; UTC where none is said.</summary>
    public static bool TryParse(string text, out long micros)
    {
        string[] forms = ["yyyy", "yyyy-MM", "yyyy-MM-dd"];
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        var known =
            DateTimeOffset.TryParseExact(text, forms, CultureInfo.InvariantCulture, Utc, out var time)
            || (
                text.Length > 10
                && text[4] == '-'
                && text[10] is 'T' or 't' or ' '
                && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Utc, out time)
            );
        micros = known ? Micros(time) : 0;
        return known;
    }

    /// <summary>Within the years 1 to 9999: a damaged source may state any number.</summary>
    private static bool IsSane(long micros)
    {
        var ticks = ((Int128)micros * TimeSpan.TicksPerMicrosecond) + DateTime.UnixEpoch.Ticks;
        return ticks >= 0 && ticks <= DateTime.MaxValue.Ticks;
    }
}

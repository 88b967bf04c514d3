using System.Globalization;
using System.Text.Json;

namespace Parley.Import;

/// <summary>Times as exports write them, to Unix microseconds (imports.md 1.1, rule 7).</summary>
internal static class Times
{
    public static long? Read(Json value) =>
        value.Kind switch
        {
            JsonValueKind.Number => FromNumber(value.Double() ?? double.NaN),
            JsonValueKind.String => FromText(value.String()),
            JsonValueKind.Object => Read(value.Any("$date", "$numberLong")),
            _ => null,
        };

    /// <summary>Below 1e11 seconds, below 1e14 milliseconds, below 1e17 microseconds, else nanoseconds. Zero, negative and NaN are no times.</summary>
    public static long? FromNumber(double n) =>
        n switch
        {
            > 0 and < 1e11 => (long)Math.Round(n * 1e6),
            >= 1e11 and < 1e14 => (long)Math.Round(n * 1e3),
            >= 1e14 and < 1e17 => (long)n,
            >= 1e17 and < 9e18 => (long)(n / 1e3),
            _ => null,
        };

    /// <summary>ISO 8601 with 0–9 fractional digits and any offset or none (then UTC), or digits.</summary>
    public static long? FromText(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return FromNumber(number);
        }

        return DateTimeOffset.TryParse(
            CutFraction(text),
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var time
        )
            ? FromTime(time)
            : null;
    }

    public static long? FromTime(DateTimeOffset time)
    {
        var micros = (time.UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
        return micros > 0 ? micros : null;
    }

    /// <summary>Seven fractional digits are all the framework reads; Go and Rust write nine.</summary>
    private static string CutFraction(string text)
    {
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0)
        {
            return text;
        }

        var end = dot + 1;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        return end - dot > 8 ? string.Concat(text.AsSpan(0, dot + 8), text.AsSpan(end)) : text;
    }
}

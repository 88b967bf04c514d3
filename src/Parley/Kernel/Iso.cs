using System.Globalization;

namespace Parley.Kernel;

/// <summary>Times on the wire: ISO 8601 UTC with <c>Z</c>.</summary>
internal static class Iso
{
    /// <summary>Unix microseconds; milliseconds are written, microseconds only where there are any.</summary>
    public static string Micros(long micros)
    {
        var time = DateTime.UnixEpoch.AddTicks(micros * TimeSpan.TicksPerMicrosecond);
        // The framework formats "O" without reading a pattern, but always with seven digits and the zone.
        Span<char> whole = stackalloc char["yyyy-MM-ddTHH:mm:ss.fffffffZ".Length];
        time.TryFormat(whole, out _, "O", CultureInfo.InvariantCulture);
        whole = whole[..(micros % 1000 == 0 ? "yyyy-MM-ddTHH:mm:ss.fff" : "yyyy-MM-ddTHH:mm:ss.ffffff").Length];
        return string.Concat(whole, "Z");
    }

    public static string? Micros(long? micros) => micros is { } known ? Micros(known) : null;
}

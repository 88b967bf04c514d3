using System.Globalization;

namespace Parley.Kernel;

/// <summary>Times on the wire: ISO 8601 UTC with <c>Z</c>.</summary>
internal static class Iso
{
    /// <summary>Unix microseconds; milliseconds are written, microseconds only where there are any.</summary>
    public static string Micros(long micros)
    {
        var time = DateTime.UnixEpoch.AddTicks(micros * TimeSpan.TicksPerMicrosecond);
        return time.ToString(
            micros % 1000 == 0 ? "yyyy-MM-ddTHH:mm:ss.fffZ" : "yyyy-MM-ddTHH:mm:ss.ffffffZ",
            CultureInfo.InvariantCulture
        );
    }

    public static string? Micros(long? micros) => micros is { } known ? Micros(known) : null;
}

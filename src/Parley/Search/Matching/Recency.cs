using Parley.Kernel;

namespace Parley.Search.Matching;

/// <summary>
/// A light prior for what is recent: a factor from 1 to 1.1 that halves its surplus each year. Times are whole days, so
/// that the pages of one search agree with each other. Not thread-safe.
/// </summary>
internal sealed class Recency(long nowMs)
{
    private const double Share = 0.1;
    private const double HalfLifeDays = 365;
    private const long DayMs = 86_400_000;

    private readonly long _today = nowMs / DayMs;

    /// <summary>Neighbours are mostly of one day.</summary>
    private (long Days, float Factor) _last = (0, (float)(1 + Share));

    public float Factor(long id)
    {
        var days = Math.Max(0, _today - (Ids.UnixMs(id) / DayMs));
        if (days != _last.Days)
            _last = (days, (float)(1 + (Share * Math.Pow(2, -days / HalfLifeDays))));
        return _last.Factor;
    }
}

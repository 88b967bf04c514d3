using System.Globalization;
using System.Numerics;
using Parley.Kernel;
using Parley.Search.Segments;

namespace Parley.Search.Matching;

/// <summary>
/// Counts documents by day (UTC), from their ids, in the walk that counts the matches; days become weeks, months or years
/// at the end, when it is known how far apart they are. Not thread-safe.
/// </summary>
internal sealed class DateHistogram(HistogramInterval asked)
{
    /// <summary>An answer holds no more buckets: where it would, the next longer interval is taken.</summary>
    private const int MaxBuckets = 1_000;

    private const int AutoDays = 92;
    private const int AutoWeeks = 104 * 7;
    private const int AutoMonths = 20 * 366;
    private const long DayMs = 86_400_000;

    private readonly Dictionary<int, long> _days = [];
    private long _undated;
    private int _day;
    private long _inDay;
    private long _dayFirst;
    private long _dayEnd;

    public void Add(SegmentReader reader, int window, ReadOnlySpan<ulong> bits)
    {
        var traits = reader.Traits16(window);

        // Windows of a busy archive are of one day: then their ids need not be read.
        var (first, last) = reader.WindowIds(window);
        Turn(first);
        var ids = last < _dayEnd ? default : reader.Ids(window);
        for (var word = 0; word < bits.Length; word++)
        {
            for (var left = bits[word]; left != 0; left &= left - 1)
            {
                var at = (word << 6) + BitOperations.TrailingZeroCount(left);
                if ((traits[at] & DocumentTraits.Undated) != 0)
                {
                    _undated++;
                    continue;
                }

                if (!ids.IsEmpty)
                    Turn(ids[at]);
                _inDay++;
            }
        }
    }

    /// <param name="step">One in so many windows was counted.</param>
    public SearchHistogram Of(int step, bool exact)
    {
        Save();
        var days = _days.Keys.ToArray();
        Array.Sort(days);
        var interval = asked == HistogramInterval.Auto ? ForSpan(days) : asked;
        var buckets = Buckets(days, interval, step);
        while (buckets.Count > MaxBuckets && interval < HistogramInterval.Year)
            buckets = Buckets(days, ++interval, step);
        return new SearchHistogram(interval.ToString().ToLowerInvariant(), buckets, _undated * step, !exact);
    }

    private static HistogramInterval ForSpan(int[] days) =>
        (days.Length == 0 ? 0 : days[^1] - days[0]) switch
        {
            <= AutoDays => HistogramInterval.Day,
            <= AutoWeeks => HistogramInterval.Week,
            <= AutoMonths => HistogramInterval.Month,
            _ => HistogramInterval.Year,
        };

    private List<DateBucket> Buckets(int[] days, HistogramInterval interval, int step)
    {
        var buckets = new List<DateBucket>();
        foreach (var day in days)
        {
            var start = Start(day, interval).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            if (buckets.Count > 0 && buckets[^1].Start == start)
                buckets[^1] = buckets[^1] with { Count = buckets[^1].Count + (_days[day] * step) };
            else
                buckets.Add(new DateBucket(start, _days[day] * step));
        }

        return buckets;
    }

    /// <summary>The first day of the bucket that holds a day; weeks begin on Monday (ISO 8601).</summary>
    private static DateOnly Start(int day, HistogramInterval interval)
    {
        var date = DateOnly.FromDateTime(DateTime.UnixEpoch.AddDays(day));
        return interval switch
        {
            HistogramInterval.Week => date.AddDays(-(((int)date.DayOfWeek + 6) % 7)),
            HistogramInterval.Month => new DateOnly(date.Year, date.Month, 1),
            HistogramInterval.Year => new DateOnly(date.Year, 1, 1),
            _ => date,
        };
    }

    /// <summary>Goes to the day of an id; documents come in order of time, so most are of the day of the one before.</summary>
    private void Turn(long id)
    {
        if (id >= _dayFirst && id < _dayEnd)
            return;
        Save();
        _day = (int)(Ids.UnixMs(id) / DayMs);
        (_dayFirst, _dayEnd) = (Ids.Floor(_day * DayMs), Ids.Floor((_day + 1) * DayMs));
    }

    private void Save()
    {
        if (_inDay > 0)
            _days[_day] = _days.GetValueOrDefault(_day) + _inDay;
        _inDay = 0;
    }
}

namespace Parley.Kernel.Http;

/// <summary>Counts answers and their times, without a lock. Read by the metrics page.</summary>
internal sealed class HttpMetrics
{
    /// <summary>Upper bounds of the histogram, in seconds.</summary>
    public static readonly double[] Bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

    private readonly long[] buckets = new long[Bounds.Length + 1];
    private readonly long[] classes = new long[6];
    private long ticks;

    public void Count(int status, TimeSpan took)
    {
        var bucket = 0;
        while (bucket < Bounds.Length && took.TotalSeconds > Bounds[bucket])
        {
            bucket++;
        }

        Interlocked.Increment(ref buckets[bucket]);
        Interlocked.Increment(ref classes[Math.Clamp(status / 100, 0, 5)]);
        Interlocked.Add(ref ticks, took.Ticks);
    }

    public double TotalSeconds => TimeSpan.FromTicks(Interlocked.Read(ref ticks)).TotalSeconds;

    /// <summary>Answers of 1xx to 5xx.</summary>
    public long OfClass(int hundred) => Interlocked.Read(ref classes[hundred]);

    /// <summary>Answers in one bucket, the last being past every bound.</summary>
    public long InBucket(int bucket) => Interlocked.Read(ref buckets[bucket]);
}

using System.Collections.Concurrent;
using System.Globalization;
using Parley.Kernel.Problems;

namespace Parley.Identity;

/// <summary>
/// How many requests a user, or an address that is not signed in, may make in a minute (security.md section 6). A meter
/// fills with each request and runs empty at a steady rate (GCRA): one number for each. Thread-safe.
/// </summary>
internal sealed class RequestLimits(IdentityOptions options, TimeProvider time)
{
    /// <summary>Past it those that have run empty are dropped.</summary>
    private const int MostMeters = 50_000;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Meter> addresses = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<long, Meter> users = new();

    /// <summary>Counts a request; gives the answer to one too many. Answers say how many are left.</summary>
    /// <param name="count">As how many it counts: all of them, or none where it is refused.</param>
    public ProblemResult? Refuse(HttpContext http, Caller? caller, int count = 1)
    {
        if (options.SingleUser || caller is { Door: CallerDoor.Local })
        {
            return null;
        }

        return caller is null
            ? Refuse(http, Of(addresses, RequestOrigin.AddressOf(http) ?? "local"), options.AddressRequests, count)
            : Refuse(http, Of(users, caller.OwnerId), options.UserRequests, count);
    }

    private ProblemResult? Refuse(HttpContext http, Meter meter, int limit, int count)
    {
        if (limit <= 0)
        {
            return null;
        }

        var now = time.GetUtcNow().Ticks;
        var (left, wait) = meter.Take(now, Window.Ticks / limit, Window.Ticks, count);
        var headers = http.Response.Headers;
        headers["RateLimit-Limit"] = limit.ToString(CultureInfo.InvariantCulture);
        headers["RateLimit-Remaining"] = left.ToString(CultureInfo.InvariantCulture);
        if (wait == 0)
        {
            return null;
        }

        headers.RetryAfter = ((wait / TimeSpan.TicksPerSecond) + 1).ToString(CultureInfo.InvariantCulture);
        return new ProblemResult(ProblemCodes.TooManyRequests, $"at most {limit} requests a minute");
    }

    private Meter Of<TKey>(ConcurrentDictionary<TKey, Meter> meters, TKey key)
        where TKey : notnull
    {
        if (meters.Count > MostMeters)
        {
            foreach (var (other, meter) in meters)
            {
                if (meter.IsEmpty(time.GetUtcNow().Ticks))
                {
                    meters.TryRemove(other, out _);
                }
            }
        }

        return meters.GetOrAdd(key, static _ => new Meter());
    }

    /// <summary>Times in ticks.</summary>
    private sealed class Meter
    {
        private readonly Lock gate = new();
        private long emptyAt;

        public bool IsEmpty(long now) => Interlocked.Read(ref emptyAt) <= now;

        /// <summary>Requests left now, and the wait until the next where there are none.</summary>
        public (long Left, long Wait) Take(long now, long each, long window, int count)
        {
            lock (gate)
            {
                var next = Math.Max(emptyAt, now) + (each * count);
                if (next - now > window)
                {
                    return (0, next - now - window);
                }

                emptyAt = next;
                return ((window - (next - now)) / each, 0);
            }
        }
    }
}

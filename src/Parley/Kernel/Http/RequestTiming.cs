using System.Globalization;
using System.Runtime.CompilerServices;

namespace Parley.Kernel.Http;

/// <summary>Where a request's time went, answered as <c>Server-Timing</c> (W3C Server Timing, durations in milliseconds).</summary>
internal sealed class RequestTiming(TimeProvider time)
{
    private readonly long began = time.GetTimestamp();
    private readonly List<(string Name, TimeSpan Took)> parts = new(2);

    public TimeSpan Elapsed => time.GetElapsedTime(began);

    public void Add(string name, TimeSpan took)
    {
        for (var i = 0; i < parts.Count; i++)
        {
            if (parts[i].Name == name)
            {
                parts[i] = (name, parts[i].Took + took);
                return;
            }
        }

        parts.Add((name, took));
    }

    /// <summary>Begins the timing of a request and has its header written with the answer's first byte.</summary>
    public static RequestTiming Begin(HttpContext http, TimeProvider time)
    {
        var timing = new RequestTiming(time);
        http.Features.Set(timing);
        http.Response.OnStarting(
            static state =>
            {
                var at = (HttpContext)state;
                at.Response.Headers["Server-Timing"] = at.Features.Get<RequestTiming>()!.ToString();
                return Task.CompletedTask;
            },
            http
        );
        return timing;
    }

    public override string ToString()
    {
        Span<char> room = stackalloc char[128];
        var text = new DefaultInterpolatedStringHandler(0, 0, CultureInfo.InvariantCulture, room);
        foreach (var (name, took) in parts)
        {
            Append(ref text, name, took);
            text.AppendLiteral(", ");
        }

        Append(ref text, "total", Elapsed);
        return text.ToStringAndClear();
    }

    /// <summary>Milliseconds to three places, of whole microseconds: numbers with a point are ten times as slow to write.</summary>
    private static void Append(ref DefaultInterpolatedStringHandler text, string name, TimeSpan took)
    {
        var micros = took.Ticks / TimeSpan.TicksPerMicrosecond;
        text.AppendLiteral(name);
        text.AppendLiteral(";dur=");
        text.AppendFormatted(micros / 1000);
        text.AppendFormatted('.');
        for (var digit = 100; digit > 0; digit /= 10)
            text.AppendFormatted((char)('0' + (micros / digit % 10)));
    }
}

internal static class RequestTimingOfTasks
{
    /// <summary>Adds the time this task takes from here on to the request's <c>Server-Timing</c>, under <paramref name="name"/>.</summary>
    public static async Task<T> Timed<T>(this HttpContext http, string name, Task<T> task)
    {
        var timing = http.Features.Get<RequestTiming>();
        var before = timing?.Elapsed ?? default;
        var result = await task;
        timing?.Add(name, timing.Elapsed - before);
        return result;
    }
}

using System.Collections.Concurrent;

namespace Parley.Providers;

/// <summary>How one upstream has answered lately, and whether it is left alone for a while. Thread-safe.</summary>
internal sealed class UpstreamHealth(ProviderOptions options, TimeProvider time)
{
    private readonly Lock gate = new();
    private int failures;
    private DateTimeOffset? shutUntil;

    /// <summary>What failed last, fit to be shown; null once something went well.</summary>
    public string? LastError { get; private set; }

    public DateTimeOffset? LastErrorAt { get; private set; }

    public DateTimeOffset? LastAnswerAt { get; private set; }

    /// <summary>ready, failing, or resting: it failed so often that it is left alone.</summary>
    public string State
    {
        get
        {
            lock (gate)
            {
                return shutUntil > time.GetUtcNow() ? "resting"
                    : failures > 0 ? "failing"
                    : "ready";
            }
        }
    }

    /// <summary>
    /// Null where it may be asked; else how long not. Once the pause is over one question is let through, and the rest
    /// when that went well.
    /// </summary>
    public TimeSpan? Refuse()
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            if (shutUntil is not { } until)
            {
                return null;
            }

            if (until > now)
            {
                return until - now;
            }

            shutUntil = now + options.CircuitPause;
            return null;
        }
    }

    public void Answered()
    {
        lock (gate)
        {
            (failures, shutUntil, LastError, LastErrorAt) = (0, null, null, null);
            LastAnswerAt = time.GetUtcNow();
        }
    }

    /// <summary>
    /// Only what speaks of the upstream itself counts: not a question it refuses or stumbles over (a user's picture must
    /// not shut it for all), nor a busy moment.
    /// </summary>
    public void Failed(UpstreamException failure)
    {
        lock (gate)
        {
            LastError = failure.Message;
            LastErrorAt = time.GetUtcNow();
            if (failure.Status is not (null or 502 or 504))
            {
                return;
            }

            if (++failures >= options.CircuitFailures)
            {
                shutUntil = time.GetUtcNow() + options.CircuitPause;
            }
        }
    }
}

/// <summary>The health of every upstream that was asked since the start.</summary>
internal sealed class UpstreamHealths(ProviderOptions options, TimeProvider time)
{
    private readonly ConcurrentDictionary<long, UpstreamHealth> all = new();

    public UpstreamHealth Of(long upstreamId) => all.GetOrAdd(upstreamId, _ => new UpstreamHealth(options, time));
}

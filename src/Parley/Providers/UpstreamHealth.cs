using System.Collections.Concurrent;

namespace Parley.Providers;

/// <summary>How one upstream has answered lately, and whether it is left alone for a while. Thread-safe.</summary>
internal sealed class UpstreamHealth(ProviderOptions options, TimeProvider time)
{
    private readonly Circuit circuit = new(options.CircuitFailures, options.CircuitPause, time);

    /// <summary>What failed last, fit to be shown; null once something went well.</summary>
    public string? LastError { get; private set; }

    public DateTimeOffset? LastErrorAt { get; private set; }

    public DateTimeOffset? LastAnswerAt { get; private set; }

    /// <inheritdoc cref="Circuit.State"/>
    public string State => circuit.State;

    /// <inheritdoc cref="Circuit.Refuse"/>
    public TimeSpan? Refuse() => circuit.Refuse();

    public void Answered()
    {
        circuit.Answered();
        (LastError, LastErrorAt) = (null, null);
        LastAnswerAt = time.GetUtcNow();
    }

    /// <summary>
    /// Only what speaks of the upstream itself counts: not a question it refuses or stumbles over (a user's picture must
    /// not shut it for all), nor a busy moment.
    /// </summary>
    public void Failed(UpstreamException failure)
    {
        LastError = failure.Message;
        LastErrorAt = time.GetUtcNow();
        if (failure.Status is null or 502 or 504)
        {
            circuit.Failed();
        }
    }
}

/// <summary>The health of every upstream that was asked since the start.</summary>
internal sealed class UpstreamHealths(ProviderOptions options, TimeProvider time)
{
    private readonly ConcurrentDictionary<long, UpstreamHealth> all = new();

    public UpstreamHealth Of(long upstreamId) => all.GetOrAdd(upstreamId, _ => new UpstreamHealth(options, time));
}

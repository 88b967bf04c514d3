namespace Parley.Providers;

/// <summary>How far a call had come when it failed.</summary>
internal enum UpstreamPhase : byte
{
    /// <summary>No connection: nothing was asked.</summary>
    Connect = 1,

    /// <summary>Asked, and no piece of an answer has come.</summary>
    FirstToken,

    /// <summary>The answer had begun.</summary>
    MidStream,
}

/// <summary>
/// An upstream failed. The message is fit to be shown: it names the upstream, the phase and the status, and of the
/// upstream's own words at most a trimmed line (S40).
/// </summary>
internal sealed class UpstreamException(string upstream, UpstreamPhase phase, string message, Exception? inner = null)
    : Exception(message, inner)
{
    public string Upstream { get; } = upstream;

    public UpstreamPhase Phase { get; } = phase;

    /// <summary>The HTTP status it answered, where it did.</summary>
    public int? Status { get; init; }

    /// <summary>When it says it is worth trying again.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Nothing of an answer was produced and asking again may help (R4): connect errors, 429, 503.</summary>
    public bool MayRetry =>
        Phase == UpstreamPhase.Connect || (Phase == UpstreamPhase.FirstToken && Status is 429 or 503);
}

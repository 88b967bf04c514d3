using Parley.Kernel.Processes;

namespace Parley.Providers;

/// <summary>
/// Leaves alone for a while what has failed several times in a row. Once the pause is over one question is let through,
/// and the rest when that went well. Thread-safe.
/// </summary>
/// <param name="most">Failures in a row that shut it.</param>
/// <param name="longest">The pause doubles with each further failure, up to this; null: it is always the same.</param>
internal sealed class Circuit(int most, TimeSpan pause, TimeProvider time, TimeSpan? longest = null)
{
    private readonly Lock gate = new();
    private int failures;
    private DateTimeOffset? shutUntil;

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

    /// <summary>Null where it may be asked; else how long not.</summary>
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

            shutUntil = now + pause;
            return null;
        }
    }

    public void Answered()
    {
        lock (gate)
        {
            (failures, shutUntil) = (0, null);
        }
    }

    public void Failed()
    {
        lock (gate)
        {
            if (++failures >= most)
            {
                shutUntil =
                    time.GetUtcNow()
                    + GrowingPause.After(longest is null ? 0 : failures - most, pause, longest ?? pause);
            }
        }
    }
}

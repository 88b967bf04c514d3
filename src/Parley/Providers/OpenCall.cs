namespace Parley.Providers;

/// <summary>
/// A call of a model that is being answered to a program. Whoever answers says at any time what has been used so far;
/// the booking looks at it from another thread.
/// </summary>
/// <param name="soFar">Null while nothing has come. Called by the booking alone, one call after the other.</param>
internal sealed class OpenCall(long id, long userId, DateTimeOffset at, Func<SpentTokens?> soFar)
{
    private int ended;

    public long Id { get; } = id;
    public long UserId { get; } = userId;
    public DateTimeOffset At { get; } = at;

    /// <summary>Its end is on the way to the store: nothing is to be written of it any more that is not the end.</summary>
    public bool HasEnded
    {
        get => Volatile.Read(ref ended) != 0;
        set => Volatile.Write(ref ended, value ? 1 : 0);
    }

    /// <summary>The tokens that its row says. The booking's own.</summary>
    public long Saved { get; set; }

    public SpentTokens? SoFar() => soFar();
}

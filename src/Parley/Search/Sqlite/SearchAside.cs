using Parley.Kernel;
using Parley.Search.Matching;

namespace Parley.Search.Sqlite;

/// <summary>
/// A second thread of one search, with a snapshot of its own: it counts while the first one ranks, and then ranks with it.
/// It takes a reader only where one is free, sees the same segments or does nothing, and what it has not begun when the
/// first thread needs it the first thread does itself: nobody waits for a thread or a reader that does not come.
/// </summary>
internal sealed class SearchAside
{
    private readonly Task _run;
    private int _taken;
    private MatchCounts? _counts;
    private volatile Action<Matcher>? _offered;

    /// <param name="read">Runs something in a session of its own, if one is free.</param>
    /// <param name="see">What that session sees.</param>
    /// <param name="open">A matcher over the same segments; <see langword="null"/> where it sees others.</param>
    /// <param name="count">Counts all matches.</param>
    public SearchAside(
        Func<Action<DbSession>, bool> read,
        Func<DbSession, IndexView> see,
        Func<IndexView, Matcher?> open,
        Func<Matcher, MatchCounts> count
    ) =>
        _run = Task.Run(() =>
            read(session =>
            {
                using var view = see(session);
                if (open(view) is not { } twin || !Take())
                    return;
                _counts = count(twin);
                _offered?.Invoke(twin);
            })
        );

    /// <summary>What it may run when it has counted.</summary>
    public void Offer(Action<Matcher> run) => _offered = run;

    /// <summary>Its counts, once it has them; <see langword="null"/> where it has not begun and now will not.</summary>
    /// <remarks>Throws what it met, which is what the first thread would have met there.</remarks>
    public MatchCounts? Counts()
    {
        if (Take())
            return null;
#pragma warning disable VSTHRD002 // It has taken the counts, so it runs on a thread of the pool and waits for nothing itself.
        _run.GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
        return _counts;
    }

    private bool Take() => Interlocked.Exchange(ref _taken, 1) == 0;
}

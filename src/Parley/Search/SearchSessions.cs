using Parley.Kernel.Problems;

namespace Parley.Search;

/// <summary>
/// One running search a session: what a person types next ends the search of what was typed before, at once. Holds only
/// what runs. Thread-safe.
/// </summary>
internal sealed class SearchSessions
{
    /// <summary>Longest name of a session, in UTF-16 code units.</summary>
    public const int MaxLength = 64;

    private readonly Lock _gate = new();
    private readonly Dictionary<(long OwnerId, string Session), CancellationTokenSource> _running = [];

    /// <exception cref="ProblemException">A later search of the session took this one's place.</exception>
    public async Task<T> RunAsync<T>(
        long ownerId,
        string session,
        Func<CancellationToken, Task<T>> search,
        CancellationToken ct
    )
    {
        var key = (ownerId, session);
        using var own = CancellationTokenSource.CreateLinkedTokenSource(ct);
        lock (_gate)
        {
            // Not Cancel: what waits for that token would go on right here, under the lock.
            if (_running.Remove(key, out var before))
                _ = before.CancelAsync();
            _running[key] = own;
        }

        try
        {
            return await search(own.Token);
        }
        catch (OperationCanceledException) when (own.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            throw new ProblemException(ProblemCodes.Superseded, "a later search of the same session took its place");
        }
        finally
        {
            lock (_gate)
            {
                if (_running.GetValueOrDefault(key) == own)
                    _running.Remove(key);
            }
        }
    }
}

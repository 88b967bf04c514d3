using Parley.Conversations;
using Parley.Kernel;

namespace Parley.Realtime;

/// <summary>What happened to a conversation, for those it is shared with.</summary>
/// <param name="IsGone">Into the bin: then it cannot be read any more, and who could is told so.</param>
internal readonly record struct SharedChange(long OwnerId, long ConversationId, bool IsGone);

/// <summary>
/// Finds out which listeners may read a conversation of somebody else's that changed, away from the thread that committed
/// the change. Several changes of one conversation that wait are one. Thread-safe.
/// </summary>
internal sealed partial class SharedNews(Db db, ILogger<SharedNews> log)
{
    /// <summary>Conversations that may wait; what comes on top is not told, and the lists are read anew some day.</summary>
    private const int MostWaiting = 10_000;

    private const int AtOnce = 200;

    private readonly Lock gate = new();
    private readonly Dictionary<long, SharedChange> waiting = [];
    private bool running;

    /// <param name="listeners">Who listens now, the owner left out.</param>
    /// <param name="tell">Is given each listener and conversation they may read.</param>
    public void Add(SharedChange change, Func<List<long>> listeners, Action<long, SharedChange> tell)
    {
        lock (gate)
        {
            if (waiting.Count < MostWaiting || waiting.ContainsKey(change.ConversationId))
            {
                waiting[change.ConversationId] = change;
            }

            if (running)
            {
                return;
            }

            running = true;
        }

        _ = Task.Run(() => RunAsync(listeners, tell), CancellationToken.None);
    }

    private async Task RunAsync(Func<List<long>> listeners, Action<long, SharedChange> tell)
    {
        while (Take() is { Count: > 0 } changes)
        {
            try
            {
                var users = listeners();
                foreach (var (user, change) in await db.ReadAsync(session => Readers(session, users, changes)))
                {
                    tell(user, change);
                }
            }
            catch (StoreException failure)
            {
                // Nobody is owed this news: the next read of the list has it.
                LogLost(changes.Count, failure.Message);
            }
        }
    }

    private static List<(long User, SharedChange Change)> Readers(
        DbSession session,
        List<long> users,
        List<SharedChange> changes
    )
    {
        var readers = new List<(long, SharedChange)>();
        foreach (var change in changes)
        {
            foreach (var user in users)
            {
                if (
                    user != change.OwnerId
                    && (
                        change.IsGone
                            ? ConversationAccess.CouldReadShared(session, user, change.ConversationId)
                            : ConversationAccess.MayReadShared(session, user, change.ConversationId)
                    )
                )
                {
                    readers.Add((user, change));
                }
            }
        }

        return readers;
    }

    private List<SharedChange> Take()
    {
        lock (gate)
        {
            var taken = waiting.Values.Take(AtOnce).ToList();
            taken.ForEach(change => waiting.Remove(change.ConversationId));
            running = taken.Count > 0;
            return taken;
        }
    }

    [LoggerMessage(1210, LogLevel.Warning, "news of {count} shared conversations was lost: {reason}")]
    private partial void LogLost(int count, string reason);
}

using Parley.Conversations;
using Parley.Identity;
using Parley.Kernel;

namespace Parley.Import;

/// <summary>
/// What owners have room for. The imports of one owner that run at once share one budget: what one has taken and not yet
/// written, the other does not have. Thread-safe.
/// </summary>
internal sealed class StorageBudgets(Db db, Quotas quotas)
{
    private readonly Lock gate = new();
    private readonly Dictionary<long, Shared> open = [];

    /// <summary>For as long as an import runs, to its last commit.</summary>
    public Lease Open(long ownerId, CancellationToken ct)
    {
        lock (gate)
        {
            if (!open.TryGetValue(ownerId, out var shared))
            {
                var (bytes, files) = db.Read(session => quotas.RoomOf(session, ownerId), ct: ct);
                var budget = new StorageBudget(
                    bytes,
                    files,
                    hash => db.Read(session => StorageMeter.Has(session, ownerId, hash), ct: CancellationToken.None)
                );
                shared = open[ownerId] = new Shared(budget);
            }

            shared.Users++;
            return new Lease(this, ownerId, shared.Budget);
        }
    }

    private void Close(long ownerId)
    {
        lock (gate)
        {
            if (--open[ownerId].Users == 0)
            {
                open.Remove(ownerId);
            }
        }
    }

    private sealed class Shared(StorageBudget budget)
    {
        public StorageBudget Budget => budget;
        public int Users { get; set; }
    }

    /// <summary>An import's hold of its owner's budget. Disposed once.</summary>
    internal sealed class Lease(StorageBudgets of, long ownerId, StorageBudget budget) : IDisposable
    {
        public StorageBudget Budget => budget;

        public void Dispose() => of.Close(ownerId);
    }
}

using Parley.Kernel;

namespace Parley.Identity;

/// <summary>A room above that keeps something for every account.</summary>
internal interface IAccountWitness
{
    /// <summary>Inside the transaction that makes the account.</summary>
    void Born(DbTransaction tx, long userId);

    /// <summary>About how many things of the account's are here; 0: none that anybody would miss.</summary>
    long Count(DbSession session, long userId);

    /// <summary>
    /// Removes or hands over a part of what a removed account owned: some 100 ms of work. Called again, each time in a
    /// write of its own, until it gives <see cref="LeaveStep.Done"/>; may be called once more after that.
    /// </summary>
    LeaveStep Leave(DbTransaction tx, RemovedAccount account);
}

/// <summary>An account that is gone.</summary>
/// <param name="Name">Of the person.</param>
/// <param name="Heir">Who gets what it owned; null: it is removed.</param>
internal sealed record RemovedAccount(long Id, string Name, long? Heir);

internal enum LeaveStep
{
    /// <summary>Call again.</summary>
    More,

    /// <summary>Something of the account's still runs: call again in a while.</summary>
    Later,

    Done,
}

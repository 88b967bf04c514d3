using Parley.Identity;
using Parley.Kernel;
using Parley.Search.Sqlite;

namespace Parley.Search;

/// <summary>The end of an account's searches: saved ones go to its heir, remembered ones go.</summary>
internal sealed class AccountSearches : IAccountWitness
{
    public void Born(DbTransaction tx, long userId) { }

    public long Count(DbSession session, long userId) => SavedSearches.Count(session, userId);

    public LeaveStep Leave(DbTransaction tx, RemovedAccount account)
    {
        if (account.Heir is { } heir)
        {
            SavedSearches.HandOver(tx, account.Id, heir, account.Name);
        }

        SavedSearches.RemoveAll(tx, account.Id);
        SubmittedQueries.RemoveAll(tx, account.Id);
        return LeaveStep.Done;
    }
}

using Parley.Kernel;

namespace Parley.Identity;

/// <summary>A room above that keeps something for every account.</summary>
internal interface IAccountWitness
{
    /// <summary>Inside the transaction that makes the account.</summary>
    void Born(DbTransaction tx, long userId);
}

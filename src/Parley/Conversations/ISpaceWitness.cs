using Parley.Kernel;

namespace Parley.Conversations;

/// <summary>A room above that keeps things in spaces.</summary>
internal interface ISpaceWitness
{
    /// <summary>Inside the transaction in which a space ends: what lies in it goes to another of the same owner.</summary>
    void Merged(DbTransaction tx, long ownerId, long spaceId, long into);
}

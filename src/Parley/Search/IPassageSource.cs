using Parley.Conversations;
using Parley.Kernel;

namespace Parley.Search;

/// <summary>
/// A room above that cuts documents into pieces gives them back when the index is built anew or checked. Thread-safe.
/// </summary>
internal interface IPassageSource
{
    /// <summary>How many pieces the index should hold.</summary>
    long Count(DbSession session);

    /// <summary>Adds pieces with ids above <paramref name="after"/> to the batch, ascending, at most <paramref name="limit"/>.</summary>
    /// <param name="session">What is read from.</param>
    /// <param name="after">The last id that was read; 0 at first.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="batch">Where they go: <see cref="WriteBatch.Passages"/>.</param>
    /// <param name="arena">Holds their texts.</param>
    /// <returns>The last id read, or <see langword="null"/> where there was none.</returns>
    long? Read(DbSession session, long after, int limit, WriteBatch batch, Utf8Arena arena);
}

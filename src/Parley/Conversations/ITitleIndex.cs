using Parley.Kernel;

namespace Parley.Conversations;

/// <summary>Finds conversations by words of their titles. Implemented by the room that owns the full-text index.</summary>
internal interface ITitleIndex
{
    /// <summary>
    /// The newest conversations whose titles hold every word of <paramref name="text"/>, the last one as a beginning; ids in any
    /// order, at most <paramref name="limit"/>. May hold ids of other owners or of the bin: the caller filters.
    /// </summary>
    IReadOnlyList<long> Match(DbSession session, long ownerId, string text, int limit);
}

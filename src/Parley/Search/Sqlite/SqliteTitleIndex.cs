using Parley.Conversations;
using Parley.Kernel;
using Parley.Search.Matching;

namespace Parley.Search.Sqlite;

/// <summary>Titles for the lists of conversations.</summary>
internal sealed class SqliteTitleIndex(SegmentSets sets) : ITitleIndex
{
    public IReadOnlyList<long> Match(DbSession session, long ownerId, string text, int limit)
    {
        using var view = sets.View(session, ownerId);
        return TitleMatch.Newest(view, text, limit);
    }
}

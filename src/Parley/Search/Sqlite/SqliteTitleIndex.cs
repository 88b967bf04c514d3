using Parley.Conversations;
using Parley.Kernel;

namespace Parley.Search.Sqlite;

/// <summary>Titles for the lists of conversations.</summary>
internal sealed class SqliteTitleIndex : ITitleIndex
{
    private const string Sql = "SELECT rowid FROM search_index WHERE search_index MATCH ?1 ORDER BY rowid DESC";

    public IReadOnlyList<long> Match(DbSession session, long ownerId, string text, int limit)
    {
        var ids = new List<long>();
        if (TitleExpression.Of(new TermTable(session), text) is not { } match)
            return ids;
        using var walk = session.Query(Sql);
        walk.BindText(1, match.Utf8);
        while (ids.Count < limit && walk.Step())
        {
            if (Ids.IsConversation(walk.Int64(0)))
                ids.Add(walk.Int64(0));
        }

        return ids;
    }
}

using Parley.Conversations;
using Parley.Kernel;

namespace Parley.Search.Sqlite;

/// <summary>
/// Conditions on what may change after a message was indexed (tags, space, archive, the active path): checked on the
/// row of each candidate, not in the index.
/// </summary>
internal sealed class RowFilter
{
    private readonly List<long> _tags = [];
    private readonly List<long> _withoutTags = [];
    private readonly List<long> _spaces = [];
    private readonly List<long> _otherSpaces = [];
    private readonly List<(string State, bool Wanted)> _states = [];

    public bool ActiveOnly { get; private set; }

    /// <summary>A name that must match is nobody's: nothing can be found.</summary>
    public bool Impossible { get; private set; }

    /// <summary>Whether a candidate needs its row at all.</summary>
    public bool Any =>
        ActiveOnly || _tags.Count + _withoutTags.Count + _spaces.Count + _otherSpaces.Count + _states.Count > 0;

    public static RowFilter Of(DbSession session, long ownerId, IReadOnlyList<SearchFilter> filters)
    {
        var rows = new RowFilter();
        var spacesWanted = false;
        foreach (var filter in filters)
        {
            switch (filter.Key)
            {
                case SearchFilterKey.Branch:
                    rows.ActiveOnly |= (filter.Value == "active") != filter.Negated;
                    break;
                case SearchFilterKey.Is when filter.Value != "hidden":
                    rows._states.Add((filter.Value, !filter.Negated));
                    break;
                case SearchFilterKey.Tag:
                    rows.Add(
                        FindId(
                            session,
                            "SELECT id FROM tags WHERE owner_id = ?1 AND name_key = ?2",
                            IdKind.Tag,
                            ownerId,
                            filter.Value
                        ),
                        filter.Negated,
                        rows._tags,
                        rows._withoutTags
                    );
                    break;
                case SearchFilterKey.Space:
                    var id = FindId(
                        session,
                        "SELECT id FROM spaces WHERE owner_id = ?1 AND name_key = ?2",
                        IdKind.Space,
                        ownerId,
                        filter.Value
                    );
                    spacesWanted |= !filter.Negated;
                    if (id is { } known)
                        (filter.Negated ? rows._otherSpaces : rows._spaces).Add(known);
                    break;
            }
        }

        rows.Impossible |= spacesWanted && rows._spaces.Count == 0;
        return rows;
    }

    /// <summary>Whether a conversation's row passes.</summary>
    public bool Accepts(DbSession session, in ConversationRow row)
    {
        if ((_spaces.Count > 0 && !_spaces.Contains(row.SpaceId)) || _otherSpaces.Contains(row.SpaceId))
            return false;
        foreach (var (state, wanted) in _states)
        {
            if (row.Is(state) != wanted)
                return false;
        }

        foreach (var tag in _tags)
        {
            if (!Tagged(session, tag, row.Id))
                return false;
        }

        foreach (var tag in _withoutTags)
        {
            if (Tagged(session, tag, row.Id))
                return false;
        }

        return true;
    }

    private static bool Tagged(DbSession session, long tag, long conversation)
    {
        using var find = session.Query("SELECT 1 FROM conversation_tags WHERE tag_id = ?1 AND conversation_id = ?2");
        find.Bind(1, tag);
        find.Bind(2, conversation);
        return find.Step();
    }

    private static long? FindId(DbSession session, string sql, IdKind kind, long ownerId, string value)
    {
        using var find = session.Query(sql);
        find.Bind(1, ownerId);
        find.Bind(2, Names.Key(value));
        if (find.Step())
            return find.Int64(0);
        return Ids.TryParse(value, kind, out var id) ? id : null;
    }

    private void Add(long? id, bool negated, List<long> wanted, List<long> unwanted)
    {
        if (id is { } known)
            (negated ? unwanted : wanted).Add(known);
        else
            Impossible |= !negated;
    }
}

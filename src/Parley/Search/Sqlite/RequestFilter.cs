using Parley.Conversations;
using Parley.Kernel;
using Parley.Search.Matching;
using Parley.Search.Segments;

namespace Parley.Search.Sqlite;

/// <summary>
/// The filters of a request as the index takes them. What may change after a message was indexed (tags, space, archive,
/// bin) is read from the indexes of the tables, as the list of the conversations that have it or of those that have not.
/// </summary>
internal sealed class RequestFilter
{
    private const string TagSql = "SELECT id FROM tags WHERE owner_id = ?1 AND name_key = ?2";
    private const string SpaceSql = "SELECT id FROM spaces WHERE owner_id = ?1 AND name_key = ?2";
    private const string TaggedSql = "SELECT conversation_id FROM conversation_tags WHERE tag_id = ?1";
    private const string BinSql =
        "SELECT id FROM conversations WHERE owner_id = ?1 AND deleted_at IS NOT NULL ORDER BY deleted_at DESC";
    private const string InSpaceSql =
        "SELECT id FROM conversations WHERE owner_id = ?1 AND space_id = ?2 AND deleted_at IS NULL ORDER BY sort_at DESC";

    private static readonly Dictionary<string, string> StateSql = new(StringComparer.Ordinal)
    {
        ["archived"] =
            "SELECT id FROM conversations WHERE owner_id = ?1 AND archived = 1 AND deleted_at IS NULL ORDER BY sort_at DESC",
        ["pinned"] =
            "SELECT id FROM conversations WHERE owner_id = ?1 AND pinned = 1 AND deleted_at IS NULL ORDER BY sort_at DESC",
        ["starred"] =
            "SELECT id FROM conversations WHERE owner_id = ?1 AND starred = 1 AND deleted_at IS NULL ORDER BY sort_at DESC",
    };

    private readonly DbSession _session;
    private readonly long _ownerId;
    private readonly IReadOnlyList<SearchFilter> _filters;
    private readonly List<long> _excluded = [];
    private HashSet<long>? _included;

    /// <summary>Documents of projects are in no space.</summary>
    private bool _inSpace;

    private RequestFilter(DbSession session, long ownerId, IReadOnlyList<SearchFilter> filters)
    {
        (_session, _ownerId, _filters) = (session, ownerId, filters);
        ActiveOnly = filters.Any(filter =>
            filter.Key == SearchFilterKey.Branch && (filter.Value == "active") != filter.Negated
        );
        ReadConversations();
    }

    /// <summary>The statements, for the tests of their plans.</summary>
    public static IReadOnlyList<string> Statements { get; } =
    [TagSql, SpaceSql, TaggedSql, BinSql, InSpaceSql, .. StateSql.Values];

    /// <summary>Only messages on the active path, which their rows say.</summary>
    public bool ActiveOnly { get; }

    /// <summary>A name that must match is nobody's: nothing can be found.</summary>
    public bool Impossible { get; private set; }

    public static RequestFilter Of(DbSession session, SearchRequest request) =>
        new(session, request.OwnerId, request.Query.Filters);

    /// <param name="range">Ids that may be found.</param>
    public DocumentFilter ToDocuments(IndexView view, (long First, long Last) range)
    {
        var (kinds, with, without) = (DocumentFilter.AnyKind, 0, 0);
        foreach (var filter in _filters)
        {
            var bit = Bit(filter);
            (with, without) = filter.Negated ? (with, without | bit) : (with | bit, without);
        }

        var roles = Bits(SearchFilterKey.Role, negated: false);
        if (roles != 0)
            kinds = roles;
        kinds &= ~Bits(SearchFilterKey.Role, negated: true);
        if (ActiveOnly || (with | without) != 0)
            kinds &= DocumentFilter.Messages;
        if (_included is not null || _inSpace)
            kinds &= ~(1 << DocumentTraits.Document);
        return new DocumentFilter
        {
            Ids = Time(range),
            Kinds = kinds,
            With = with,
            Without = without,
            Provider = Names(SearchFilterKey.Provider, (name, wanted) => name == wanted),
            Model = Model(view),
            Conversations =
                _included is null && _excluded.Count == 0
                    ? null
                    : new AllowedConversations(
                        _included is null ? null : Sorted(_included),
                        Sorted(_excluded),
                        Others: _included is null
                    ),
        };
    }

    private static long[] Sorted(IEnumerable<long> ids)
    {
        long[] sorted = [.. ids];
        Array.Sort(sorted);
        return sorted;
    }

    private static int Bit(SearchFilter filter) =>
        (filter.Key, filter.Value) switch
        {
            (SearchFilterKey.Has, "code") => DocumentTraits.Code,
            (SearchFilterKey.Has, "attachment") => DocumentTraits.Attachment,
            (SearchFilterKey.Has, "thinking") => DocumentTraits.Thinking,
            (SearchFilterKey.Has, _) => DocumentTraits.Tool,
            (SearchFilterKey.Is, "hidden") => DocumentTraits.Hidden,
            _ => 0,
        };

    private int Bits(SearchFilterKey key, bool negated)
    {
        var bits = 0;
        foreach (var filter in _filters)
        {
            if (filter.Key == key && filter.Negated == negated && Roles.Find(filter.Value) is { } role)
                bits |= 1 << (int)role;
        }

        return bits;
    }

    private (long First, long Last) Time((long First, long Last) range)
    {
        foreach (var filter in _filters)
        {
            // A negated date is its complement: -before:2025 is after:2025.
            var floor = Ids.Floor(filter.Number);
            if (filter.Key == SearchFilterKey.Before)
                range = filter.Negated
                    ? (Math.Max(range.First, floor), range.Last)
                    : (range.First, Math.Min(range.Last, floor - 1));
            else if (filter.Key == SearchFilterKey.After)
                range = filter.Negated
                    ? (range.First, Math.Min(range.Last, floor - 1))
                    : (Math.Max(range.First, floor), range.Last);
        }

        return range;
    }

    private Func<string, bool>? Names(SearchFilterKey key, Func<string, string, bool> matches)
    {
        var wanted = _filters.Where(filter => filter.Key == key && !filter.Negated).Select(f => f.Value).ToList();
        var unwanted = _filters.Where(filter => filter.Key == key && filter.Negated).Select(f => f.Value).ToList();
        if (wanted.Count + unwanted.Count == 0)
            return null;
        return name =>
            (wanted.Count == 0 || wanted.Exists(value => matches(name, value)))
            && !unwanted.Exists(value => matches(name, value));
    }

    /// <summary>The model of that name; where there is none, those whose names begin so (<c>model:claude</c>, <c>model:gpt-4*</c>).</summary>
    private Func<string, bool>? Model(IndexView view)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        if (_filters.Any(filter => filter.Key == SearchFilterKey.Model))
        {
            foreach (var segment in view.Segments)
                known.UnionWith(segment.Reader.Names.Models.Select(name => name.ToLowerInvariant()));
        }

        return Names(
            SearchFilterKey.Model,
            (name, value) =>
                known.Contains(value) ? name == value : name.StartsWith(value.TrimEnd('*'), StringComparison.Ordinal)
        );
    }

    private void ReadConversations()
    {
        _excluded.AddRange(Read(BinSql, _ownerId));
        ReadSpaces();
        List<long> named = [];
        foreach (var filter in _filters)
        {
            switch (filter.Key)
            {
                case SearchFilterKey.Conversation when filter.Negated:
                    _excluded.Add(filter.Number);
                    break;
                case SearchFilterKey.Conversation:
                    named.Add(filter.Number);
                    break;
                case SearchFilterKey.Tag when FindId(TagSql, IdKind.Tag, filter.Value) is { } tag:
                    Add(Read(TaggedSql, tag), filter.Negated);
                    break;
                case SearchFilterKey.Tag:
                    Impossible |= !filter.Negated;
                    break;
                case SearchFilterKey.Is when StateSql.TryGetValue(filter.Value, out var sql):
                    Add(Read(sql, _ownerId), filter.Negated);
                    break;
            }
        }

        if (named.Count > 0)
            Add(named, negated: false);
    }

    private void ReadSpaces()
    {
        List<long> wanted = [];
        var any = false;
        foreach (var filter in _filters.Where(filter => filter.Key == SearchFilterKey.Space))
        {
            any |= !filter.Negated;
            if (FindId(SpaceSql, IdKind.Space, filter.Value) is not { } space)
                continue;
            if (filter.Negated)
                _excluded.AddRange(Read(InSpaceSql, _ownerId, space));
            else
                wanted.Add(space);
        }

        Impossible |= any && wanted.Count == 0;
        if (wanted.Count == 0)
            return;
        if (OtherSpaces(wanted) is { } others)
            _excluded.AddRange(others.SelectMany(space => Read(InSpaceSql, _ownerId, space)));
        else
            Add(wanted.SelectMany(space => Read(InSpaceSql, _ownerId, space)), negated: false);
        _inSpace = true;
    }

    /// <summary>The other spaces, where they hold fewer conversations than the wanted ones do.</summary>
    private List<long>? OtherSpaces(List<long> wanted)
    {
        var others = new List<long>();
        var (inside, outside) = (0L, 0L);
        using var spaces = _session.Query("SELECT id, conversation_count FROM spaces WHERE owner_id = ?1");
        spaces.Bind(1, _ownerId);
        while (spaces.Step())
        {
            if (wanted.Contains(spaces.Int64(0)))
            {
                inside += spaces.Int64(1);
            }
            else
            {
                outside += spaces.Int64(1);
                others.Add(spaces.Int64(0));
            }
        }

        return outside < inside ? others : null;
    }

    private void Add(IEnumerable<long> ids, bool negated)
    {
        if (negated)
            _excluded.AddRange(ids);
        else if (_included is null)
            _included = [.. ids];
        else
            _included.IntersectWith(ids);
    }

    private List<long> Read(string sql, long first, long? second = null)
    {
        var ids = new List<long>();
        using var rows = _session.Query(sql);
        rows.Bind(1, first);
        if (second is { } value)
            rows.Bind(2, value);
        while (rows.Step())
            ids.Add(rows.Int64(0));
        return ids;
    }

    private long? FindId(string sql, IdKind kind, string value)
    {
        using var find = _session.Query(sql);
        find.Bind(1, _ownerId);
        find.Bind(2, Parley.Conversations.Names.Key(value));
        if (find.Step())
            return find.Int64(0);
        return Ids.TryParse(value, kind, out var id) ? id : null;
    }
}

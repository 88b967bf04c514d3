using Parley.Conversations;
using Parley.Kernel;
using Parley.Search;

namespace Parley.Retrieval;

/// <summary>
/// The filters of a query, asked of one message's row: for lanes that do not know them. What a row cannot tell cheaply
/// (<c>has:</c>, <c>in:</c>, <c>is:</c>, <c>branch:</c>) no message passes: words find those.
/// </summary>
internal sealed class MessageFilter(DbSession session, IReadOnlyList<SearchFilter> filters)
{
    private const string Sql = """
        SELECT c.provider, m.role, coalesce(models.name, ''), m.created_at, c.id
        FROM messages m JOIN conversations c ON c.id = m.conversation_id LEFT JOIN models ON models.id = m.model_id
        WHERE m.id = ?1
        """;
    private const string TagSql =
        "SELECT 1 FROM conversation_tags t JOIN tags ON tags.id = t.tag_id WHERE t.conversation_id = ?1 AND tags.name_key = ?2";

    /// <summary>The statements, for the tests of their plans.</summary>
    public static IReadOnlyList<string> Statements { get; } = [Sql, TagSql];

    public bool Accepts(long messageId)
    {
        // Spaces are in the lists of conversations already.
        var asked = filters.Where(filter => filter is not { Key: SearchFilterKey.Space, Negated: false }).ToList();
        if (asked.Count == 0)
        {
            return true;
        }

        using var row = session.Query(Sql);
        if (!row.Bind(1, messageId).Step())
        {
            return false;
        }

        var about = new About(
            row.Text(0)!.ToLowerInvariant(),
            (Role)row.Int32(1),
            row.Text(2)!.ToLowerInvariant(),
            row.Int64OrNull(3),
            row.Int64(4)
        );
        // Several of one kind mean any of them, negated ones none; dates and tags mean all.
        return asked
            .GroupBy(filter => filter.Key)
            .All(kind =>
                kind.Key is SearchFilterKey.Before or SearchFilterKey.After or SearchFilterKey.Tag
                    ? kind.All(filter => Holds(filter, about) != filter.Negated)
                    : kind.Where(filter => filter.Negated).All(filter => !Holds(filter, about))
                        && (
                            kind.All(filter => filter.Negated)
                            || kind.Any(filter => !filter.Negated && Holds(filter, about))
                        )
            );
    }

    private bool Holds(in SearchFilter filter, in About about) =>
        filter.Key switch
        {
            SearchFilterKey.Provider => about.Provider == filter.Value,
            SearchFilterKey.Role => Roles.Find(filter.Value) == about.Role,
            SearchFilterKey.Model => about.Model.StartsWith(filter.Value.TrimEnd('*'), StringComparison.Ordinal),
            SearchFilterKey.Conversation => about.Conversation == filter.Number,
            SearchFilterKey.Before => about.CreatedAt < filter.Number * 1_000,
            SearchFilterKey.After => about.CreatedAt >= filter.Number * 1_000,
            SearchFilterKey.Tag => HasTag(about.Conversation, filter.Value),
            _ => filter.Negated,
        };

    private bool HasTag(long conversation, string name)
    {
        using var row = session.Query(TagSql);
        return row.Bind(1, conversation).Bind(2, Names.Key(name)).Step();
    }

    private readonly record struct About(string Provider, Role Role, string Model, long? CreatedAt, long Conversation);
}

using Parley.Conversations;
using Parley.Kernel;
using Parley.Search;

namespace Parley.Retrieval;

/// <summary>
/// Where a question looks, as lists of conversations and documents: for lanes that know neither spaces nor the bin.
/// </summary>
/// <param name="Conversations">Only these; <see langword="null"/>: all.</param>
/// <param name="NotConversations">None of these: what is in the bin, and the conversation that asks.</param>
/// <param name="Documents">Only these; <see langword="null"/>: all.</param>
internal sealed record RetrievalScope(
    IReadOnlyCollection<long>? Conversations,
    IReadOnlyCollection<long> NotConversations,
    IReadOnlyList<long>? Documents
)
{
    private const string BinSql =
        "SELECT id FROM conversations WHERE owner_id = ?1 AND deleted_at IS NOT NULL ORDER BY deleted_at DESC";
    private const string InSpaceSql =
        "SELECT id FROM conversations WHERE owner_id = ?1 AND space_id = ?2 AND deleted_at IS NULL ORDER BY sort_at DESC";
    private const string DocumentsSql =
        "SELECT id FROM library_documents WHERE owner_id = ?1 AND space_id = ?2 ORDER BY id DESC";
    private const string OwnSql = "SELECT 1 FROM library_documents WHERE id = ?1 AND owner_id = ?2";
    private const string SpaceSql = "SELECT 1 FROM spaces WHERE id = ?1 AND owner_id = ?2";

    /// <summary>The statements, for the tests of their plans.</summary>
    public static IReadOnlyList<string> Statements { get; } = [BinSql, InSpaceSql, DocumentsSql, OwnSql, SpaceSql];

    public static RetrievalScope Of(DbSession session, RetrievalQuestion question)
    {
        var spaces = Spaces(session, question);
        var bin = List(session, BinSql, question.OwnerId);
        if (question.NotConversation is { } here)
        {
            bin.Add(here);
        }

        return new RetrievalScope(
            spaces is null ? null : Of(session, InSpaceSql, question.OwnerId, spaces),
            bin,
            FindDocuments(session, question, spaces)
        );
    }

    /// <summary>Ids of the spaces, of the query's filters too; null: all.</summary>
    private static List<long>? Spaces(DbSession session, RetrievalQuestion question)
    {
        var names = question
            .Spaces.Concat(
                question
                    .Query.Filters.Where(filter => filter is { Key: SearchFilterKey.Space, Negated: false })
                    .Select(filter => filter.Value)
            )
            .ToList();
        if (names.Count == 0)
        {
            return null;
        }

        var ids = new List<long>();
        foreach (var name in names)
        {
            if (SpaceNames.Find(session, question.OwnerId, name) is { } id)
            {
                ids.Add(id);
            }
            else if (
                Ids.TryParse(name, IdKind.Space, out var given) && IsThere(session, SpaceSql, given, question.OwnerId)
            )
            {
                ids.Add(given);
            }
        }

        return ids;
    }

    private static List<long>? FindDocuments(DbSession session, RetrievalQuestion question, List<long>? spaces)
    {
        var inSpaces = spaces is null ? null : Of(session, DocumentsSql, question.OwnerId, spaces);
        if (question.Documents is not { } named)
        {
            return inSpaces;
        }

        return [.. named.Where(id => inSpaces?.Contains(id) ?? IsThere(session, OwnSql, id, question.OwnerId))];
    }

    private static List<long> Of(DbSession session, string sql, long ownerId, List<long> spaces) =>
        [.. spaces.SelectMany(space => List(session, sql, ownerId, space))];

    private static bool IsThere(DbSession session, string sql, long id, long ownerId)
    {
        using var row = session.Query(sql);
        return row.Bind(1, id).Bind(2, ownerId).Step();
    }

    private static List<long> List(DbSession session, string sql, long ownerId, long? second = null)
    {
        var ids = new List<long>();
        using var rows = session.Query(sql);
        rows.Bind(1, ownerId);
        if (second is { } value)
        {
            rows.Bind(2, value);
        }

        while (rows.Step())
        {
            ids.Add(rows.Int64(0));
        }

        return ids;
    }
}

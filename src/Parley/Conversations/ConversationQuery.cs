using System.Text;
using Parley.Kernel;

namespace Parley.Conversations;

/// <summary>
/// The one statement of a list: an index that already stands in the list's order, chosen by the most telling filter, the
/// other filters on its rows. Named by <c>INDEXED BY</c>, so a plan cannot drift into a scan with the statistics.
/// </summary>
internal sealed class ConversationQuery
{
    /// <summary>A tag on fewer than this is read whole and sorted; one on more is met often enough on the way through time.</summary>
    private const long FewTagged = 2_000;

    private readonly StringBuilder where = new("c.owner_id = ?1");
    private readonly List<object> values = [];
    private string from = "conversations c INDEXED BY conversations_by_time";
    private string order = "c.sort_at DESC, c.id DESC";
    private string key = "c.sort_at";

    private ConversationQuery(long ownerId) => values.Add(ownerId);

    /// <summary>Null where a filter names something that does not exist: nothing can match.</summary>
    public static ConversationQuery? Of(
        DbSession session,
        long ownerId,
        ConversationFilter filter,
        IReadOnlyList<long>? titles
    )
    {
        var query = new ConversationQuery(ownerId);
        if (titles is not null)
        {
            query.From(
                "json_each(?#) j CROSS JOIN conversations c ON c.id = j.value",
                "[" + string.Join(',', titles) + "]"
            );
        }

        return query.AddNamed(session, ownerId, filter) ? query.AddPlain(filter) : null;
    }

    /// <summary>Only what stands behind this position.</summary>
    public void After(long at, long id) => And($"({key}, c.id) < (?#, ?#)", at, id);

    public DbStatement Open(DbSession session, string columns, int limit, int offset)
    {
        var statement = session.Query(Sql(columns));
        for (var i = 0; i < values.Count; i++)
        {
            if (values[i] is string text)
            {
                statement.Bind(i + 1, text);
            }
            else
            {
                statement.Bind(i + 1, (long)values[i]);
            }
        }

        return statement.Bind(values.Count + 1, limit).Bind(values.Count + 2, offset);
    }

    /// <summary>The statement's text; plan tests read it.</summary>
    public string Sql(string columns) =>
        $"SELECT {columns} FROM {from} WHERE {where} ORDER BY {order} LIMIT ?{values.Count + 1} OFFSET ?{values.Count + 2}";

    private bool AddNamed(DbSession session, long ownerId, ConversationFilter filter)
    {
        var labels = new LabelReads(session, ownerId);
        foreach (var name in filter.Tags)
        {
            if (labels.FindTag(name) is not { } tag)
            {
                return false;
            }

            AddTag(tag.Id, tag.Count);
        }

        // The default space holds most of everything, so a provider says more than it; any other space says more than a provider.
        long? space = filter.Space is null ? null : labels.FindSpace(filter.Space) ?? -1;
        var telling = space != SpaceId.DefaultOf(ownerId) || filter.Provider is null;
        AddProvider(filter.Provider);
        return AddById(space, "space_id", telling ? "conversations_by_space" : null)
            && AddById(
                filter.Model is null ? null : labels.FindModel(filter.Model) ?? -1,
                "model_id",
                "conversations_by_model"
            )
            && AddById(
                filter.Folder is null ? null : labels.FindFolder(filter.Folder) ?? -1,
                "folder_id",
                "conversations_by_folder"
            );
    }

    private void AddTag(long tagId, long count)
    {
        if (count < FewTagged && IsPlain)
        {
            From("conversation_tags ct CROSS JOIN conversations c ON c.id = ct.conversation_id");
            And("ct.tag_id = ?#", tagId);
        }
        else
        {
            And("EXISTS (SELECT 1 FROM conversation_tags x WHERE x.tag_id = ?# AND x.conversation_id = c.id)", tagId);
        }
    }

    private void AddProvider(string? provider)
    {
        if (provider is not null)
        {
            And("c.provider = ?#", provider);
            Use("conversations_by_provider");
        }
    }

    /// <summary>False where the filter named something that does not exist.</summary>
    private bool AddById(long? id, string column, string? index)
    {
        if (id is not { } known)
        {
            return true;
        }

        And($"c.{column} = ?#", known);
        if (index is not null)
        {
            Use(index);
        }

        return known >= 0;
    }

    private ConversationQuery AddPlain(ConversationFilter filter)
    {
        AddFlag(filter.Archived, "archived", "conversations_archived");
        AddFlag(filter.Starred, "starred", "conversations_starred");
        AddFlag(filter.Pinned, "pinned", "conversations_pinned");
        if (filter.Binned)
        {
            key = "c.deleted_at";
            order = "c.deleted_at DESC, c.id DESC";
            Use("conversations_in_bin");
        }

        And(filter.Binned ? "c.deleted_at IS NOT NULL" : "c.deleted_at IS NULL");
        if (filter.Before is { } before)
        {
            And($"{key} < ?#", before);
        }

        if (filter.After is { } after)
        {
            And($"{key} >= ?#", after);
        }

        return this;
    }

    /// <summary>The flags' indexes hold only what has them, so they are the most telling; those without are most of all.</summary>
    private void AddFlag(bool? wanted, string column, string index)
    {
        if (wanted is not { } value)
        {
            return;
        }

        And($"c.{column} = {(value ? 1 : 0)}");
        if (value)
        {
            Use(index);
        }
    }

    private bool IsPlain => from.StartsWith("conversations c", StringComparison.Ordinal);

    /// <summary>A later, more telling index takes the place of an earlier one; a driving table stays.</summary>
    private void Use(string index)
    {
        if (IsPlain)
        {
            from = "conversations c INDEXED BY " + index;
        }
    }

    private void From(string source, params object[] parameters) => from = Number(source, parameters);

    private void And(string condition, params object[] parameters) =>
        where.Append(" AND ").Append(Number(condition, parameters));

    private string Number(string sql, object[] parameters)
    {
        foreach (var parameter in parameters)
        {
            values.Add(parameter);
            var at = sql.IndexOf("?#", StringComparison.Ordinal);
            sql = $"{sql[..at]}?{values.Count}{sql[(at + 2)..]}";
        }

        return sql;
    }
}

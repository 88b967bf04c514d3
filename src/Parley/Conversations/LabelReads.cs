using Parley.Kernel;

namespace Parley.Conversations;

/// <summary>Finds spaces, tags, folders and models by the name or id a request states.</summary>
internal readonly struct LabelReads(DbSession session, long ownerId)
{
    /// <summary>By name, else by id.</summary>
    public long? FindSpace(string nameOrId) =>
        ByName("SELECT id, 0 FROM spaces WHERE owner_id = ?1 AND name_key = ?2", nameOrId)?.Id
        ?? (
            Ids.TryParse(nameOrId, IdKind.Space, out var id)
                ? ById("SELECT id FROM spaces WHERE id = ?1 AND owner_id = ?2", id)
                : null
        );

    public (long Id, long Count)? FindTag(string name) =>
        ByName("SELECT id, conversation_count FROM tags WHERE owner_id = ?1 AND name_key = ?2", name);

    public long? FindFolder(string id) =>
        Ids.TryParse(id, IdKind.Folder, out var known)
            ? ById("SELECT id FROM folders WHERE id = ?1 AND owner_id = ?2", known)
            : null;

    public long? FindModel(string name)
    {
        using var find = session.Query("SELECT id FROM models WHERE name = ?1");
        find.Bind(1, name);
        return find.Step() ? find.Int64(0) : null;
    }

    private (long Id, long Count)? ByName(string sql, string name)
    {
        using var find = session.Query(sql);
        find.Bind(1, ownerId).Bind(2, Names.Key(name));
        return find.Step() ? (find.Int64(0), find.Int64(1)) : null;
    }

    private long? ById(string sql, long id)
    {
        using var find = session.Query(sql);
        find.Bind(1, id).Bind(2, ownerId);
        return find.Step() ? find.Int64(0) : null;
    }
}

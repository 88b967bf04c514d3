using Parley.Kernel;

namespace Parley.Conversations;

/// <summary>
/// Small ids for names that repeat (models, folders, tags, spaces), made when first met. One instance lives for one
/// transaction: what a rolled-back transaction made is forgotten with it.
/// </summary>
internal sealed class Names(DbTransaction tx, long ownerId, long? importId, long now)
{
    private readonly Dictionary<string, long> models = [];
    private readonly Dictionary<(string Provider, string Source), long> folders = [];
    private readonly Dictionary<string, long> tags = [];

    /// <summary>0 where no model is stated.</summary>
    public long Model(string? name)
    {
        if (string.IsNullOrEmpty(name))
        {
            return 0;
        }

        if (!models.TryGetValue(name, out var id))
        {
            models[name] = id = ModelRow(name);
        }

        return id;
    }

    /// <summary>The folder of a provider's project; its name follows the newest export that states one.</summary>
    public long Folder(string provider, string sourceId, string? name)
    {
        if (folders.TryGetValue((provider, sourceId), out var id))
        {
            return id;
        }

        using var find = tx.Query("SELECT id FROM folders WHERE owner_id = ?1 AND provider = ?2 AND source_id = ?3");
        find.Bind(1, ownerId);
        find.Bind(2, provider);
        find.Bind(3, sourceId);
        if (find.Step())
        {
            id = find.Int64(0);
        }
        else
        {
            using var insert = tx.Query(
                "INSERT INTO folders (owner_id, name, provider, source_id, import_id, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6) RETURNING id"
            );
            insert.Bind(1, ownerId);
            insert.Bind(2, string.IsNullOrWhiteSpace(name) ? sourceId : name);
            insert.Bind(3, provider);
            insert.Bind(4, sourceId);
            insert.Bind(5, importId);
            insert.Bind(6, now);
            insert.Step();
            id = insert.Int64(0);
        }

        folders[(provider, sourceId)] = id;
        return id;
    }

    public long Tag(string name)
    {
        var key = Key(name);
        if (!tags.TryGetValue(key, out var id))
        {
            tags[key] = id = TagRow(name, key);
        }

        return id;
    }

    /// <summary>How names are compared: trimmed, NFC, case-folded.</summary>
    public static string Key(string name) => CanonicalForm.Of(name.Trim()).ToUpperInvariant();

    private long ModelRow(string name)
    {
        using (var find = tx.Query("SELECT id FROM models WHERE name = ?1"))
        {
            find.Bind(1, name);
            if (find.Step())
            {
                return find.Int64(0);
            }
        }

        using var insert = tx.Query("INSERT INTO models (name) VALUES (?1) RETURNING id");
        insert.Bind(1, name);
        insert.Step();
        return insert.Int64(0);
    }

    private long TagRow(string name, string key)
    {
        using (var find = tx.Query("SELECT id FROM tags WHERE owner_id = ?1 AND name_key = ?2"))
        {
            find.Bind(1, ownerId);
            find.Bind(2, key);
            if (find.Step())
            {
                return find.Int64(0);
            }
        }

        using var insert = tx.Query(
            "INSERT INTO tags (owner_id, name, name_key, import_id, created_at) VALUES (?1, ?2, ?3, ?4, ?5) RETURNING id"
        );
        insert.Bind(1, ownerId);
        insert.Bind(2, name.Trim());
        insert.Bind(3, key);
        insert.Bind(4, importId);
        insert.Bind(5, now);
        insert.Step();
        return insert.Int64(0);
    }
}

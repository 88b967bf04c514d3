using Parley.Kernel;
using Parley.Kernel.Http;

namespace Parley.Conversations;

/// <summary>Puts conversations into spaces and folders and under tags, by name or id as requests state them.</summary>
internal sealed class LabelWrites(DbTransaction tx, long ownerId, long now, long? importId = null)
{
    private readonly Names names = new(tx, ownerId, importId, now);

    public long Model(string? name) => names.Model(name);

    /// <summary>The space of that name or id, made where there is none.</summary>
    public long Space(string? nameOrId)
    {
        if (nameOrId is null)
        {
            return SpaceId.DefaultOf(ownerId);
        }

        if (new LabelReads(tx, ownerId).FindSpace(nameOrId) is { } known)
        {
            return known;
        }

        using var insert = tx.Query(
            "INSERT INTO spaces (owner_id, name, name_key, created_at) VALUES (?1, ?2, ?3, ?4) RETURNING id"
        );
        insert.Bind(1, ownerId).Bind(2, nameOrId.Trim()).Bind(3, Names.Key(nameOrId)).Bind(4, now).Step();
        return insert.Int64(0);
    }

    /// <summary>The folder of that id; null for an empty one.</summary>
    /// <exception cref="Kernel.Problems.ProblemException">There is none.</exception>
    public long? Folder(string? id) =>
        string.IsNullOrEmpty(id)
            ? null
            : new LabelReads(tx, ownerId).FindFolder(id)
                ?? throw QueryReader.Invalid("folder", "is the id of no folder");

    /// <summary>The folder of that name, made where there is none; null for no name.</summary>
    public long? FolderNamed(string? name)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            return null;
        }

        using (var find = tx.Query("SELECT id FROM folders WHERE owner_id = ?1 AND name = ?2 ORDER BY id LIMIT 1"))
        {
            if (find.Bind(1, ownerId).Bind(2, name).Step())
            {
                return find.Int64(0);
            }
        }

        using var insert = tx.Query(
            "INSERT INTO folders (owner_id, name, created_at, import_id) VALUES (?1, ?2, ?3, ?4) RETURNING id"
        );
        insert.Bind(1, ownerId).Bind(2, name).Bind(3, now).Bind(4, importId).Step();
        return insert.Int64(0);
    }

    /// <summary>Makes these the conversation's tags, and no others.</summary>
    public void SetTags(long conversationId, IReadOnlyList<string> wanted)
    {
        var ids = wanted.Select(names.Tag).ToHashSet();
        foreach (var id in TagsOf(conversationId).Where(id => !ids.Contains(id)))
        {
            using var delete = tx.Query("DELETE FROM conversation_tags WHERE tag_id = ?1 AND conversation_id = ?2");
            delete.Bind(1, id).Bind(2, conversationId).Run();
            ConversationRows.AddToTag(tx, id, -1);
        }

        foreach (var id in ids)
        {
            ConversationRows.Tag(tx, conversationId, id, importId: null);
        }
    }

    private List<long> TagsOf(long conversationId)
    {
        using var rows = tx.Query("SELECT tag_id FROM conversation_tags WHERE conversation_id = ?1");
        rows.Bind(1, conversationId);
        var tags = new List<long>();
        while (rows.Step())
        {
            tags.Add(rows.Int64(0));
        }

        return tags;
    }
}

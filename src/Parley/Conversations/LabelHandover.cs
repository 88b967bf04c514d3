using Parley.Identity;
using Parley.Kernel;

namespace Parley.Conversations;

/// <summary>
/// Gives an owner's spaces, folders and tags to another: the same rows, so that conversations stay in and under them.
/// The default space takes the person's name; a name that the heir has already gets the person's behind it.
/// </summary>
internal sealed class LabelHandover(DbTransaction tx, RemovedAccount account, long to, long now)
{
    public void Run()
    {
        MoveDefaultSpace();
        foreach (var kind in new[] { LabelKind.Space, LabelKind.Tag })
        {
            foreach (var (id, name) in Labels(kind))
            {
                Give(kind, id, FreeName(kind, name, $"{name} ({account.Name})"));
            }
        }

        // The heir's own folder of a provider's project goes on taking what is imported.
        using var folders = tx.Query(
            """
            UPDATE folders SET owner_id = ?2,
                source_id = CASE WHEN EXISTS (SELECT 1 FROM folders x
                    WHERE x.owner_id = ?2 AND x.provider = folders.provider AND x.source_id = folders.source_id)
                    THEN NULL ELSE source_id END
            WHERE owner_id = ?1
            """
        );
        folders.Bind(1, account.Id).Bind(2, to).Run();
    }

    private void MoveDefaultSpace()
    {
        var space = SpaceId.DefaultOf(account.Id);
        using (var find = tx.Query("SELECT 1 FROM conversations WHERE space_id = ?1 AND owner_id = ?2 LIMIT 1"))
        {
            // An empty one is nothing to give; nor is one that was given already.
            if (!find.Bind(1, space).Bind(2, account.Id).Step())
            {
                return;
            }
        }

        var name = FreeName(LabelKind.Space, account.Name, $"{account.Name} ({SpaceNames.Default})");
        if (account.Id != DataFolder.LocalOwner)
        {
            Give(LabelKind.Space, space, name);
            return;
        }

        // The space of commands on this machine keeps its number; what lies in it goes to one of the heir's.
        long made;
        using (
            var insert = tx.Query(
                """
                INSERT INTO spaces (owner_id, name, name_key, created_at, conversation_count)
                SELECT ?2, ?3, ?4, ?5, conversation_count FROM spaces WHERE id = ?1 RETURNING id
                """
            )
        )
        {
            insert.Bind(1, space).Bind(2, to).Bind(3, name).Bind(4, Names.Key(name)).Bind(5, now).Step();
            made = insert.Int64(0);
        }

        using (var move = tx.Query("UPDATE conversations SET space_id = ?2 WHERE space_id = ?1"))
        {
            move.Bind(1, space).Bind(2, made).Run();
        }

        using var delete = tx.Query("DELETE FROM spaces WHERE id = ?1");
        delete.Bind(1, space).Run();
        Grants.Forget(tx, IdKind.Space, space);
    }

    private List<(long Id, string Name)> Labels(LabelKind kind)
    {
        using var rows = tx.Query($"SELECT id, name FROM {kind.Table} WHERE owner_id = ?1 AND id <> ?2");
        rows.Bind(1, account.Id).Bind(2, kind == LabelKind.Space ? SpaceId.DefaultOf(account.Id) : 0);
        var labels = new List<(long, string)>();
        while (rows.Step())
        {
            labels.Add((rows.Int64(0), rows.Text(1)!));
        }

        return labels;
    }

    private void Give(LabelKind kind, long id, string name)
    {
        using var update = tx.Query($"UPDATE {kind.Table} SET owner_id = ?2, name = ?3, name_key = ?4 WHERE id = ?1");
        update.Bind(1, id).Bind(2, to).Bind(3, name).Bind(4, Names.Key(name)).Run();
    }

    /// <summary>The first name that the heir has not: as it is, the other, the other with a number.</summary>
    private string FreeName(LabelKind kind, string name, string other)
    {
        for (var (tried, number) = (name, 1); ; tried = number == 1 ? other : $"{other} {number}", number++)
        {
            using var find = tx.Query($"SELECT 1 FROM {kind.Table} WHERE owner_id = ?1 AND name_key = ?2");
            if (!find.Bind(1, to).Bind(2, Names.Key(tried)).Step())
            {
                return tried;
            }
        }
    }
}

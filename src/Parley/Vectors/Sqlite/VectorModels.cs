using Parley.Kernel;

namespace Parley.Vectors.Sqlite;

/// <summary>Rows of models, and which of them serves. Static SQL; transactions are the caller's.</summary>
internal static class VectorModels
{
    /// <summary>A model as it is stored.</summary>
    internal sealed record Row(long Id, string Name, int Dims);

    /// <param name="Target">New vectors are made with it.</param>
    /// <param name="Serving">Searches ask it.</param>
    /// <param name="SeedKind">The kind whose groups are being marked; null: all are.</param>
    internal sealed record Place(long? Target, Row? Serving, TextKind? SeedKind, long SeedAfter);

    public static Place ReadPlace(DbSession session)
    {
        using var row = session.Query(
            """
            SELECT s.target, m.id, m.name, m.dims, s.seed_kind, s.seed_after
            FROM vector_state s LEFT JOIN vector_models m ON m.id = s.serving WHERE s.id = 1
            """
        );
        return !row.Step()
            ? new Place(null, null, null, 0)
            : new Place(
                row.Int64OrNull(0),
                row.IsNull(1) ? null : new Row(row.Int64(1), row.Text(2)!, row.Int32(3)),
                row.IsNull(4) ? null : (TextKind)row.Int32(4),
                row.Int64(5)
            );
    }

    /// <summary>All of that name: one, but for a model whose vectors got another length.</summary>
    public static List<Row> Find(DbSession session, string name)
    {
        var found = new List<Row>();
        using var rows = session.Query("SELECT id, name, dims FROM vector_models WHERE name = ?1");
        rows.Bind(1, name);
        while (rows.Step())
        {
            found.Add(new Row(rows.Int64(0), rows.Text(1)!, rows.Int32(2)));
        }

        return found;
    }

    public static long GetOrAdd(DbTransaction tx, string name, int dims)
    {
        if (Find(tx, name).Find(m => m.Dims == dims) is { } known)
        {
            return known.Id;
        }

        using var insert = tx.Query("INSERT INTO vector_models (name, dims) VALUES (?1, ?2)");
        insert.Bind(1, name).Bind(2, dims).Run();
        return tx.LastInsertRowId;
    }

    /// <summary>New vectors are of that model from now on. Where it was another, all groups are to be marked.</summary>
    public static void SetTarget(DbTransaction tx, string name, int dims, TextKind first)
    {
        var id = GetOrAdd(tx, name, dims);
        using var update = tx.Query(
            """
            UPDATE vector_state SET target = ?1, serving = coalesce(serving, ?1), seed_kind = ?2, seed_after = 0
            WHERE id = 1 AND target IS NOT ?1
            """
        );
        update.Bind(1, id).Bind(2, (long)first).Run();
    }

    public static void SetSeed(DbTransaction tx, TextKind? kind, long after)
    {
        using var update = tx.Query("UPDATE vector_state SET seed_kind = ?1, seed_after = ?2 WHERE id = 1");
        update.Bind(1, (long?)kind).Bind(2, after).Run();
    }

    /// <summary>Everything is there in the target: it serves.</summary>
    /// <returns>Whether another one did.</returns>
    public static bool Settle(DbTransaction tx)
    {
        using var update = tx.Query(
            """
            UPDATE vector_state SET serving = target WHERE id = 1 AND serving IS NOT target AND seed_kind IS NULL
                AND NOT EXISTS (SELECT 1 FROM vector_pending)
            """
        );
        update.Run();
        return tx.Changes > 0;
    }

    /// <summary>Removes a part of what models left that neither serve nor are the target.</summary>
    /// <returns>False where nothing is left of such.</returns>
    public static bool Sweep(DbTransaction tx)
    {
        long model;
        using (
            var old = tx.Query(
                "SELECT m.id FROM vector_models m, vector_state s WHERE m.id IS NOT s.target AND m.id IS NOT s.serving LIMIT 1"
            )
        )
        {
            if (!old.Step())
            {
                return false;
            }

            model = old.Int64(0);
        }

        var block = 0L;
        using (var next = tx.Query("SELECT id FROM vector_blocks WHERE model_id = ?1 LIMIT 1"))
        {
            block = next.Bind(1, model).Step() ? next.Int64(0) : 0;
        }

        if (block != 0)
        {
            RemoveItems(tx, model, block);
            VectorRemoval.RemoveBlock(tx, block);
            return true;
        }

        using var gone = tx.Query("DELETE FROM vector_models WHERE id = ?1");
        gone.Bind(1, model).Run();
        return true;
    }

    private static void RemoveItems(DbTransaction tx, long model, long block)
    {
        var dims = 0;
        using (var row = tx.Query("SELECT dims FROM vector_models WHERE id = ?1"))
        {
            dims = row.Bind(1, model).Step() ? row.Int32(0) : 16;
        }

        var stored = StoredBlock.Read(tx, block);
        using var pages = new PageReader(tx, new BlockRecord(BlockRecord.Padded(dims)));
        using var delete = tx.Query(
            "DELETE FROM vector_items WHERE kind = ?1 AND item_id = ?2 AND model_id = ?3 AND block_id = ?4"
        );
        delete.Bind(1, (long)stored.Kind).Bind(3, model).Bind(4, block);
        for (var slot = 0; slot < stored.Size; slot++)
        {
            delete.Bind(2, BlockRecord.Id(pages.Record(block, slot))).Run();
        }
    }
}

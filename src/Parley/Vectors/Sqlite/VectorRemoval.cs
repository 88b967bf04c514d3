using Parley.Kernel;

namespace Parley.Vectors.Sqlite;

/// <summary>Takes vectors out: where each is goes, and its slot is marked dead. A block with nothing alive goes whole.</summary>
internal static class VectorRemoval
{
    private const string ItemSql = "DELETE FROM vector_items WHERE kind = ?1 AND item_id = ?2 RETURNING block_id, slot";
    private const string ItemOfModelSql =
        "DELETE FROM vector_items WHERE kind = ?1 AND item_id = ?2 AND model_id = ?3 RETURNING block_id, slot";
    private const string PagesSql = "DELETE FROM vector_pages WHERE id >= ?1 AND id < ?2";

    /// <summary>For the tests of their plans.</summary>
    public static IReadOnlyList<string> Statements { get; } = [ItemSql, ItemOfModelSql, PagesSql];

    /// <param name="modelId">Vectors of that model only; null: of every one.</param>
    public static void Remove(DbTransaction tx, TextKind kind, IReadOnlyCollection<long> ids, long? modelId = null)
    {
        var slots = new Dictionary<long, List<int>>();
        using (var item = tx.Query(modelId is null ? ItemSql : ItemOfModelSql))
        {
            item.Bind(1, (long)kind);
            if (modelId is { } model)
            {
                item.Bind(3, model);
            }

            foreach (var id in ids)
            {
                item.Bind(2, id);
                while (item.Step())
                {
                    var block = item.Int64(0);
                    (slots.TryGetValue(block, out var of) ? of : slots[block] = []).Add(item.Int32(1));
                }

                item.Reset();
            }
        }

        foreach (var (block, dead) in slots)
        {
            Mark(tx, block, dead);
        }
    }

    /// <summary>The block and its pages; where its vectors were is the caller's to mend.</summary>
    public static void RemoveBlock(DbTransaction tx, long block)
    {
        using (var row = tx.Query("DELETE FROM vector_blocks WHERE id = ?1"))
        {
            row.Bind(1, block).Run();
        }

        using var pages = tx.Query(PagesSql);
        pages.Bind(1, BlockBuilder.PageId(block, 0)).Bind(2, BlockBuilder.PageId(block + 1, 0)).Run();
    }

    private static void Mark(DbTransaction tx, long block, List<int> slots)
    {
        byte[] dead;
        using (var row = tx.Query("SELECT size, live, dead FROM vector_blocks WHERE id = ?1"))
        {
            if (!row.Bind(1, block).Step())
            {
                return;
            }

            if (row.Int32(1) <= slots.Count)
            {
                row.Reset();
                RemoveBlock(tx, block);
                return;
            }

            dead = row.IsNull(2) ? new byte[(row.Int32(0) + 7) / 8] : row.Blob(2).ToArray();
        }

        foreach (var slot in slots)
        {
            dead[slot >> 3] |= (byte)(1 << (slot & 7));
        }

        using var update = tx.Query("UPDATE vector_blocks SET live = live - ?2, dead = ?3 WHERE id = ?1");
        update.Bind(1, block).Bind(2, slots.Count).BindBlob(3, dead).Run();
    }
}

using Parley.Kernel;

namespace Parley.Vectors.Sqlite;

/// <summary>
/// Joins small blocks of one owner and kind into larger ones, eight of a size at a time, so that each vector is moved some four
/// times at most; a block of which half is dead is written anew. Vectors keep their numbers: nothing is embedded again.
/// </summary>
internal static class BlockMerger
{
    private const int Fan = 8;

    /// <summary>From here on a block is not joined any more.</summary>
    private const int Full = BlockBuilder.MostSlots * 3 / 4;

    /// <summary>Vectors of one write: some 100 ms.</summary>
    private const int MostMoved = 12_000;

    private const string DueSql = """
        SELECT b.model_id, m.dims, b.owner_id, b.kind FROM vector_blocks b JOIN vector_models m ON m.id = b.model_id
        WHERE m.name = ?1 GROUP BY b.owner_id, b.kind, b.model_id
        HAVING count(*) FILTER (WHERE b.live < ?2) >= ?3 OR max(b.live * 2 <= b.size)
        """;

    /// <summary>Sets of blocks in which there may be something to join.</summary>
    public static List<BlockSet> Due(DbSession session, string model)
    {
        var due = new List<BlockSet>();
        using var rows = session.Query(DueSql);
        rows.Bind(1, model).Bind(2, Full).Bind(3, Fan);
        while (rows.Step())
        {
            due.Add(new BlockSet(rows.Int64(0), rows.Int32(1), rows.Int64(2), (TextKind)rows.Int32(3)));
        }

        return due;
    }

    /// <summary>Joins once, where there is anything to join.</summary>
    /// <returns>Blocks that were joined; 0: nothing is left to do.</returns>
    public static int Step(DbTransaction tx, BlockSet set)
    {
        var blocks = StoredBlock.List(tx, set.OwnerId, set.Kind, set.ModelId);
        var chosen = Choose(blocks);
        if (chosen.Count > 0)
        {
            Join(tx, set, chosen);
        }

        return chosen.Count;
    }

    private static List<StoredBlock> Choose(List<StoredBlock> blocks)
    {
        if (blocks.Find(b => b.Live <= b.Size / 2) is { } half)
        {
            return [half];
        }

        var tiers = new List<StoredBlock>[5];
        foreach (var block in blocks)
        {
            if (block.Live >= Full)
            {
                continue;
            }

            var tier = tiers[Tier(block.Live)] ??= [];
            tier.Add(block);
            if (tier.Count == Fan)
            {
                return Fitting(tier);
            }
        }

        return [];
    }

    private static List<StoredBlock> Fitting(List<StoredBlock> tier)
    {
        var moved = 0;
        return tier.FindAll(b => (moved += b.Live) <= MostMoved);
    }

    private static int Tier(int live) =>
        live switch
        {
            < 8 => 0,
            < 64 => 1,
            < 512 => 2,
            _ => 3,
        };

    private static void Join(DbTransaction tx, BlockSet set, List<StoredBlock> blocks)
    {
        var layout = new BlockRecord(BlockRecord.Padded(set.Dims));
        var words = SignCode.WordsOf(layout.Dims);
        var joined = new BlockBuilder(set);
        using (var pages = new PageReader(tx, layout))
        using (
            var hash = tx.Query(
                "SELECT hash FROM vector_items WHERE kind = ?1 AND item_id = ?2 AND model_id = ?3 AND part = ?4"
            )
        )
        {
            hash.Bind(1, (long)set.Kind).Bind(3, set.ModelId);
            foreach (var block in blocks)
            {
                var codes = StoredBlock.ReadCodes(tx, block.Id, words);
                for (var slot = 0; slot < block.Size; slot++)
                {
                    if (block.IsDead(slot))
                    {
                        continue;
                    }

                    var record = pages.Record(block.Id, slot);
                    hash.Bind(2, BlockRecord.Id(record)).Bind(4, BlockRecord.Part(record));
                    if (hash.Step())
                    {
                        joined.Add(
                            codes.Groups[codes.GroupOf[slot]],
                            hash.Int64(0),
                            record,
                            codes.Codes.AsSpan(slot * words, words),
                            codes.Fits[slot]
                        );
                    }

                    hash.Reset();
                }
            }
        }

        foreach (var block in blocks)
        {
            VectorRemoval.RemoveBlock(tx, block.Id);
        }

        joined.Write(tx);
    }
}

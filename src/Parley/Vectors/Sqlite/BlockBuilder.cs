using System.Runtime.InteropServices;
using Parley.Kernel;

namespace Parley.Vectors.Sqlite;

/// <summary>Whose vectors a block holds.</summary>
internal readonly record struct BlockSet(long ModelId, int Dims, long OwnerId, TextKind Kind);

/// <summary>
/// Gathers vectors and writes them as blocks, with where each of them is. Belongs to the writer's thread and to one
/// transaction.
/// </summary>
internal sealed class BlockBuilder
{
    public const int MostSlots = 4_096;

    private readonly BlockSet set;
    private readonly BlockRecord layout;
    private readonly SignCode coder;
    private readonly int words;
    private readonly float[] unit;
    private readonly byte[] record;
    private readonly ulong[] code;
    private readonly List<byte> records = [];
    private readonly List<ulong> codes = [];
    private readonly List<byte> fits = [];
    private readonly List<long> groups = [];
    private readonly List<long> hashes = [];

    public BlockBuilder(BlockSet set)
    {
        this.set = set;
        layout = new BlockRecord(BlockRecord.Padded(set.Dims));
        coder = new SignCode(layout.Dims);
        words = coder.Words;
        (unit, record, code) = (new float[layout.Dims], new byte[layout.Bytes], new ulong[words]);
    }

    public int Count => groups.Count;

    /// <exception cref="ArgumentException">It has another length than the model's vectors, or numbers that are none.</exception>
    public void Add(long group, in NewVector vector)
    {
        if (vector.Vector.Length != set.Dims)
        {
            throw new ArgumentException(
                $"a vector of {vector.Vector.Length} numbers where the model has {set.Dims}",
                nameof(vector)
            );
        }

        vector.Vector.Span.CopyTo(unit);
        if (!VectorMath.TryMakeUnit(unit) || !BlockRecord.TryWrite(vector.Id, vector.Part, unit, record))
        {
            throw new ArgumentException(
                $"a vector of length 0, or with numbers that are none ({vector.Id})",
                nameof(vector)
            );
        }

        // Signs and fit are of what is stored: bounds are bounds of that.
        var numbers = BlockRecord.Numbers(record);
        var scale = BlockRecord.Scale(record);
        for (var i = 0; i < unit.Length; i++)
        {
            unit[i] = numbers[i] * scale;
        }

        var fit = BlockCodes.Fit(coder.Encode(unit, code));
        Add(group, vector.Hash, record, code, fit);
    }

    public void Add(long group, long hash, ReadOnlySpan<byte> stored, ReadOnlySpan<ulong> signs, byte fit)
    {
        records.AddRange(stored);
        codes.AddRange(signs);
        fits.Add(fit);
        groups.Add(group);
        hashes.Add(hash);
    }

    /// <summary>Writes what was gathered, in blocks as large as may be.</summary>
    public void Write(DbTransaction tx)
    {
        for (var from = 0; from < Count; from += MostSlots)
        {
            Write(tx, from, Math.Min(MostSlots, Count - from));
        }
    }

    private void Write(DbTransaction tx, int from, int size)
    {
        var block = WriteBlock(tx, from, size);
        var all = CollectionsMarshal.AsSpan(records).Slice(from * layout.Bytes, size * layout.Bytes);
        using (var page = tx.Query("INSERT INTO vector_pages (id, data) VALUES (?1, ?2)"))
        {
            var room = layout.PerPage * layout.Bytes;
            for (var (at, number) = (0, 0); at < all.Length; at += room, number++)
            {
                page.Bind(1, PageId(block, number));
                page.BindBlob(2, all.Slice(at, Math.Min(room, all.Length - at))).Run();
            }
        }

        using var item = tx.Query(
            """
            INSERT OR REPLACE INTO vector_items (kind, item_id, model_id, part, group_id, block_id, slot, hash)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            """
        );
        item.Bind(1, (long)set.Kind).Bind(3, set.ModelId).Bind(6, block);
        for (var slot = 0; slot < size; slot++)
        {
            var of = all.Slice(slot * layout.Bytes, layout.Bytes);
            item.Bind(2, BlockRecord.Id(of)).Bind(4, BlockRecord.Part(of)).Bind(5, groups[from + slot]);
            item.Bind(7, slot).Bind(8, hashes[from + slot]).Run();
        }
    }

    private long WriteBlock(DbTransaction tx, int from, int size)
    {
        var bytes = new byte[size * ((8 * words) + 1)];
        MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(codes).Slice(from * words, size * words)).CopyTo(bytes);
        CollectionsMarshal.AsSpan(fits).Slice(from, size).CopyTo(bytes.AsSpan(8 * words * size));
        using var insert = tx.Query(
            "INSERT INTO vector_blocks (model_id, owner_id, kind, size, live, members, codes) VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6)"
        );
        insert.Bind(1, set.ModelId).Bind(2, set.OwnerId).Bind(3, (long)set.Kind).Bind(4, size);
        insert.BindBlob(5, BlockCodes.WriteMembers(CollectionsMarshal.AsSpan(groups).Slice(from, size)));
        insert.BindBlob(6, bytes).Run();
        return tx.LastInsertRowId;
    }

    public static long PageId(long block, int page) => (block << 12) | (long)page;
}

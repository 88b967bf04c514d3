using Parley.Kernel;

namespace Parley.Vectors.Sqlite;

/// <summary>A block's row without its codes: what may change, and what says whether they are needed.</summary>
/// <param name="Live">Slots that were not removed.</param>
/// <param name="Dead">A bit for each removed slot; null: none.</param>
internal sealed record StoredBlock(long Id, long OwnerId, TextKind Kind, int Size, int Live, byte[]? Dead)
{
    private const string Columns = "id, owner_id, kind, size, live, dead";
    private const string ListSql =
        $"SELECT {Columns} FROM vector_blocks WHERE owner_id = ?1 AND kind = ?2 AND model_id = ?3 ORDER BY id";
    private const string ReadSql = $"SELECT {Columns} FROM vector_blocks WHERE id = ?1";

    /// <summary>For the tests of their plans.</summary>
    public static IReadOnlyList<string> Statements { get; } = [ListSql, ReadSql];

    public bool IsDead(int slot) => Dead is not null && (Dead[slot >> 3] & (1 << (slot & 7))) != 0;

    public static List<StoredBlock> List(DbSession session, long ownerId, TextKind kind, long modelId)
    {
        var blocks = new List<StoredBlock>();
        using var rows = session.Query(ListSql);
        rows.Bind(1, ownerId).Bind(2, (long)kind).Bind(3, modelId);
        while (rows.Step())
        {
            blocks.Add(Of(rows));
        }

        return blocks;
    }

    /// <exception cref="InvalidDataException">There is no such block.</exception>
    public static StoredBlock Read(DbSession session, long id)
    {
        using var row = session.Query(ReadSql);
        return row.Bind(1, id).Step() ? Of(row) : throw new InvalidDataException($"block {id} is not there");
    }

    /// <exception cref="InvalidDataException">There is no such block, or it is damaged.</exception>
    public static BlockCodes ReadCodes(DbSession session, long id, int words)
    {
        using var row = session.Query("SELECT size, codes, members FROM vector_blocks WHERE id = ?1");
        return row.Bind(1, id).Step()
            ? BlockCodes.Read(row.Int32(0), words, row.Blob(1), row.Blob(2))
            : throw new InvalidDataException($"block {id} is not there");
    }

    private static StoredBlock Of(DbStatement row) =>
        new(
            row.Int64(0),
            row.Int64(1),
            (TextKind)row.Int32(2),
            row.Int32(3),
            row.Int32(4),
            row.IsNull(5) ? null : row.Blob(5).ToArray()
        );
}

/// <summary>Reads records, a page at a time; best in the order in which they lie. Belongs to one session.</summary>
internal sealed class PageReader(DbSession session, BlockRecord layout) : IDisposable
{
    public const string Sql = "SELECT data FROM vector_pages WHERE id = ?1";

    private readonly DbStatement page = session.Query(Sql);
    private long current = -1;

    /// <summary>Valid until the next call.</summary>
    /// <exception cref="InvalidDataException">The page is not there, or too short.</exception>
    public ReadOnlySpan<byte> Record(long block, int slot)
    {
        var id = BlockBuilder.PageId(block, slot / layout.PerPage);
        if (id != current)
        {
            page.Reset();
            current = page.Bind(1, id).Step() ? id : -1;
        }

        var at = slot % layout.PerPage * layout.Bytes;
        return current == id && page.Blob(0) is var data && data.Length >= at + layout.Bytes
            ? data.Slice(at, layout.Bytes)
            : throw new InvalidDataException($"page {id} has no vector at {at}");
    }

    public void Dispose() => page.Dispose();
}

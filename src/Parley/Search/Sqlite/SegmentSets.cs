using System.Runtime.InteropServices;
using Parley.Kernel;
using Parley.Search.Matching;
using Parley.Search.Segments;

namespace Parley.Search.Sqlite;

/// <summary>
/// Which segments a session sees. What was read for one generation of the index is kept for the next search, and what
/// did not change since is kept beyond. Thread-safe.
/// </summary>
internal sealed class SegmentSets(PageCache cache, PagePool pool)
{
    private const int DeletedPageBytes = DeletedBits.PageDocuments / 8;
    private const int MaxOwners = 64;

    private const string ListSql =
        "SELECT id, deleted FROM search_segments WHERE state = 1 AND owner_id = ?1 ORDER BY id";
    private const string ListAllSql = "SELECT id, deleted FROM search_segments WHERE state = 1 ORDER BY id";
    private const string ReadSql = "SELECT owner_id, header, data, checksum FROM search_segments WHERE id = ?1";
    private const string DeletedSql = "SELECT page, bits FROM search_deleted WHERE segment_id = ?1";

    private readonly Lock _gate = new();
    private readonly Dictionary<long, (long Generation, IReadOnlyList<StoredSegment> Segments)> _sets = [];

    /// <summary>The statements, for the tests of their plans.</summary>
    public static IReadOnlyList<string> Statements { get; } = [ListSql, ReadSql, DeletedSql, SqlitePages.Sql];

    /// <summary>What a search by this owner sees, to be disposed of when it ends.</summary>
    public IndexView View(DbSession session, long ownerId)
    {
        var pages = new SqlitePages(session, cache, pool);
        return new IndexView([.. Of(session, ownerId).Select(segment => segment.View(pages))]);
    }

    public IReadOnlyList<StoredSegment> Of(DbSession session, long ownerId)
    {
        var generation = Generation(session);
        IReadOnlyList<StoredSegment> known = [];
        lock (_gate)
        {
            if (_sets.TryGetValue(ownerId, out var set))
            {
                if (set.Generation == generation)
                    return set.Segments;
                known = set.Segments;
            }
        }

        var segments = Read(session, ListSql, ownerId, known);
        lock (_gate)
        {
            if (_sets.Count > MaxOwners)
                _sets.Clear();
            if (!_sets.TryGetValue(ownerId, out var set) || set.Generation < generation)
                _sets[ownerId] = (generation, segments);
        }

        return segments;
    }

    /// <summary>Everybody's, as a writing transaction sees them: nothing of it is kept.</summary>
    public static IReadOnlyList<StoredSegment> All(DbSession session) => Read(session, ListAllSql, null, []);

    public static long Generation(DbSession session)
    {
        using var state = session.Query("SELECT generation FROM search_state WHERE id = 1");
        return state.Step() ? state.Int64(0) : 0;
    }

    private static List<StoredSegment> Read(
        DbSession session,
        string sql,
        long? ownerId,
        IReadOnlyList<StoredSegment> known
    )
    {
        var segments = new List<StoredSegment>();
        var at = 0;
        using var rows = session.Query(sql);
        if (ownerId is { } owner)
            rows.Bind(1, owner);
        while (rows.Step())
        {
            var (id, deleted) = (rows.Int64(0), rows.Int32(1));
            while (at < known.Count && known[at].Id < id)
                at++;
            var segment = at < known.Count && known[at].Id == id ? known[at] : ReadSegment(session, id);
            if (segment.DeletedCount != deleted)
                segment = segment with { DeletedCount = deleted, Deleted = ReadDeleted(session, segment) };
            segments.Add(segment);
        }

        return segments;
    }

    /// <summary>A segment without its deletions.</summary>
    public static StoredSegment ReadSegment(DbSession session, long id)
    {
        using var row = session.Query(ReadSql);
        row.Bind(1, id);
        if (!row.Step())
            throw new SegmentDamagedException($"segment {id} is not there");
        var header = row.Blob(1);
        var data = row.Blob(2);
        if (Checksum.Of(data, Checksum.Of(header)) != (uint)row.Int64(3))
            throw new SegmentDamagedException($"segment {id} is not what was written");
        var read = SegmentHeader.Read(header);
        return new StoredSegment(
            id,
            row.Int64(0),
            read,
            row.IsNull(2) ? null : MemoryPages.Of(read, data),
            DeletedCount: 0,
            Deleted: null
        );
    }

    private static ulong[] ReadDeleted(DbSession session, StoredSegment segment)
    {
        var bits = new ulong[(segment.Header.Documents + 63) / 64];
        var bytes = MemoryMarshal.AsBytes(bits.AsSpan());
        using var rows = session.Query(DeletedSql);
        rows.Bind(1, segment.Id);
        while (rows.Step())
        {
            var start = rows.Int32(0) * DeletedPageBytes;
            if (start < 0 || start >= bytes.Length)
                throw new SegmentDamagedException($"deletions of segment {segment.Id} do not fit it");
            var page = rows.Blob(1);
            page[..Math.Min(page.Length, bytes.Length - start)].CopyTo(bytes[start..]);
        }

        return bits;
    }
}

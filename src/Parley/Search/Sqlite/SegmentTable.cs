using Parley.Kernel;
using Parley.Search.Segments;

namespace Parley.Search.Sqlite;

/// <summary>Writes segments into the tables. Belongs to the writer's thread, but for <see cref="NextId"/>.</summary>
internal sealed class SegmentTable(PageCache cache, PagePool pool)
{
    /// <summary>A segment up to this size is one row.</summary>
    private const long InlineBytes = 16 * 1024;

    private const string InsertSql =
        "INSERT INTO search_segments (id, owner_id, state, documents, header, data, checksum) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    private const string InsertPageSql = "INSERT INTO search_pages (id, checksum, data) VALUES (?1, ?2, ?3)";

    public const int BeingWritten = 0;
    public const int Searched = 1;
    public const int Replaced = 2;

    private long _lastId;

    /// <summary>An id that was never given, not even by a transaction that was rolled back.</summary>
    public long NextId(DbSession session)
    {
        if (Volatile.Read(ref _lastId) == 0)
        {
            using var last = session.Query("SELECT coalesce(max(id), 0) FROM search_segments");
            Interlocked.CompareExchange(ref _lastId, last.Step() ? last.Int64(0) : 0, 0);
        }

        return Interlocked.Increment(ref _lastId);
    }

    /// <summary>Writes a segment that was built in memory; it is searched from the commit on.</summary>
    /// <returns>Its id.</returns>
    public long Add(DbTransaction tx, long ownerId, SegmentHeader header, MemoryPages pages)
    {
        var id = NextId(tx);
        if (pages.Length <= InlineBytes)
        {
            Insert(tx, id, ownerId, Searched, header, pages.ToBytes());
            return id;
        }

        for (var stream = 0; stream < SegmentLayout.Streams; stream++)
        {
            var all = pages[(SegmentStream)stream];
            for (var page = 0; page < all.Count; page++)
                InsertPage(
                    tx,
                    SqlitePages.Key(id, (SegmentStream)stream, page),
                    all[page].Bytes.AsSpan(0, all[page].Length)
                );
        }

        Insert(tx, id, ownerId, Searched, header, null);
        return id;
    }

    public static void Insert(DbTransaction tx, long id, long ownerId, int state, SegmentHeader header, byte[]? data)
    {
        var about = header.ToBytes();
        using var insert = tx.Query(InsertSql);
        insert.Bind(1, id).Bind(2, ownerId).Bind(3, state).Bind(4, header.Documents).BindBlob(5, about);
        if (data is null)
            insert.BindNull(6);
        else
            insert.BindBlob(6, data);
        insert.Bind(7, Checksum.Of(data, Checksum.Of(about))).Run();
    }

    public static void InsertPage(DbTransaction tx, long key, ReadOnlySpan<byte> data)
    {
        using var insert = tx.Query(InsertPageSql);
        insert.Bind(1, key).Bind(2, Checksum.Of(data)).BindBlob(3, data).Run();
    }

    /// <summary>Makes documents findable no more.</summary>
    /// <param name="ids">Ascending; those of nobody are passed over.</param>
    public void Delete(DbTransaction tx, List<long> ids)
    {
        if (ids.Count == 0)
            return;
        var pages = new SqlitePages(tx, cache, pool);
        var left = new HashSet<long>(ids);
        foreach (var segment in SegmentSets.All(tx).Reverse())
        {
            if (left.Count == 0)
                return;
            if (segment.Header.LastId < ids[0] || segment.Header.FirstId > ids[^1])
                continue;
            var reader = segment.Open(pages);
            var deleted = new DeletedBits(tx, segment.Id);
            foreach (var id in ids)
            {
                if (left.Contains(id) && reader.Find(id) is >= 0 and var document && !deleted.Has(document))
                {
                    deleted.Add(document);
                    left.Remove(id);
                }
            }

            deleted.Save();
        }
    }

    /// <summary>Says that the tables changed, so that the next search looks.</summary>
    public static void Changed(DbTransaction tx) =>
        tx.Execute("UPDATE search_state SET generation = generation + 1 WHERE id = 1");
}

using Parley.Kernel;
using Parley.Search.Segments;

namespace Parley.Search.Sqlite;

/// <summary>Reads pages from <c>search_pages</c> within one session.</summary>
/// <param name="cache"><see langword="null"/> for walks over everything, which would only push out what searches need.</param>
internal sealed class SqlitePages(DbSession session, PageCache? cache, PagePool pool) : IPageSource
{
    public const string Sql = "SELECT checksum, data FROM search_pages WHERE id = ?1";

    public static long Key(long segment, SegmentStream stream, int page) =>
        (segment << 24) | ((long)stream << 20) | (uint)page;

    public SegmentPage Read(long segment, SegmentStream stream, int page)
    {
        var key = Key(segment, stream, page);
        if (cache?.Find(key) is { } known)
            return known;
        using var find = session.Query(Sql);
        find.Bind(1, key);
        if (!find.Step())
            throw new SegmentDamagedException($"page {page} of {stream} of segment {segment} is not there");
        var data = find.Blob(1);
        if (data.Length > SegmentLayout.PageSize || Checksum.Of(data) != (uint)find.Int64(0))
            throw new SegmentDamagedException($"page {page} of {stream} of segment {segment} is not what was written");
        var bytes = pool.Rent();
        data.CopyTo(bytes);
        var read = new SegmentPage(bytes, data.Length, pool);
        cache?.Add(key, read);
        return read;
    }
}

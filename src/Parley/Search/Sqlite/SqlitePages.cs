using Parley.Kernel;
using Parley.Search.Segments;

namespace Parley.Search.Sqlite;

/// <summary>Reads pages from <c>search_pages</c> within one session.</summary>
/// <param name="cache"><see langword="null"/> for walks over everything, which would only push out what searches need.</param>
internal sealed class SqlitePages(DbSession session, PageCache? cache) : IPageSource
{
    public const string Sql = "SELECT checksum, data FROM search_pages WHERE id = ?1";

    public static long Key(long segment, SegmentStream stream, int page) =>
        (segment << 24) | ((long)stream << 20) | (uint)page;

    public byte[] Read(long segment, SegmentStream stream, int page)
    {
        var key = Key(segment, stream, page);
        if (cache?.Find(key) is { } known)
            return known;
        using var find = session.Query(Sql);
        find.Bind(1, key);
        if (!find.Step())
            throw new SegmentDamagedException($"page {page} of {stream} of segment {segment} is not there");
        var data = find.Blob(1);
        if (Checksum.Of(data) != (uint)find.Int64(0))
            throw new SegmentDamagedException($"page {page} of {stream} of segment {segment} is not what was written");
        var read = new byte[data.Length + BitPack.Slack];
        data.CopyTo(read);
        cache?.Add(key, read);
        return read;
    }
}

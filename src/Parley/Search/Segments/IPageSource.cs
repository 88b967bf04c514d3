namespace Parley.Search.Segments;

/// <summary>
/// Where the pages of segments are read: the store's tables, or memory while a segment is fresh. Belongs to one thread
/// and one snapshot.
/// </summary>
internal interface IPageSource
{
    /// <summary>
    /// A page, with <see cref="BitPack.Slack"/> bytes that may be anything behind it. Pages never change, so the array
    /// may be shared; nobody writes to it.
    /// </summary>
    /// <exception cref="SegmentDamagedException">It is not there, or not what was written.</exception>
    byte[] Read(long segment, SegmentStream stream, int page);
}

namespace Parley.Search.Segments;

/// <summary>
/// Where the pages of segments are read: the store's tables, or memory while a segment is fresh. Belongs to one thread
/// and one snapshot.
/// </summary>
internal interface IPageSource
{
    /// <summary>
    /// A page, held for the caller, who releases it.
    /// </summary>
    /// <exception cref="SegmentDamagedException">It is not there, or not what was written.</exception>
    SegmentPage Read(long segment, SegmentStream stream, int page);
}

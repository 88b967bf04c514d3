using Parley.Search.Matching;
using Parley.Search.Segments;

namespace Parley.Search.Sqlite;

/// <summary>A segment as the tables have it at one moment. Immutable, shared by searches.</summary>
/// <param name="Inline">Its pages, where it is small.</param>
internal sealed record StoredSegment(
    long Id,
    long OwnerId,
    SegmentHeader Header,
    MemoryPages? Inline,
    int DeletedCount,
    ulong[]? Deleted
)
{
    public SegmentReader Open(IPageSource pages, bool walks = false) => new(Id, Header, Inline ?? pages, walks);

    public ViewedSegment View(IPageSource pages) => new(Open(pages), Deleted, DeletedCount);
}

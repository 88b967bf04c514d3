namespace Parley.Search.Segments;

/// <summary>The pages of segments in memory: where a segment is built, and small ones stay. Reading is thread-safe.</summary>
internal sealed class MemoryPages : IPageSink, IPageSource
{
    private readonly List<SegmentPage>[] _streams =
    [
        .. Enumerable.Range(0, SegmentLayout.Streams).Select(_ => new List<SegmentPage>()),
    ];

    private readonly Stack<byte[]> _free = [];

    /// <summary>Bytes of all pages.</summary>
    public long Length { get; private set; }

    /// <summary>Pages of a stream.</summary>
    public IReadOnlyList<SegmentPage> this[SegmentStream stream] => _streams[(int)stream];

    /// <summary>Forgets all pages, of which nobody reads any more, and fills their memory anew.</summary>
    public void Clear()
    {
        foreach (var stream in _streams)
        {
            foreach (var page in stream)
                _free.Push(page.Bytes);
            stream.Clear();
        }

        Length = 0;
    }

    public void Write(SegmentStream stream, int page, ReadOnlySpan<byte> data)
    {
        if (!_free.TryPop(out var kept) || kept.Length < data.Length + BitPack.Slack)
            kept = GC.AllocateUninitializedArray<byte>(data.Length + BitPack.Slack);
        data.CopyTo(kept);
        _streams[(int)stream].Add(new SegmentPage(kept, data.Length, pool: null));
        Length += data.Length;
    }

    public SegmentPage Read(long segment, SegmentStream stream, int page) =>
        page < _streams[(int)stream].Count
            ? _streams[(int)stream][page].Hold()
            : throw new SegmentDamagedException($"page {page} of {stream} is not there");

    /// <summary>All streams one after the other; their lengths are in the header.</summary>
    public byte[] ToBytes()
    {
        var to = new ByteBuffer();
        foreach (var stream in _streams)
        {
            foreach (var page in stream)
                to.Bytes(page.Bytes.AsSpan(0, page.Length));
        }

        return to.Written.ToArray();
    }

    /// <summary>The pages of <see cref="ToBytes"/>.</summary>
    /// <exception cref="SegmentDamagedException">The lengths do not fit.</exception>
    public static MemoryPages Of(SegmentHeader header, ReadOnlySpan<byte> bytes)
    {
        var pages = new MemoryPages();
        if (header.Lengths.Sum() != bytes.Length)
            throw new SegmentDamagedException("a small segment does not fit its header");
        for (var stream = 0; stream < header.Lengths.Length; stream++)
        {
            var length = (int)header.Lengths[stream];
            for (var page = 0; page << SegmentLayout.PageShift < length; page++)
            {
                var start = page << SegmentLayout.PageShift;
                pages.Write(
                    (SegmentStream)stream,
                    page,
                    bytes.Slice(start, Math.Min(SegmentLayout.PageSize, length - start))
                );
            }

            bytes = bytes[length..];
        }

        return pages;
    }
}

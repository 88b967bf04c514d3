namespace Parley.Search.Segments;

/// <summary>Reads one stream of a segment at any place; holds the two pages it read last. Not thread-safe.</summary>
/// <param name="walks">From front to back, so that one page is enough: a merge has hundreds of streams open.</param>
internal sealed class StreamReader(long segment, SegmentStream stream, long length, IPageSource pages, bool walks)
{
    /// <summary>Bytes that are read in one piece without asking whether the last of them are there.</summary>
    private const int Trusted = 16 << SegmentLayout.PageShift;

    private SegmentPage? _page;
    private SegmentPage? _before;
    private int _number = -1;
    private int _numberBefore = -1;

    public long Length => length;

    /// <summary>
    /// Bytes of the stream, with <see cref="BitPack.Slack"/> readable ones behind them in the answer. Valid until two
    /// other pages have been read, or another one where it walks.
    /// </summary>
    /// <exception cref="SegmentDamagedException">There are not so many.</exception>
    public ReadOnlySpan<byte> Read(long offset, int count)
    {
        if (offset < 0 || count < 0 || count > length - offset)
            throw new SegmentDamagedException($"{stream} of segment {segment} ends before {count} bytes at {offset}");
        var number = (int)(offset >> SegmentLayout.PageShift);
        var within = (int)offset & (SegmentLayout.PageSize - 1);
        if (within + count <= SegmentLayout.PageSize)
            return Page(number).AsSpan(within, count + BitPack.Slack);
        return ReadAcross(number, within, count);
    }

    /// <summary>What the page holds from <paramref name="offset"/> on, at least one byte.</summary>
    /// <exception cref="SegmentDamagedException">There are none.</exception>
    public ReadOnlySpan<byte> ReadRest(long offset)
    {
        if (offset >= length)
            throw new SegmentDamagedException($"{stream} of segment {segment} ends before {offset}");
        var within = (int)offset & (SegmentLayout.PageSize - 1);
        return Read(offset, (int)Math.Min(SegmentLayout.PageSize - within, length - offset))[..^BitPack.Slack];
    }

    private byte[] ReadAcross(int number, int within, int count)
    {
        // A damaged length must not become memory: what is large is there before room for it is taken.
        if (count > Trusted)
            Page(number + ((within + count - 1) >> SegmentLayout.PageShift));
        var joined = new byte[count + BitPack.Slack];
        for (var at = 0; at < count; within = 0)
        {
            var part = Page(number++).AsSpan(within, Math.Min(SegmentLayout.PageSize - within, count - at));
            part.CopyTo(joined.AsSpan(at));
            at += part.Length;
        }

        return joined;
    }

    /// <summary>Lets go of what it holds; what it gave is valid no more. It can be read from again.</summary>
    public void Release()
    {
        _page?.Release();
        _before?.Release();
        (_page, _before, _number, _numberBefore) = (null, null, -1, -1);
    }

    private byte[] Page(int number)
    {
        if (number == _number)
            return _page!.Bytes;
        if (number == _numberBefore)
        {
            (_page, _before, _number, _numberBefore) = (_before, _page, _numberBefore, _number);
            return _page!.Bytes;
        }

        var page = pages.Read(segment, stream, number);
        var expected = (int)Math.Min(SegmentLayout.PageSize, length - ((long)number << SegmentLayout.PageShift));
        if (page.Length < expected)
        {
            page.Release();
            throw new SegmentDamagedException($"page {number} of {stream} of segment {segment} is too short");
        }

        (walks ? _page : _before)?.Release();
        if (!walks)
            (_before, _numberBefore) = (_page, _number);
        (_page, _number) = (page, number);
        return page.Bytes;
    }
}

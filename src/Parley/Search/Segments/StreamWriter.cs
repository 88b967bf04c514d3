namespace Parley.Search.Segments;

/// <summary>Takes the finished pages of a segment, in order within each stream; the bytes are valid only during the call.</summary>
internal interface IPageSink
{
    /// <param name="data"><see cref="SegmentLayout.PageSize"/> bytes; fewer for a stream's last.</param>
    void Write(SegmentStream stream, int page, ReadOnlySpan<byte> data);
}

/// <summary>One stream of a segment being written: gives pages away as they fill, so that memory stays flat.</summary>
internal sealed class StreamWriter(SegmentStream stream, IPageSink sink)
{
    /// <summary>Pages gathered before they are given away.</summary>
    private const int Held = 4;

    private int _pages;

    public ByteBuffer Buffer { get; } = new();

    /// <summary>Bytes so far.</summary>
    public long Length => ((long)_pages << SegmentLayout.PageShift) + Buffer.Length;

    /// <summary>To be called now and then, never between the parts of what is written in one piece.</summary>
    public void Flush()
    {
        if (Buffer.Length < Held << SegmentLayout.PageShift)
            return;
        var whole = Buffer.Length >> SegmentLayout.PageShift;
        for (var page = 0; page < whole; page++)
            sink.Write(stream, _pages++, Buffer.Written.Slice(page << SegmentLayout.PageShift, SegmentLayout.PageSize));
        Buffer.Drop(whole << SegmentLayout.PageShift);
    }

    /// <summary>Writes what is left.</summary>
    /// <returns>The length of the stream.</returns>
    public long End()
    {
        var length = Length;
        for (var rest = Buffer.Written; !rest.IsEmpty; )
        {
            var page = rest[..Math.Min(rest.Length, SegmentLayout.PageSize)];
            sink.Write(stream, _pages++, page);
            rest = rest[page.Length..];
        }

        return length;
    }
}

namespace Parley.Import.Formats.ChatGpt;

/// <summary><c>chat.html</c>: a page whose script begins with all conversations, <c>var jsonData = [ … ];</c>.</summary>
internal static class ChatGptHtml
{
    private static ReadOnlySpan<byte> Marker => "var jsonData"u8;

    public static bool IsExport(ReadOnlySpan<byte> head) => Find(head) >= 0;

    /// <summary>The stream from the array on; null where the page holds none. Takes the stream over.</summary>
    public static Stream? OpenJson(Stream page)
    {
        var read = new byte[64 * 1024];
        var kept = 0;
        while (true)
        {
            var count = page.Read(read, kept, read.Length - kept);
            var end = kept + count;
            var start = Find(read.AsSpan(0, end));
            if (start >= 0)
            {
                return new ChainedStream(read.AsMemory(start, end - start), page);
            }

            if (count == 0)
            {
                page.Dispose();
                return null;
            }

            // The marker with its = and bracket may lie across two reads.
            kept = Math.Min(end, 64);
            read.AsSpan(end - kept, kept).CopyTo(read);
        }
    }

    /// <summary>Where the array begins; -1 where there is none.</summary>
    private static int Find(ReadOnlySpan<byte> page)
    {
        var from = 0;
        while (page[from..].IndexOf(Marker) is >= 0 and var found)
        {
            from += found + Marker.Length;
            var rest = page[from..].TrimStart(" \t\r\n"u8);
            if (!rest.IsEmpty && rest[0] == '=')
            {
                rest = rest[1..].TrimStart(" \t\r\n"u8);
                if (!rest.IsEmpty && rest[0] == '[')
                {
                    return page.Length - rest.Length;
                }
            }
        }

        return -1;
    }

    /// <summary>Bytes that were read already, and the stream they came from.</summary>
    private sealed class ChainedStream(ReadOnlyMemory<byte> first, Stream rest) : Stream
    {
        private ReadOnlyMemory<byte> first = first;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            if (first.IsEmpty)
            {
                return rest.Read(buffer);
            }

            var count = Math.Min(buffer.Length, first.Length);
            first.Span[..count].CopyTo(buffer);
            first = first[count..];
            return count;
        }

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                rest.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}

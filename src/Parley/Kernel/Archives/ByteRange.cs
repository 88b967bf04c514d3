using Microsoft.Win32.SafeHandles;

namespace Parley.Kernel.Archives;

/// <summary>Bytes of a file that is open. Reading needs no position, so any number of streams may read at once.</summary>
internal readonly record struct ByteRange(SafeFileHandle File, long Start, long Length)
{
    public static ByteRange Whole(SafeFileHandle file) => new(file, 0, RandomAccess.GetLength(file));

    /// <summary>Bytes from <paramref name="at"/> on; fewer than asked for only at the end.</summary>
    public int Read(long at, Span<byte> into)
    {
        var read = 0;
        while (read < into.Length && at + read < Length)
        {
            var wanted = into[read..(int)Math.Min(into.Length, Length - at)];
            var got = RandomAccess.Read(File, wanted, Start + at + read);
            if (got == 0)
            {
                break;
            }

            read += got;
        }

        return read;
    }

    /// <summary>A part of it, cut to what is there.</summary>
    public ByteRange Slice(long at, long length)
    {
        at = Math.Clamp(at, 0, Length);
        return new ByteRange(File, Start + at, Math.Clamp(length, 0, Length - at));
    }

    public Stream Open() => new RangeStream(this);

    private sealed class RangeStream(ByteRange range) : Stream
    {
        public override bool CanRead => true;
        public override bool CanSeek => true;
        public override bool CanWrite => false;
        public override long Length => range.Length;
        public override long Position { get; set; }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var read = range.Read(Position, buffer);
            Position += read;
            return read;
        }

        public override long Seek(long offset, SeekOrigin origin) =>
            Position = origin switch
            {
                SeekOrigin.Begin => offset,
                SeekOrigin.Current => Position + offset,
                _ => Length + offset,
            };

        public override void Flush() { }

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}

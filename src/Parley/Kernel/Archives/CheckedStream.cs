namespace Parley.Kernel.Archives;

/// <summary>Gives what is there, and says at the end whether that was all: the inflater does not tell, and flipped bits may inflate.</summary>
/// <param name="isCutOff">The archive ends within the entry.</param>
/// <param name="expected">The checksum it should have; 0 where that is not known.</param>
internal sealed class CheckedStream(Stream inner, string entry, bool isCutOff, uint expected = 0) : Stream
{
    private Crc32 crc;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position
    {
        get => inner.Position;
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var read = inner.Read(buffer);
        if (expected != 0)
        {
            crc.Add(buffer[..read]);
        }

        if (read == 0 && !buffer.IsEmpty)
        {
            Check();
        }

        return read;
    }

    private void Check()
    {
        if (isCutOff)
        {
            throw new SourceException(
                "damaged-entry",
                entry,
                $"the archive ends within it, behind byte {inner.Position}"
            );
        }

        if (expected != 0 && crc.Value != expected)
        {
            throw new SourceException(
                "damaged-entry",
                entry,
                $"its checksum is wrong: some of its {inner.Position} bytes are damaged"
            );
        }
    }

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}

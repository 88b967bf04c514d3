using System.Buffers;
using System.Text;
using Parley.Kernel.Archives;

namespace Parley.Import;

/// <summary>
/// The part of a stream that is being looked at: it grows while one value needs more, and moves on when that is done.
/// Memory is one value and a read-ahead.
/// </summary>
internal sealed class JsonWindow(Stream stream) : IDisposable
{
    private const int Usual = 256 * 1024;

    /// <summary>Larger buffers are not pooled: the pool would hold on to what one giant conversation needed.</summary>
    private const int LargestPooled = 1024 * 1024;

    /// <summary>A buffer larger than this is let go once what it holds is small again.</summary>
    private const int Large = 16 * 1024 * 1024;

    private byte[] buffer = ArrayPool<byte>.Shared.Rent(Usual);
    private int start;
    private int end;
    private long consumed;
    private bool finished;

    /// <summary>Bytes of the stream before the window.</summary>
    public long Position => consumed + start;

    public ReadOnlySpan<byte> Span => buffer.AsSpan(start, end - start);

    public int Length => end - start;

    /// <summary>Why the stream ended where it should not have: a limit, or a damaged archive. Null while all is well.</summary>
    public string? Broken { get; private set; }

    /// <summary>The first bytes of the window; they live until the next <see cref="Fill"/>.</summary>
    public ReadOnlyMemory<byte> Memory(int length) => buffer.AsMemory(start, length);

    public void Advance(int bytes) => start += bytes;

    /// <summary>Undoes an <see cref="Advance"/>, as long as nothing was filled since.</summary>
    public void Back(int bytes) => start -= bytes;

    /// <summary>Reads more behind what is there; false at the end of the stream.</summary>
    public bool Fill()
    {
        if (finished)
        {
            return false;
        }

        MakeRoom();
        try
        {
            var read = stream.Read(buffer, end, buffer.Length - end);
            finished = read == 0;
            end += read;
        }
        catch (SourceException e)
        {
            Broken = e.Message;
            finished = true;
        }

        return !finished;
    }

    /// <summary>The next byte that is no white space, left in place; -1 at the end.</summary>
    public int Peek()
    {
        while (true)
        {
            // RS begins each record of a JSON text sequence (RFC 7464).
            var blank = Span.IndexOfAnyExcept(Blanks);
            if (blank >= 0)
            {
                start += blank;
                return buffer[start];
            }

            start = end;
            if (!Fill())
            {
                return -1;
            }
        }
    }

    public void SkipByteOrderMark()
    {
        while (Length < Encoding.UTF8.Preamble.Length && Fill()) { }
        if (Span.StartsWith(Encoding.UTF8.Preamble))
        {
            start += Encoding.UTF8.Preamble.Length;
        }
    }

    public void Dispose()
    {
        Return();
        buffer = [];
        start = end = 0;
        finished = true;
    }

    private static readonly SearchValues<byte> Blanks = SearchValues.Create(" \n\r\t\u001E"u8);

    private void MakeRoom()
    {
        if (start == end)
        {
            consumed += start;
            start = end = 0;
        }

        if (buffer.Length > Large && Length < Usual / 2)
        {
            MoveTo(ArrayPool<byte>.Shared.Rent(Usual));
        }
        else if (end == buffer.Length && start >= buffer.Length / 2)
        {
            MoveTo(buffer);
        }
        else if (end == buffer.Length)
        {
            var larger = (int)Math.Min(Array.MaxLength, buffer.Length * 2L);
            MoveTo(
                larger > LargestPooled
                    ? GC.AllocateUninitializedArray<byte>(larger)
                    : ArrayPool<byte>.Shared.Rent(larger)
            );
        }
    }

    private void MoveTo(byte[] to)
    {
        var kept = Length;
        Buffer.BlockCopy(buffer, start, to, 0, kept);
        if (to != buffer)
        {
            Return();
            buffer = to;
        }

        consumed += start;
        start = 0;
        end = kept;
    }

    private void Return()
    {
        if (buffer.Length is > 0 and <= LargestPooled)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}

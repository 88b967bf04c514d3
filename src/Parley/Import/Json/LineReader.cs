using System.Buffers;
using System.Text;

namespace Parley.Import;

/// <summary>
/// The lines of a text of any size, one at a time: JSON lines are cut by line breaks, so that one broken line takes no
/// other with it. Blank lines are passed over but counted. The bytes live until the next <see cref="MoveNext"/>.
/// </summary>
internal sealed class LineReader(Stream stream, int maxLineBytes = JsonSlices.DefaultMaxValue) : IDisposable
{
    private byte[] buffer = ArrayPool<byte>.Shared.Rent(128 * 1024);
    private int start;
    private int end;
    private long consumed;
    private bool finished;

    /// <summary>The line without its break and without white space around it; empty where it is too long.</summary>
    public ReadOnlyMemory<byte> Current { get; private set; }

    /// <summary>Number of the line, from 0.</summary>
    public long Index { get; private set; } = -1;

    /// <summary>Whether the line was longer than allowed and is left out.</summary>
    public bool IsTooLong { get; private set; }

    /// <summary>Bytes read so far, for progress.</summary>
    public long Position => consumed + start;

    public bool MoveNext()
    {
        while (Next())
        {
            Current = Current.Trim(" \t\r"u8);
            if (Index == 0 && Current.Span.StartsWith(Encoding.UTF8.Preamble))
            {
                Current = Current[3..].TrimStart(" \t"u8);
            }

            if (IsTooLong || !Current.IsEmpty)
            {
                return true;
            }
        }

        return false;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
        Current = default;
    }

    private bool Next()
    {
        IsTooLong = false;
        var searched = 0;
        while (true)
        {
            var at = buffer.AsSpan(start + searched, end - start - searched).IndexOf((byte)'\n');
            if (at >= 0)
            {
                return Take(searched + at, 1);
            }

            searched = end - start;
            if (searched >= maxLineBytes)
            {
                // What was read of it is dropped; the rest of the line follows.
                IsTooLong = true;
                consumed += searched;
                start = end = searched = 0;
            }

            if (!Fill())
            {
                return (searched > 0 || IsTooLong) && Take(searched, 0);
            }
        }
    }

    private bool Take(int length, int lineBreak)
    {
        Current = IsTooLong ? default : buffer.AsMemory(start, length);
        start += length + lineBreak;
        Index++;
        return true;
    }

    private bool Fill()
    {
        if (finished)
        {
            return false;
        }

        if (start > 0)
        {
            Buffer.BlockCopy(buffer, start, buffer, 0, end - start);
            consumed += start;
            end -= start;
            start = 0;
        }
        else if (end == buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Array.MaxLength, buffer.Length * 2L));
            Buffer.BlockCopy(buffer, 0, larger, 0, end);
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }

        var read = stream.Read(buffer, end, buffer.Length - end);
        finished = read == 0;
        end += read;
        return read > 0;
    }
}

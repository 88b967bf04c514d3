using System.Buffers;
using System.Text;

namespace Parley.Import.Formats.Gemini;

/// <summary>
/// Cuts the HTML of My Activity, often hundreds of megabytes on one line, into its rows: from one
/// <c>&lt;div class="outer-cell …"&gt;</c> to the next. Only one row is in memory. Text of rows cannot hold the mark,
/// because there its brackets are escaped.
/// </summary>
internal sealed class ActivityCells(Stream stream, int maxCellBytes = ActivityCells.DefaultMaxCell) : IDisposable
{
    public const int DefaultMaxCell = 64 * 1024 * 1024;

    /// <summary>Between the tag's bracket and the class name stand at most some attributes.</summary>
    private const int LongestTag = 512;

    private static ReadOnlySpan<byte> Mark => "outer-cell"u8;

    private byte[] buffer = ArrayPool<byte>.Shared.Rent(256 * 1024);
    private int start;
    private int end;

    /// <summary>Where to look for the next mark.</summary>
    private int look;
    private long consumed;
    private bool finished;
    private bool inCell;

    /// <summary>The row's HTML; null where it is too long to be read.</summary>
    public string? Current { get; private set; }

    /// <summary>Position of the row in the file, from 0.</summary>
    public long Index { get; private set; } = -1;

    public long Position => consumed + look;

    public bool MoveNext()
    {
        var tooLong = false;
        while (true)
        {
            var mark = FindMark();
            if (mark >= 0 && !inCell)
            {
                inCell = true;
                (start, look) = (mark, look + 1);
                continue;
            }

            if (mark >= 0 || finished)
            {
                if (!inCell)
                {
                    return false;
                }

                var to = mark >= 0 ? mark : end;
                Index++;
                Current = tooLong ? null : Encoding.UTF8.GetString(buffer, start, to - start);
                inCell = mark >= 0;
                start = to;
                look = inCell ? look + 1 : end;
                return true;
            }

            if (inCell && end - start > maxCellBytes)
            {
                tooLong = true;
                start = Math.Max(start, look - LongestTag);
            }

            Fill();
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
    }

    /// <summary>The bracket that opens the next row; -1 where the buffer holds no further one. <c>look</c> stands on the mark then.</summary>
    private int FindMark()
    {
        while (true)
        {
            var found = buffer.AsSpan(look, end - look).IndexOf(Mark);
            if (found < 0)
            {
                look = Math.Max(look, end - Mark.Length + 1);
                return -1;
            }

            look += found;
            var floor = Math.Max(start, look - LongestTag);
            var tag = buffer.AsSpan(floor, look - floor);
            var open = tag.LastIndexOf((byte)'<');
            if (open >= 0 && tag[open..].StartsWith("<div"u8) && !tag[open..].Contains((byte)'>'))
            {
                return floor + open;
            }

            look += Mark.Length;
        }
    }

    private void Fill()
    {
        // Outside a row only as much is kept as a mark's tag may need.
        var keep = inCell ? start : Math.Max(start, look - LongestTag);
        if (keep > 0)
        {
            Buffer.BlockCopy(buffer, keep, buffer, 0, end - keep);
            consumed += keep;
            (end, look, start) = (end - keep, look - keep, inCell ? start - keep : 0);
        }

        if (end == buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
            Buffer.BlockCopy(buffer, 0, larger, 0, end);
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }

        var read = stream.Read(buffer, end, buffer.Length - end);
        finished = read == 0;
        end += read;
    }
}

using System.Buffers;
using System.Runtime.CompilerServices;

namespace Parley.Providers.Wire;

/// <summary>
/// Cuts an answer into lines or server-sent events, in one buffer that is reused. What it gives is valid until the next
/// call. A line longer than <see cref="Longest"/> ends the call: memory does not follow a lying upstream (R11).
/// </summary>
internal sealed class WireReader(UpstreamAnswer answer) : IDisposable
{
    public const int Longest = 4 * 1024 * 1024;

    /// <summary>Events of most streams are smaller: a thousand may be waiting for their next one.</summary>
    private const int FirstRoom = 1024;

    /// <summary>For one that has more to give than it can be read.</summary>
    private const int UsualRoom = 8 * 1024;

    private byte[] buffer = ArrayPool<byte>.Shared.Rent(FirstRoom);
    private int head; // the first byte that is still needed
    private int next; // where the next line begins
    private int looked; // up to here no line ends
    private int end;
    private bool ended;

    /// <summary>The next line that is not empty, without its end; null when there is none.</summary>
    public async ValueTask<ReadOnlyMemory<byte>?> LineAsync()
    {
        while (true)
        {
            head = next;
            if (TryLine(out var start, out var length))
            {
                if (length > 0)
                {
                    return buffer.AsMemory(start, length);
                }
            }
            else if (!await FillAsync())
            {
                return null;
            }
        }
    }

    /// <summary>
    /// The data of the next server-sent event (HTML standard, 9.2.6); null when there is none. One that the end cuts off
    /// before its empty line is given too: several servers leave the last one out.
    /// </summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ReadOnlyMemory<byte>?> EventAsync()
    {
        head = next;
        int from = -1,
            length = 0;
        while (true)
        {
            if (!TryLine(out var start, out var count))
            {
                if (await FillAsync())
                {
                    continue; // head may have moved to 0: "from" counts from it
                }

                // Spelled out: a bare null would become an empty memory.
                return from < 0 ? default(ReadOnlyMemory<byte>?) : buffer.AsMemory(head + from, length);
            }

            if (count == 0)
            {
                if (from >= 0)
                {
                    return buffer.AsMemory(head + from, length);
                }

                head = next;
                continue;
            }

            var line = buffer.AsSpan(start, count);
            if (!line.StartsWith("data:"u8))
            {
                continue; // comments, event:, id:, retry:
            }

            var data = line.Length > 5 && line[5] == (byte)' ' ? line[6..] : line[5..];
            if (from < 0)
            {
                from = start + count - data.Length - head;
                length = data.Length;
                continue;
            }

            // The rare event of several data lines is joined in place: its names are longer than the line feed.
            buffer[head + from + length] = (byte)'\n';
            data.CopyTo(buffer.AsSpan(head + from + length + 1));
            length += 1 + data.Length;
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
    }

    private bool TryLine(out int start, out int length)
    {
        start = next;
        var at = buffer.AsSpan(looked, end - looked).IndexOf((byte)'\n');
        if (at < 0 && !(ended && end > next))
        {
            looked = end;
            length = 0;
            return false;
        }

        var stop = at < 0 ? end : looked + at;
        next = looked = at < 0 ? end : stop + 1;
        length = stop - start;
        if (length > 0 && buffer[stop - 1] == (byte)'\r')
        {
            length--;
        }

        return true;
    }

    /// <summary>False where nothing more comes and nothing is left.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> FillAsync()
    {
        if (ended)
        {
            return false;
        }

        MakeRoom();
        var count = await answer.ReadAsync(buffer.AsMemory(end));
        ended = count == 0;
        end += count;
        return !ended || end > next;
    }

    private void MakeRoom()
    {
        if (head == end)
        {
            if (end == buffer.Length && buffer.Length < UsualRoom)
            {
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
            }

            head = next = looked = end = 0;
        }

        if (end < buffer.Length)
        {
            return;
        }

        var kept = end - head;
        if (kept > Longest)
        {
            throw answer.Failure($"sent a line of more than {Longest >> 20} MiB");
        }

        var room = kept > buffer.Length / 2 ? ArrayPool<byte>.Shared.Rent(buffer.Length * 2) : buffer;
        buffer.AsSpan(head, kept).CopyTo(room);
        if (room != buffer)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = room;
        }

        next -= head;
        looked -= head;
        end = kept;
        head = 0;
    }
}

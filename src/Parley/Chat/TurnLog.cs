namespace Parley.Chat;

/// <summary>
/// The events of one turn in order: the only producer is the turn, and everybody else is a reader at a pace of their
/// own, the saver among them. Kept as small as the words themselves (kind, length, payload), for a thousand turns may
/// run at once; a wire's frames are made while a reader reads. Thread-safe; what was appended never changes.
/// </summary>
internal sealed class TurnLog
{
    /// <summary>Bytes of the first stretch, and of most: doubling one array would leave as much again behind in each turn.</summary>
    private const int FirstRoom = 512;
    private const int MostRoom = 2 * 1024;

    private readonly Lock gate = new();
    private readonly List<(int Start, byte[] Bytes)> stretches = [(0, new byte[FirstRoom])];
    private int length;
    private int count;
    private bool ended;
    private TaskCompletionSource? news;

    /// <summary>Bytes so far: a position for <see cref="Since"/>.</summary>
    public int Length => Volatile.Read(ref length);

    /// <summary>Events so far; the first has number 1.</summary>
    public int Count => Volatile.Read(ref count);

    /// <summary>No more events will come.</summary>
    public bool HasEnded => Volatile.Read(ref ended);

    /// <summary>
    /// Adds one event and wakes readers: they run in this very call until they wait for something, a thread the less for
    /// each event. After an end nothing is added.
    /// </summary>
    public void Append(TurnEventKind kind, ReadOnlySpan<byte> payload)
    {
        TaskCompletionSource? waiting;
        lock (gate)
        {
            if (ended)
            {
                return;
            }

            Write(kind, payload);
            count++;
            ended = kind.IsEnd();
            waiting = news;
            news = null;
        }

        waiting?.TrySetResult();
    }

    /// <summary>Takes over what was saved of an earlier run: whole events. Only before anything is appended.</summary>
    public void Restore(ReadOnlySpan<byte> saved)
    {
        lock (gate)
        {
            saved.CopyTo(Room(saved.Length));
            length += saved.Length;
            var reader = new TurnLogReader(saved);
            while (reader.TryRead(out var read))
            {
                count++;
                ended |= read.Kind.IsEnd();
            }
        }
    }

    /// <summary>Where the log ends now: the position, and the number of the last event.</summary>
    public (int Position, int Number) End
    {
        get
        {
            lock (gate)
            {
                return (length, count);
            }
        }
    }

    /// <summary>
    /// Whole events after a position, as far as they lie together: at least one, but at the end of the log. Valid for good.
    /// </summary>
    public ReadOnlyMemory<byte> Since(int position)
    {
        lock (gate)
        {
            return position == length ? default : Stretch(Find(position), position);
        }
    }

    /// <summary>Everything after a position in one piece, put together where it lies apart.</summary>
    public ReadOnlyMemory<byte> Whole(int position = 0)
    {
        lock (gate)
        {
            var first = Find(position);
            if (first == stretches.Count - 1)
            {
                return Stretch(first, position);
            }

            var joined = new byte[length - position];
            for (var at = 0; at < joined.Length; first++)
            {
                var part = Stretch(first, position + at);
                part.Span.CopyTo(joined.AsSpan(at));
                at += part.Length;
            }

            return joined;
        }
    }

    /// <summary>Wakes readers although nothing came: they say that they are there.</summary>
    public void Nudge()
    {
        TaskCompletionSource? waiting;
        lock (gate)
        {
            waiting = news;
            news = null;
        }

        waiting?.TrySetResult();
    }

    /// <summary>Ends when there is more than up to that position, when nothing more will come, or at a nudge.</summary>
    public Task WaitAsync(int position)
    {
        lock (gate)
        {
            return length > position || ended ? Task.CompletedTask : (news ??= new TaskCompletionSource()).Task;
        }
    }

    private void Write(TurnEventKind kind, ReadOnlySpan<byte> payload)
    {
        var room = Room(payload.Length + 6);
        room[0] = (byte)kind;
        var at = 1;
        var rest = (uint)payload.Length;
        while (rest >= 0x80)
        {
            room[at++] = (byte)(rest | 0x80);
            rest >>= 7;
        }

        room[at++] = (byte)rest;
        payload.CopyTo(room[at..]);
        length += at + payload.Length;
    }

    /// <summary>Room behind the end for so many bytes; an event never lies in two stretches.</summary>
    private Span<byte> Room(int bytes)
    {
        var (start, last) = stretches[^1];
        if (last.Length - (length - start) < bytes)
        {
            start = length;
            last = new byte[Math.Max(bytes, Math.Clamp(length, FirstRoom, MostRoom))];
            stretches.Add((start, last));
        }

        return last.AsSpan(length - start);
    }

    /// <summary>The last stretch that begins at or before a position.</summary>
    private int Find(int position)
    {
        var (low, high) = (0, stretches.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = stretches[middle].Start <= position ? (middle, high) : (low, middle - 1);
        }

        return low;
    }

    private ReadOnlyMemory<byte> Stretch(int index, int position)
    {
        var (start, bytes) = stretches[index];
        var end = index + 1 < stretches.Count ? stretches[index + 1].Start : length;
        return bytes.AsMemory(position - start, end - position);
    }
}

/// <summary>Walks the events of a stretch of a log.</summary>
internal ref struct TurnLogReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> bytes = bytes;

    /// <summary>Bytes read.</summary>
    public int Position { get; private set; }

    /// <summary>False at the end, and where the last event is not whole.</summary>
    public bool TryRead(out TurnEvent read)
    {
        read = default;
        var rest = bytes[Position..];
        if (rest.IsEmpty)
        {
            return false;
        }

        var at = 1;
        var size = 0;
        for (var shift = 0; ; shift += 7)
        {
            if (at >= rest.Length || shift > 28)
            {
                return false;
            }

            size |= (rest[at] & 0x7F) << shift;
            if (rest[at++] < 0x80)
            {
                break;
            }
        }

        if (size < 0 || rest.Length - at < size)
        {
            return false;
        }

        read = new TurnEvent((TurnEventKind)rest[0], rest.Slice(at, size));
        Position += at + size;
        return true;
    }
}

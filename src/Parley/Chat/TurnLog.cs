namespace Parley.Chat;

/// <summary>
/// The events of one turn in order: the only producer is the turn, and everybody else is a reader at a pace of their
/// own, the saver among them. Kept as small as the words themselves (kind, length, payload), for a thousand turns may
/// run at once; a wire's frames are made while a reader reads. Thread-safe; what was appended never changes.
/// </summary>
internal sealed class TurnLog
{
    private const int FirstRoom = 512;

    private readonly Lock gate = new();
    private byte[] bytes = new byte[FirstRoom];
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

    /// <summary>Adds one event and wakes readers. After an end nothing is added.</summary>
    public void Append(TurnEventKind kind, ReadOnlySpan<byte> payload)
    {
        TaskCompletionSource? waiting;
        lock (gate)
        {
            if (ended)
            {
                return;
            }

            length = Write(kind, payload);
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
            Grow(saved.Length);
            saved.CopyTo(bytes.AsSpan(length));
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

    /// <summary>Everything after a position; valid for good.</summary>
    public ReadOnlyMemory<byte> Since(int position)
    {
        lock (gate)
        {
            return bytes.AsMemory(position, length - position);
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
            return length > position || ended
                ? Task.CompletedTask
                : (news ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    private int Write(TurnEventKind kind, ReadOnlySpan<byte> payload)
    {
        Grow(payload.Length + 6);
        var at = length;
        bytes[at++] = (byte)kind;
        var rest = (uint)payload.Length;
        while (rest >= 0x80)
        {
            bytes[at++] = (byte)(rest | 0x80);
            rest >>= 7;
        }

        bytes[at++] = (byte)rest;
        payload.CopyTo(bytes.AsSpan(at));
        return at + payload.Length;
    }

    /// <summary>Readers may hold the old array: it is left as it is.</summary>
    private void Grow(int more)
    {
        if (bytes.Length - length < more)
        {
            var wider = new byte[Math.Max(length + more, bytes.Length * 2)];
            bytes.AsSpan(0, length).CopyTo(wider);
            bytes = wider;
        }
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

namespace Parley.Realtime;

/// <summary>The last events of one sort, oldest first, within a number of bytes. Its feed's lock guards it.</summary>
internal sealed class FeedRing(FeedBudget budget)
{
    /// <summary>Bytes that events of one sort and one person may hold.</summary>
    public const int MostBytes = 256 * 1024;

    /// <summary>What they keep where all feeds together hold too much.</summary>
    private const int LeastBytes = 16 * 1024;
    private const int FirstRoom = 16;

    private FeedEvent[] events = new FeedEvent[FirstRoom];
    private int head;
    private int bytes;

    public int Count { get; private set; }

    /// <summary>Sequence of the last event that is no longer here: who has less has missed something.</summary>
    public long Dropped { get; private set; }

    /// <summary>Sequence of the newest event there was.</summary>
    public long Last { get; private set; }

    public FeedEvent this[int index] => events[(head + index) & (events.Length - 1)];

    public void Add(in FeedEvent added)
    {
        if (Count == events.Length)
        {
            Resize(events.Length * 2);
        }

        events[(head + Count) & (events.Length - 1)] = added;
        Count++;
        Last = added.Sequence;
        bytes += added.Cost;
        budget.Take(added.Cost);
        while (Count > 1 && (bytes > MostBytes || (bytes > LeastBytes && budget.IsSpent)))
        {
            Drop();
        }
    }

    /// <summary>Lets go of what is older.</summary>
    public void Trim(long before)
    {
        while (Count > 0 && events[head].At < before)
        {
            Drop();
        }

        if (Count < events.Length / 4 && events.Length > FirstRoom)
        {
            Resize(events.Length / 2);
        }
    }

    /// <summary>Lets go of all, and of what should have been here up to that sequence.</summary>
    public void Clear(long upTo)
    {
        budget.Take(-bytes);
        events = new FeedEvent[FirstRoom];
        head = bytes = Count = 0;
        Dropped = upTo;
    }

    /// <summary>Index of the first event behind a sequence; <see cref="Count"/> where there is none.</summary>
    public int IndexAfter(long sequence)
    {
        var (low, high) = (0, Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = this[middle].Sequence > sequence ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    private void Drop()
    {
        var dropped = events[head];
        events[head] = default;
        head = (head + 1) & (events.Length - 1);
        Count--;
        bytes -= dropped.Cost;
        budget.Take(-dropped.Cost);
        Dropped = dropped.Sequence;
    }

    private void Resize(int room)
    {
        var moved = new FeedEvent[room];
        for (var i = 0; i < Count; i++)
        {
            moved[i] = this[i];
        }

        (events, head) = (moved, 0);
    }
}

/// <summary>Bytes that the events of all feeds hold together (R11). Thread-safe.</summary>
/// <param name="most">Past it each feed keeps little.</param>
internal sealed class FeedBudget(long most)
{
    private long taken;

    public bool IsSpent => Interlocked.Read(ref taken) > most;

    public void Take(int bytes) => Interlocked.Add(ref taken, bytes);
}

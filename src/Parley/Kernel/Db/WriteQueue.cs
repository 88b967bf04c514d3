namespace Parley.Kernel;

/// <summary>
/// The bounded queue before the writer: small writes and large ones apart, served in turn, so that an import delays a chat by one batch at
/// most and chats cannot starve an import. Thread-safe; one consumer.
/// </summary>
internal sealed class WriteQueue(int capacity)
{
    private readonly object _gate = new();
    private readonly Queue<QueuedWrite> _small = new();
    private readonly Queue<QueuedWrite> _large = new();
    private bool _largeIsNext;
    private bool _closed;
    private bool _nudged;

    public int Length
    {
        get
        {
            lock (_gate)
            {
                return _small.Count + _large.Count;
            }
        }
    }

    /// <summary>Queues a write.</summary>
    /// <exception cref="StoreBusyException">The queue is full.</exception>
    /// <exception cref="ObjectDisposedException">The store is closing.</exception>
    public void Add(QueuedWrite write)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(Db));
            if (_small.Count + _large.Count >= capacity)
            {
                throw new StoreBusyException($"{capacity} writes are waiting already: try again shortly");
            }

            (write.Kind == WriteKind.Large ? _large : _small).Enqueue(write);
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Wakes the consumer once with nothing to run.</summary>
    public void Nudge()
    {
        lock (_gate)
        {
            _nudged = true;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Refuses new writes; those queued are still served.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Waits for the next write. Null with <paramref name="closed"/> false is a nudge; with true, the end.</summary>
    public QueuedWrite? Take(out bool closed)
    {
        lock (_gate)
        {
            while (true)
            {
                var large = _large.Count > 0 && (_largeIsNext || _small.Count == 0);
                if ((large ? _large : _small).TryDequeue(out var write))
                {
                    _largeIsNext = !large;
                    closed = false;
                    return write;
                }

                closed = _closed;
                if (_closed || _nudged)
                {
                    _nudged = false;
                    return null;
                }

                Monitor.Wait(_gate);
            }
        }
    }

    /// <summary>Takes another small write for the group that is open, if one waits.</summary>
    public QueuedWrite? TryTakeSmall()
    {
        lock (_gate)
        {
            return _small.TryDequeue(out var write) ? write : null;
        }
    }
}

namespace Parley.Search.Matching;

/// <summary>A document that was found.</summary>
/// <param name="Key">What it is ordered by, highest first: its score or its time.</param>
/// <param name="Segment">The index of its segment in the view.</param>
/// <param name="Number">Its number in the segment.</param>
internal readonly record struct FoundDocument(double Key, long Id, int Segment, int Number, float Score)
    : IComparable<FoundDocument>
{
    /// <summary>
    /// Better first; of equals the newer one. Where the oldest come first, keys are below zero and the older of equals is
    /// first: a key holds fewer digits than an id, so neighbours in time have the same.
    /// </summary>
    public int CompareTo(FoundDocument other)
    {
        if (Key != other.Key)
            return other.Key.CompareTo(Key);
        return Key < 0 ? Id.CompareTo(other.Id) : other.Id.CompareTo(Id);
    }
}

/// <summary>The best of what it was given: a binary heap with the worst of them on top. Thread-safe.</summary>
internal sealed class TopDocuments(int capacity)
{
    private readonly Lock _gate = new();
    private readonly List<FoundDocument> _heap = [];
    private double _threshold = double.NegativeInfinity;

    /// <summary>A document with a lower key is not among the best any more.</summary>
    public double Threshold => Volatile.Read(ref _threshold);

    private bool IsFull => _heap.Count == capacity;

    /// <summary>Whether <see cref="Add"/> would keep it now.</summary>
    public bool Takes(double key, long id)
    {
        lock (_gate)
            return !IsFull || new FoundDocument(key, id, 0, 0, 0).CompareTo(_heap[0]) < 0;
    }

    public void Add(in FoundDocument document)
    {
        lock (_gate)
        {
            if (!IsFull)
            {
                _heap.Add(document);
                Up(_heap.Count - 1);
            }
            else if (document.CompareTo(_heap[0]) < 0)
            {
                _heap[0] = document;
                Down();
            }

            if (IsFull)
                Volatile.Write(ref _threshold, _heap[0].Key);
        }
    }

    /// <summary>Best first.</summary>
    public List<FoundDocument> Sorted()
    {
        lock (_gate)
        {
            var sorted = new List<FoundDocument>(_heap);
            sorted.Sort();
            return sorted;
        }
    }

    private void Up(int at)
    {
        while (at > 0 && _heap[at].CompareTo(_heap[(at - 1) / 2]) > 0)
        {
            (_heap[at], _heap[(at - 1) / 2]) = (_heap[(at - 1) / 2], _heap[at]);
            at = (at - 1) / 2;
        }
    }

    private void Down()
    {
        for (var at = 0; ; )
        {
            var worst = at;
            for (var child = (2 * at) + 1; child <= (2 * at) + 2 && child < _heap.Count; child++)
            {
                if (_heap[child].CompareTo(_heap[worst]) > 0)
                    worst = child;
            }

            if (worst == at)
                return;
            (_heap[at], _heap[worst]) = (_heap[worst], _heap[at]);
            at = worst;
        }
    }
}

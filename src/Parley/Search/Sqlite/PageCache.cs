namespace Parley.Search.Sqlite;

/// <summary>
/// Pages that were read lately, shared by all searches. Pages never change and ids are never given twice, so nothing here
/// is ever wrong. Evicts by the clock algorithm (Corbató 1968). Thread-safe.
/// </summary>
internal sealed class PageCache
{
    /// <summary>12 MB: the columns that searches of a million documents touch, and the common words.</summary>
    private const int Capacity = 384;
    private const int Shards = 16;
    private readonly Shard[] _shards = [.. Enumerable.Range(0, Shards).Select(_ => new Shard())];

    public byte[]? Find(long id) => Of(id).Find(id);

    public void Add(long id, byte[] page) => Of(id).Add(id, page);

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        foreach (var shard in _shards)
            shard.Clear();
    }

    private Shard Of(long id) => _shards[(int)(((ulong)id * 0x9E3779B97F4A7C15) >> 60)];

    private sealed class Shard
    {
        private readonly Lock _gate = new();
        private readonly Dictionary<long, int> _places = [];
        private readonly (long Id, byte[]? Page, bool Used)[] _held = new (long, byte[]?, bool)[Capacity / Shards];
        private int _hand;

        public void Clear()
        {
            lock (_gate)
            {
                _places.Clear();
                Array.Clear(_held);
            }
        }

        public byte[]? Find(long id)
        {
            lock (_gate)
            {
                if (!_places.TryGetValue(id, out var place))
                    return null;
                _held[place].Used = true;
                return _held[place].Page;
            }
        }

        public void Add(long id, byte[] page)
        {
            lock (_gate)
            {
                if (_places.ContainsKey(id))
                    return;
                while (_held[_hand].Used)
                {
                    _held[_hand].Used = false;
                    _hand = (_hand + 1) % _held.Length;
                }

                if (_held[_hand].Page is not null)
                    _places.Remove(_held[_hand].Id);
                _held[_hand] = (id, page, false);
                _places[id] = _hand;
                _hand = (_hand + 1) % _held.Length;
            }
        }
    }
}

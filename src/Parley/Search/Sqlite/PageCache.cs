using Parley.Search.Segments;

namespace Parley.Search.Sqlite;

/// <summary>
/// Pages that were read lately, shared by all searches. Pages never change and ids are never given twice, so nothing here
/// is ever wrong. Evicts by the clock algorithm (Corbató 1968). Thread-safe.
/// </summary>
internal sealed class PageCache(SearchOptions options)
{
    private const int Shards = 16;
    private readonly Shard[] _shards =
    [
        .. Enumerable.Range(0, Shards).Select(_ => new Shard(Math.Max(1, options.PagesKept / Shards))),
    ];

    /// <summary>Held for the caller; <see langword="null"/> where it is not here.</summary>
    public SegmentPage? Find(long id) => Of(id).Find(id);

    public void Add(long id, SegmentPage page) => Of(id).Add(id, page);

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        foreach (var shard in _shards)
            shard.Clear();
    }

    private Shard Of(long id) => _shards[(int)(((ulong)id * 0x9E3779B97F4A7C15) >> 60)];

    private sealed class Shard(int capacity)
    {
        private readonly Lock _gate = new();
        private readonly Dictionary<long, int> _places = [];
        private readonly (long Id, SegmentPage? Page, bool Used)[] _held = new (long, SegmentPage?, bool)[capacity];
        private int _hand;

        public void Clear()
        {
            lock (_gate)
            {
                foreach (var (_, page, _) in _held)
                    page?.Release();
                _places.Clear();
                Array.Clear(_held);
            }
        }

        public SegmentPage? Find(long id)
        {
            lock (_gate)
            {
                if (!_places.TryGetValue(id, out var place))
                    return null;
                _held[place].Used = true;
                return _held[place].Page!.Hold();
            }
        }

        public void Add(long id, SegmentPage page)
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

                if (_held[_hand].Page is { } old)
                {
                    _places.Remove(_held[_hand].Id);
                    old.Release();
                }

                _held[_hand] = (id, page.Hold(), false);
                _places[id] = _hand;
                _hand = (_hand + 1) % _held.Length;
            }
        }
    }
}

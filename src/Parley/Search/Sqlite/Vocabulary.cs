using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Parley.Kernel;

namespace Parley.Search.Sqlite;

/// <summary>
/// Collects the distinct words of a batch while they are tokenized, each with the number of documents it stands in, and
/// adds them to <c>search_terms</c>. An open-addressing table over UTF-8 that keeps its memory from batch to batch; not
/// thread-safe: it belongs to the writer's thread.
/// </summary>
internal sealed class Vocabulary
{
    private const int KeptBytes = 4 << 20;
    private const int FirstSlots = 1 << 14;

    private const string UpsertSql =
        "INSERT INTO search_terms (term, docs) VALUES (?1, ?2) ON CONFLICT (term) DO UPDATE SET docs = docs + excluded.docs";

    private byte[] _bytes = new byte[1 << 17];
    private int _used;
    private Entry[] _entries = new Entry[FirstSlots / 2];
    private int[] _slots = new int[FirstSlots];
    private int _document;

    /// <summary>Distinct words so far.</summary>
    public int Count { get; private set; }

    /// <summary>Says that the words to come are of another document.</summary>
    public void BeginDocument() => _document++;

    public void Add(ReadOnlySpan<byte> term)
    {
        var hash = Hash(term);
        var mask = _slots.Length - 1;
        for (var slot = (int)hash & mask; ; slot = (slot + 1) & mask)
        {
            var index = _slots[slot] - 1;
            if (index < 0)
            {
                Insert(term, hash, slot);
                return;
            }

            ref var entry = ref _entries[index];
            if (entry.Hash != hash || !_bytes.AsSpan(entry.Offset, entry.Length).SequenceEqual(term))
                continue;
            if (entry.LastDocument != _document)
            {
                entry.LastDocument = _document;
                entry.Documents++;
            }

            return;
        }
    }

    /// <summary>Writes what was collected, in key order so that the pages of the table are met once each, and forgets it.</summary>
    public void Flush(DbTransaction tx)
    {
        // The first eight bytes are order enough for that.
        var keys = new ulong[Count];
        var order = new int[Count];
        Span<byte> head = stackalloc byte[8];
        for (var index = 0; index < Count; index++)
        {
            var term = Term(index);
            head.Clear();
            term[..Math.Min(8, term.Length)].CopyTo(head);
            keys[index] = BinaryPrimitives.ReadUInt64BigEndian(head);
            order[index] = index;
        }

        Array.Sort(keys, order);
        using var upsert = tx.Query(UpsertSql);
        foreach (var index in order)
        {
            upsert.BindText(1, Term(index));
            upsert.Bind(2, _entries[index].Documents);
            upsert.Run();
        }

        Clear();
    }

    public void Clear()
    {
        (Count, _used, _document) = (0, 0, 0);
        if (_bytes.Length > KeptBytes)
        {
            _bytes = new byte[1 << 17];
            _entries = new Entry[FirstSlots / 2];
            _slots = new int[FirstSlots];
        }
        else
        {
            Array.Clear(_slots);
        }
    }

    private ReadOnlySpan<byte> Term(int index) => _bytes.AsSpan(_entries[index].Offset, _entries[index].Length);

    private void Insert(ReadOnlySpan<byte> term, uint hash, int slot)
    {
        if (_bytes.Length - _used < term.Length)
            Array.Resize(ref _bytes, _bytes.Length * 2);
        term.CopyTo(_bytes.AsSpan(_used));
        _entries[Count] = new Entry { Hash = hash, Offset = _used, Length = term.Length, Documents = 1, LastDocument = _document };
        _used += term.Length;
        _slots[slot] = ++Count;
        if (Count == _entries.Length)
            Grow();
    }

    private void Grow()
    {
        Array.Resize(ref _entries, _entries.Length * 2);
        _slots = new int[_slots.Length * 2];
        var mask = _slots.Length - 1;
        for (var index = 0; index < Count; index++)
        {
            var slot = (int)_entries[index].Hash & mask;
            while (_slots[slot] != 0)
                slot = (slot + 1) & mask;
            _slots[slot] = index + 1;
        }
    }

    private static uint Hash(ReadOnlySpan<byte> term)
    {
        ulong hash = (ulong)term.Length * 0x9E3779B97F4A7C15;
        while (term.Length >= 8)
        {
            hash = Mix(hash ^ MemoryMarshal.Read<ulong>(term));
            term = term[8..];
        }

        ulong tail = 0;
        foreach (var b in term)
            tail = (tail << 8) | b;
        return (uint)Mix(hash ^ tail);
    }

    private static ulong Mix(ulong value)
    {
        var high = Math.BigMul(value, 0xA0761D6478BD642F, out var low);
        return high ^ low;
    }

    private struct Entry
    {
        public uint Hash;
        public int Offset;
        public int Length;
        public int Documents;
        public int LastDocument;
    }
}

using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Parley.Kernel;

namespace Parley.Search.Sqlite;

/// <summary>
/// Keeps <c>search_terms</c>: sees every word that is tokenized and knows most of those that are in the table already,
/// so that a batch writes its new words only. Numbers of documents are gathered and written now and then; they steer
/// suggestions and weights, and a crash may lose the latest. Not thread-safe: it belongs to the writer's thread.
/// <para>
/// Asked ten million times for a gigabyte of text, so it is built to stay in the cache: common words end in a table of
/// 64 KB and are counted in an eighth of the documents, others cost one 8-byte slot. Words are told apart by some 50 bits of
/// hash; of a million words one in a thousand imports is taken for another and not suggested.
/// </para>
/// </summary>
internal sealed class Vocabulary
{
    private const int FirstSlots = 1 << 12;
    private const int MostWords = 400_000;
    private const int CommonSlots = 1 << 14;

    /// <summary>Documents that make a word common, within the life of a table.</summary>
    private const int CommonDocuments = 8;

    private const int SampleEvery = 8;
    private const int PendingWords = 512;
    private const ulong Factor = 0xA0761D6478BD642F;

    /// <summary>Counted words that are worth a write of their own.</summary>
    private const int WorthSaving = 2_000;

    private const string UpsertSql =
        "INSERT INTO search_terms (term, docs) VALUES (?1, ?2) ON CONFLICT (term) DO UPDATE SET docs = docs + excluded.docs";

    private readonly ulong[] _hashes = new ulong[PendingWords];
    private readonly int[] _ends = new int[PendingWords];
    private readonly byte[] _scratch = new byte[PendingWords * 16];
    private readonly uint[] _common = new uint[CommonSlots];
    private int _pending;
    private int _scratchUsed;
    private Slot[] _slots = new Slot[FirstSlots];
    private Word[] _words = new Word[FirstSlots / 2];
    private byte[] _bytes = new byte[FirstSlots * 8];
    private int _count;
    private int _used;
    private uint _document;
    private bool _sampled;

    /// <summary>Words from here on are new in the batch.</summary>
    private int _saved;

    /// <summary>Words were written by a transaction that is not committed, and may never be.</summary>
    private bool _uncertain;

    /// <summary>Raised when everything is forgotten: a commit of before says nothing about words of after.</summary>
    private int _generation;

    /// <summary>Whether enough was counted to be worth <see cref="Save"/>.</summary>
    public bool IsWorthSaving => Volatile.Read(ref _count) >= WorthSaving;

    /// <summary>Begins a batch: forgets everything where the one before may not have been kept.</summary>
    public void Begin()
    {
        if (_uncertain || _saved != _count)
            Forget();
    }

    /// <summary>Takes a word of a document; it counts with <see cref="EndDocument"/>.</summary>
    public void Add(ReadOnlySpan<byte> word)
    {
        if (_pending == _hashes.Length || _scratch.Length - _scratchUsed < word.Length)
            Settle();
        word.CopyTo(_scratch.AsSpan(_scratchUsed));
        _hashes[_pending] = Hash(word);
        _ends[_pending++] = _scratchUsed += word.Length;
    }

    /// <summary>Says that the words to come are of another document.</summary>
    public void EndDocument()
    {
        Settle();
        _document++;

        // Scattered, since what is in every other message would fall on every eighth always or never.
        _sampled = _document * 0x9E3779B1 < uint.MaxValue / SampleEvery;
    }

    /// <summary>
    /// Looks the words that wait up, all in one loop: then the processor waits for several cache lines at once, which
    /// it cannot while each look-up stands between two calls of FTS5 (measured: a third of the time).
    /// </summary>
    private void Settle()
    {
        var start = 0;
        for (var index = 0; index < _pending; index++)
        {
            var hash = _hashes[index];
            var tag = (uint)(hash >> 32) | 1;
            var isCommon = _common[(int)hash & (CommonSlots - 1)] == tag;
            if (!isCommon || _sampled)
                Count(hash, tag, isCommon, start, _ends[index]);
            start = _ends[index];
        }

        (_pending, _scratchUsed) = (0, 0);
    }

    private void Count(ulong hash, uint tag, bool isCommon, int start, int end)
    {
        var slots = _slots;
        var mask = slots.Length - 1;
        for (var at = (int)hash & mask; ; at = (at + 1) & mask)
        {
            ref var slot = ref slots[at];
            if (slot.Tag == tag)
            {
                if (slot.Count(_document, isCommon ? SampleEvery : 1) >= CommonDocuments)
                    _common[(int)hash & (CommonSlots - 1)] = tag;
                return;
            }

            if (slot.Tag == 0)
            {
                slot.Tag = tag;
                slot.Count(_document, 1);
                Keep(_scratch.AsSpan(start, end - start), at);
                return;
            }
        }
    }

    /// <summary>Writes the batch's new words, in key order so that the pages of the table are met once each.</summary>
    public void Flush(DbTransaction tx)
    {
        var fresh = _words.AsSpan(_saved, _count - _saved);
        if (fresh.IsEmpty)
            return;
        var keys = new ulong[fresh.Length];
        for (var index = 0; index < fresh.Length; index++)
            keys[index] = Head(Term(fresh[index]));
        keys.AsSpan().Sort(fresh);
        Write(tx, fresh);
        _saved = _count;
        _uncertain = true;
        var generation = _generation;
        tx.OnCommitted(() => _uncertain &= generation != _generation);
        if (_count >= MostWords)
        {
            Write(tx, _words.AsSpan(0, _count));
            Forget();
        }
    }

    /// <summary>Writes what was counted, and gives the memory back.</summary>
    public void Save(DbTransaction tx)
    {
        if (!_uncertain)
            Write(tx, _words.AsSpan(0, _saved));
        Forget();
    }

    /// <summary>Forgets which words are in the table and what was counted.</summary>
    public void Forget()
    {
        if (_slots.Length > FirstSlots)
        {
            _slots = new Slot[FirstSlots];
            _words = new Word[FirstSlots / 2];
            _bytes = new byte[FirstSlots * 8];
        }
        else
        {
            Array.Clear(_slots);
        }

        Array.Clear(_common);
        (_count, _used, _saved, _document, _uncertain) = (0, 0, 0, 0, false);
        (_pending, _scratchUsed) = (0, 0);
        _generation++;
    }

    private void Write(DbTransaction tx, ReadOnlySpan<Word> words)
    {
        using var upsert = tx.Query(UpsertSql);
        foreach (var word in words)
        {
            if (_slots[word.Slot].Take() is not (> 0 and var documents))
                continue;
            upsert.BindText(1, Term(word));
            upsert.Bind(2, documents);
            upsert.Run();
        }
    }

    private ReadOnlySpan<byte> Term(Word word) => _bytes.AsSpan(word.Offset, word.Length);

    private void Keep(ReadOnlySpan<byte> word, int slot)
    {
        if (_bytes.Length - _used < word.Length)
            Array.Resize(ref _bytes, _bytes.Length * 2);
        word.CopyTo(_bytes.AsSpan(_used));
        _words[_count++] = new Word(slot, _used, word.Length);
        _used += word.Length;
        if (_count == _words.Length)
            Grow();
    }

    private void Grow()
    {
        var old = _slots;
        _slots = new Slot[old.Length * 2];
        Array.Resize(ref _words, _words.Length * 2);
        var mask = _slots.Length - 1;
        for (var index = 0; index < _count; index++)
        {
            ref var word = ref _words[index];
            var at = (int)Hash(Term(word)) & mask;
            while (_slots[at].Tag != 0)
                at = (at + 1) & mask;
            _slots[at] = old[word.Slot];
            word = word with { Slot = at };
        }
    }

    private static ulong Head(ReadOnlySpan<byte> term)
    {
        Span<byte> head = stackalloc byte[8];
        head.Clear();
        term[..Math.Min(8, term.Length)].CopyTo(head);
        return BinaryPrimitives.ReadUInt64BigEndian(head);
    }

    /// <summary>After wyhash (Wang Yi, public domain): eight bytes a step, the last ones read overlapping.</summary>
    private static ulong Hash(ReadOnlySpan<byte> word)
    {
        ref var start = ref MemoryMarshal.GetReference(word);
        var length = word.Length;
        ulong first,
            last;
        if (length >= 8)
        {
            first = (ulong)length;
            for (var at = 0; at < length - 8; at += 8)
                first = Mix(first ^ Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, at)), Factor);
            last = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, length - 8));
        }
        else if (length >= 4)
        {
            first = ((ulong)Unsafe.ReadUnaligned<uint>(ref start) << 8) | (uint)length;
            last = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref start, length - 4));
        }
        else
        {
            first = (uint)length;
            last =
                length == 0
                    ? 0
                    : ((ulong)start << 16)
                        | ((ulong)Unsafe.Add(ref start, length >> 1) << 8)
                        | Unsafe.Add(ref start, length - 1);
        }

        return Mix(first ^ Factor, last ^ 0xE7037ED1A0B428DB);
    }

    private static ulong Mix(ulong a, ulong b)
    {
        var high = Math.BigMul(a, b, out var low);
        return high ^ low;
    }

    private readonly record struct Word(int Slot, int Offset, int Length);

    /// <summary>The upper hash of a word (0: free), and beside each other the document it was last seen in and how many held it.</summary>
    private struct Slot
    {
        private const int DocumentsBits = 20;
        private const uint DocumentsMask = (1u << DocumentsBits) - 1;
        private const uint Cycle = (1u << (32 - DocumentsBits)) - 1;

        public uint Tag;
        private uint _state;

        public int Count(uint document, int weight)
        {
            var last = (document % Cycle) + 1;
            var documents = _state & DocumentsMask;
            if (_state >> DocumentsBits != last)
                _state = (last << DocumentsBits) | (documents = Math.Min(documents + (uint)weight, DocumentsMask));
            return (int)documents;
        }

        public int Take()
        {
            var documents = _state & DocumentsMask;
            _state &= ~DocumentsMask;
            return (int)documents;
        }
    }
}

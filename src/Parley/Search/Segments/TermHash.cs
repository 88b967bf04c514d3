using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Parley.Search.Text;

namespace Parley.Search.Segments;

/// <summary>
/// The words of a segment being built, each with the term it stands for: a word is stemmed once, not each time it is
/// met. Open addressing; a word of the text costs one look-up. Not thread-safe.
/// </summary>
internal sealed class TermHash
{
    private const int FirstSlots = 1 << 12;
    private const int NotAsked = -1;
    private const ulong Factor = 0xA0761D6478BD642F;
    private (uint Tag, int Entry)[] _slots = new (uint, int)[FirstSlots];
    private Entry[] _entries = new Entry[FirstSlots / 2];
    private byte[] _bytes = new byte[FirstSlots * 8];
    private int _used;

    /// <summary>A word, and what was counted of it.</summary>
    public struct Entry
    {
        public int Offset;
        public int Length;

        /// <summary>
        /// The entry of the term it stands for; itself where it is its own stem, <see cref="NotAsked"/> while it was met
        /// as the stem of others only: <c>please</c> gives <c>pleas</c>, but the word <c>pleas</c> gives <c>plea</c>.
        /// </summary>
        public int Term;

        /// <summary>Documents that hold it just so.</summary>
        public int Words;

        /// <summary>The last of them.</summary>
        public int LastDocument;

        /// <summary>Occurrences of the term.</summary>
        public int Tokens;
    }

    public int Count { get; private set; }

    public Span<Entry> Entries => _entries.AsSpan(0, Count);

    public ReadOnlySpan<byte> Bytes(Entry entry) => _bytes.AsSpan(entry.Offset, entry.Length);

    public void Clear()
    {
        Array.Clear(_slots);
        (Count, _used) = (0, 0);
    }

    /// <summary>The hash by which <see cref="Get"/> looks a word up.</summary>
    public static ulong HashOf(ReadOnlySpan<byte> word) => Hash(word);

    /// <summary>Has the processor fetch what a look-up will read first; words that follow are hashed meanwhile.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe void Prefetch(ulong hash)
    {
        if (Sse.IsSupported)
            Sse.Prefetch0(Unsafe.AsPointer(ref _slots[(int)hash & (_slots.Length - 1)]));
    }

    /// <summary>The same for what is read next, once the first has arrived.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe void PrefetchEntry(ulong hash)
    {
        if (Sse.IsSupported)
            Sse.Prefetch0(Unsafe.AsPointer(ref _entries[_slots[(int)hash & (_slots.Length - 1)].Entry]));
    }

    /// <summary>The entry of a word, new or known.</summary>
    /// <param name="hash">Of the word.</param>
    /// <param name="stemmed">Whether its term is its stem.</param>
    public int Get(ReadOnlySpan<byte> word, ulong hash, bool stemmed)
    {
        var entry = Find(word, hash, out var slot) ? _slots[slot].Entry : Add(word, hash, slot);
        if (_entries[entry].Term == NotAsked)
        {
            var term = stemmed ? TermOf(word, entry) : entry; // may move the entries
            _entries[entry].Term = term;
        }

        return entry;
    }

    private int TermOf(ReadOnlySpan<byte> word, int entry)
    {
        Span<byte> buffer = stackalloc byte[TextTokenizer.MaxTermBytes + 1];
        var stem = EnglishStemmer.Stem(word, buffer);
        if (stem.SequenceEqual(word))
            return entry;
        var hash = Hash(stem);
        return Find(stem, hash, out var slot) ? _slots[slot].Entry : Add(stem, hash, slot);
    }

    private bool Find(ReadOnlySpan<byte> word, ulong hash, out int slot)
    {
        var tag = (uint)(hash >> 32) | 1;
        var mask = _slots.Length - 1;
        for (slot = (int)hash & mask; _slots[slot].Tag != 0; slot = (slot + 1) & mask)
        {
            if (_slots[slot].Tag == tag && Same(Bytes(_entries[_slots[slot].Entry]), word))
                return true;
        }

        return false;
    }

    /// <summary>Whether two words are equal: what most are, short and equal, is told in two steps without a loop.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Same(ReadOnlySpan<byte> known, ReadOnlySpan<byte> word)
    {
        var length = word.Length;
        if (known.Length != length)
            return false;
        if (length is < 4 or > 16)
            return known.SequenceEqual(word);
        ref var a = ref MemoryMarshal.GetReference(known);
        ref var b = ref MemoryMarshal.GetReference(word);
        return length < 8
            ? Unsafe.ReadUnaligned<uint>(ref a) == Unsafe.ReadUnaligned<uint>(ref b)
                && Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref a, length - 4))
                    == Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref b, length - 4))
            : Unsafe.ReadUnaligned<ulong>(ref a) == Unsafe.ReadUnaligned<ulong>(ref b)
                && Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref a, length - 8))
                    == Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref b, length - 8));
    }

    private int Add(ReadOnlySpan<byte> word, ulong hash, int slot)
    {
        var entry = Count++;
        if (_bytes.Length - _used < word.Length)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _used + word.Length));
        word.CopyTo(_bytes.AsSpan(_used));
        _entries[entry] = new Entry
        {
            Offset = _used,
            Length = word.Length,
            Term = NotAsked,
            LastDocument = -1,
        };
        _used += word.Length;
        _slots[slot] = ((uint)(hash >> 32) | 1, entry);
        if (Count == _entries.Length)
            Grow();
        return entry;
    }

    private void Grow()
    {
        Array.Resize(ref _entries, _entries.Length * 2);
        _slots = new (uint, int)[_slots.Length * 2];
        var mask = _slots.Length - 1;
        for (var entry = 0; entry < Count; entry++)
        {
            var hash = Hash(Bytes(_entries[entry]));
            var slot = (int)hash & mask;
            while (_slots[slot].Tag != 0)
                slot = (slot + 1) & mask;
            _slots[slot] = ((uint)(hash >> 32) | 1, entry);
        }
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

    /// <summary>
    /// Rounds of MurmurHash3's finalizer (Appleby, public domain) where wyhash takes the high half of a product, which
    /// processors without BMI2, for which the executable is built, have no instruction for that .NET uses.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong a, ulong b)
    {
        a *= Factor;
        a = (a ^ (a >> 32) ^ b) * 0xE7037ED1A0B428DB;
        return a ^ (a >> 32);
    }
}

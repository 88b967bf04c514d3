using System.Buffers.Binary;

namespace Parley.Search.Segments;

/// <summary>
/// Puts the words of a <see cref="TermHash"/> in order of their bytes: by the first eight with a radix sort of one byte a
/// pass, which is stable and asks for no comparison; then what begins alike by the rest. Keeps its buffers. Not thread-safe.
/// </summary>
internal sealed class TermOrder
{
    private const int Digits = sizeof(ulong);

    /// <summary>So many are put in place one by one.</summary>
    private const int Few = 8;

    private (ulong Head, int Entry)[] _items = [];
    private (ulong Head, int Entry)[] _other = [];
    private readonly int[] _counts = new int[Digits << 8];

    /// <summary>The numbers of all entries in order, valid until the next call.</summary>
    public ReadOnlySpan<(ulong Head, int Entry)> Of(TermHash terms)
    {
        var entries = terms.Entries;
        if (_items.Length < entries.Length)
        {
            _items = new (ulong, int)[entries.Length + (entries.Length / 2)];
            _other = new (ulong, int)[_items.Length];
        }

        ReadHeads(terms, entries);
        SortByHeads(entries.Length);
        var sorted = _items.AsSpan(0, entries.Length);
        for (var start = 0; start < sorted.Length; )
        {
            var end = start + 1;
            while (end < sorted.Length && sorted[end].Head == sorted[start].Head)
                end++;
            if (end - start > 1)
                SortByRest(terms, sorted[start..end]);
            start = end;
        }

        return sorted;
    }

    private void ReadHeads(TermHash terms, ReadOnlySpan<TermHash.Entry> entries)
    {
        Array.Clear(_counts);
        for (var index = 0; index < entries.Length; index++)
        {
            var head = Head(terms.Bytes(entries[index]));
            _items[index] = (head, index);
            for (var digit = 0; digit < Digits; digit++)
                _counts[(digit << 8) | (byte)(head >> (digit << 3))]++;
        }
    }

    /// <summary>The first eight bytes as a number that orders as they do; the end orders before any byte.</summary>
    public static ulong Head(ReadOnlySpan<byte> word)
    {
        if (word.Length >= Digits)
            return BinaryPrimitives.ReadUInt64BigEndian(word);
        ulong head = 0;
        for (var index = 0; index < word.Length; index++)
            head |= (ulong)word[index] << ((Digits - 1 - index) << 3);
        return head;
    }

    private void SortByHeads(int count)
    {
        for (var digit = 0; digit < Digits; digit++)
        {
            var counts = _counts.AsSpan(digit << 8, 256);
            var shift = digit << 3;

            // All of one kind: nothing moves.
            if (count == 0 || counts[(byte)(_items[0].Head >> shift)] == count)
                continue;
            var sum = 0;
            foreach (ref var number in counts)
                (number, sum) = (sum, sum + number);
            foreach (ref readonly var item in _items.AsSpan(0, count))
                _other[counts[(byte)(item.Head >> shift)]++] = item;
            (_items, _other) = (_other, _items);
        }
    }

    private static void SortByRest(TermHash terms, Span<(ulong Head, int Entry)> alike)
    {
        if (alike.Length > Few)
        {
            alike.Sort((a, b) => Compare(terms, a.Entry, b.Entry));
            return;
        }

        for (var index = 1; index < alike.Length; index++)
        {
            var item = alike[index];
            var at = index;
            for (; at > 0 && Compare(terms, alike[at - 1].Entry, item.Entry) > 0; at--)
                alike[at] = alike[at - 1];
            alike[at] = item;
        }
    }

    private static int Compare(TermHash terms, int a, int b)
    {
        var entries = terms.Entries;
        return terms.Bytes(entries[a]).SequenceCompareTo(terms.Bytes(entries[b]));
    }
}

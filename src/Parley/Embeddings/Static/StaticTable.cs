using System.IO.MemoryMappedFiles;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Microsoft.Win32.SafeHandles;
using Parley.Kernel.Archives;

namespace Parley.Embeddings.Static;

/// <summary>
/// A table of word vectors, mapped: rows stay int8 in the file's pages. What is made of it in memory is an index of its words
/// and the classes of the code points below U+10000: half a megabyte. Immutable, thread-safe.
/// </summary>
internal sealed unsafe class StaticTable : IDisposable
{
    public const byte Separator = 0;
    public const byte Word = 1;
    public const byte Ideograph = 2;
    public const byte Ignored = 3;

    private const int Plane = 0x10000;
    private const uint Offset = 2166136261;
    private const uint Prime = 16777619;

    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor view;
    private readonly TableLayout layout;
    private readonly byte* start;
    private readonly uint* offsets;
    private readonly byte* words;
    private readonly float* scales;
    private readonly sbyte* rows;
    private readonly byte[] classes = new byte[Plane];
    private readonly ulong[] folded = new ulong[Plane / 64];
    private readonly int[] slots;
    private readonly int longestWord;

    private StaticTable(MemoryMappedFile file, MemoryMappedViewAccessor view, TableLayout layout)
    {
        (this.file, this.view, this.layout) = (file, view, layout);
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        start += view.PointerOffset;
        offsets = (uint*)(start + layout.OffsetsAt);
        words = start + layout.WordsAt;
        scales = (float*)(start + layout.ScalesAt);
        rows = (sbyte*)(start + layout.RowsAt);
        ReadClasses();
        ReadFolds();
        (slots, longestWord) = ReadWords();
    }

    public int Dims => layout.Dims;

    public int Words => layout.Words;

    /// <summary>Code points an unknown token may have.</summary>
    public int MaxToken => layout.MaxToken;

    /// <summary>Bytes of the longest known word.</summary>
    public int LongestWord => longestWord;

    /// <summary>Opens and checks it: sizes, offsets, CRC.</summary>
    /// <exception cref="InvalidDataException">It is no such table, or a damaged one; the message goes on from its name.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static StaticTable Open(string path)
    {
        using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        var layout = Check(handle);
        var file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        try
        {
            var view = file.CreateViewAccessor(0, layout.Size, MemoryMappedFileAccess.Read);
            try
            {
                return new StaticTable(file, view, layout);
            }
            catch
            {
                view.Dispose();
                throw;
            }
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        view.SafeMemoryMappedViewHandle.ReleasePointer();
        view.Dispose();
        file.Dispose();
    }

    public byte ClassOf(int point)
    {
        if ((uint)point < Plane)
        {
            return classes[point];
        }

        var ranges = Section(layout.RangesAt, layout.Ranges);
        var (low, high) = (0, layout.Ranges - 1);
        while (low <= high)
        {
            var middle = (low + high) >> 1;
            if (point < ranges[3 * middle])
            {
                high = middle - 1;
            }
            else if (point > ranges[(3 * middle) + 1])
            {
                low = middle + 1;
            }
            else
            {
                return (byte)ranges[(3 * middle) + 2];
            }
        }

        return Separator;
    }

    /// <summary>What stands for that code point; empty where it stands for itself.</summary>
    public ReadOnlySpan<int> FoldOf(int point)
    {
        if ((uint)point < Plane && (folded[point >> 6] & (1UL << (point & 63))) == 0)
        {
            return default;
        }

        var folds = Section(layout.FoldsAt, layout.Folds);
        var (low, high) = (0, layout.Folds - 1);
        while (low <= high)
        {
            var middle = (low + high) >> 1;
            var at = folds[3 * middle];
            if (at == point)
            {
                return new ReadOnlySpan<int>(
                    start + layout.FoldPointsAt + (4L * folds[(3 * middle) + 1]),
                    folds[(3 * middle) + 2]
                );
            }

            (low, high) = at < point ? (middle + 1, high) : (low, middle - 1);
        }

        return default;
    }

    /// <summary>The row of a known word, or -1.</summary>
    public int Find(ReadOnlySpan<byte> token)
    {
        if (token.Length > longestWord)
        {
            return -1;
        }

        for (var at = Hash(token); ; at++)
        {
            var row = slots[at & (uint)(slots.Length - 1)] - 1;
            if (row < 0 || WordAt(row).SequenceEqual(token))
            {
                return row;
            }
        }
    }

    /// <summary>Adds a token's vector to a sum; an unknown token has the mean of the rows of its character n-grams.</summary>
    /// <param name="points">Code points of it.</param>
    public void Add(ReadOnlySpan<byte> token, int points, Span<float> sum)
    {
        if (Find(token) is >= 0 and var row)
        {
            AddRow(row, 1, sum);
        }
        else if (points <= layout.MaxToken)
        {
            AddGrams(token, points, sum);
        }
    }

    private void AddGrams(ReadOnlySpan<byte> token, int points, Span<float> sum)
    {
        Span<byte> marked = stackalloc byte[(4 * layout.MaxToken) + 2];
        Span<int> begins = stackalloc int[layout.MaxToken + 3];
        marked[0] = (byte)'<';
        token.CopyTo(marked[1..]);
        marked[token.Length + 1] = (byte)'>';
        var length = 0;
        for (var i = 0; i < token.Length + 2; i++)
        {
            if ((marked[i] & 0xC0) != 0x80)
            {
                begins[length++] = i;
            }
        }

        begins[length] = token.Length + 2;
        var windows = 0;
        for (var n = layout.MinGram; n <= layout.MaxGram; n++)
        {
            windows += Math.Max(0, length - n + 1);
        }

        for (var n = layout.MinGram; n <= layout.MaxGram; n++)
        {
            for (var i = 0; i + n <= length; i++)
            {
                var bucket = Hash(marked[begins[i]..begins[i + n]]) % (uint)layout.Buckets;
                AddRow(layout.Words + (int)bucket, 1f / windows, sum);
            }
        }
    }

    private void AddRow(int row, float share, Span<float> sum)
    {
        var scale = Vector128.Create(scales[row] * share);
        var from = rows + ((long)row * layout.Dims);
        ref var to = ref MemoryMarshal.GetReference(sum);
        for (var i = 0; i < layout.Dims; i += 16)
        {
            var (low, high) = Vector128.Widen(Vector128.Load(from + i));
            AddFour(Vector128.WidenLower(low), scale, ref to, i);
            AddFour(Vector128.WidenUpper(low), scale, ref to, i + 4);
            AddFour(Vector128.WidenLower(high), scale, ref to, i + 8);
            AddFour(Vector128.WidenUpper(high), scale, ref to, i + 12);
        }
    }

    private static void AddFour(Vector128<int> values, Vector128<float> scale, ref float to, int at) =>
        ((Vector128.ConvertToSingle(values) * scale) + Vector128.LoadUnsafe(ref to, (nuint)at)).StoreUnsafe(
            ref to,
            (nuint)at
        );

    private ReadOnlySpan<byte> WordAt(int row) => new(words + offsets[row], (int)(offsets[row + 1] - offsets[row]));

    private int* Section(long at, int entries) => entries > 0 ? (int*)(start + at) : null;

    /// <summary>FNV-1a, 32 bits.</summary>
    private static uint Hash(ReadOnlySpan<byte> bytes)
    {
        var hash = Offset;
        foreach (var b in bytes)
        {
            hash = (hash ^ b) * Prime;
        }

        return hash;
    }

    private static TableLayout Check(SafeFileHandle handle)
    {
        var buffer = new byte[1 << 17];
        var read = RandomAccess.Read(handle, buffer.AsSpan(0, TableLayout.HeaderBytes), 0);
        var layout = TableLayout.Read(buffer.AsSpan(0, read), RandomAccess.GetLength(handle));
        var crc = new Crc32();
        for (long at = TableLayout.HeaderBytes; at < layout.Size; at += read)
        {
            read = RandomAccess.Read(handle, buffer, at);
            if (read == 0)
            {
                throw new InvalidDataException($"ends at {at} of {layout.Size} bytes");
            }

            crc.Add(buffer.AsSpan(0, read));
        }

        return crc.Value == layout.Crc
            ? layout
            : throw new InvalidDataException($"is damaged: its CRC is {crc.Value:x8}, its header says {layout.Crc:x8}");
    }

    private void ReadClasses()
    {
        var ranges = Section(layout.RangesAt, layout.Ranges);
        var before = -1;
        for (var i = 0; i < layout.Ranges; i++)
        {
            var (first, last, kind) = (ranges[3 * i], ranges[(3 * i) + 1], ranges[(3 * i) + 2]);
            if (first <= before || last < first || last > 0x10FFFF || kind is < 0 or > Ignored)
            {
                throw new InvalidDataException($"has a range of code points that cannot be ({i}: {first} to {last})");
            }

            before = last;
            for (var point = first; point <= last && point < Plane; point++)
            {
                classes[point] = (byte)kind;
            }
        }
    }

    private void ReadFolds()
    {
        var folds = Section(layout.FoldsAt, layout.Folds);
        var before = 0x7F;
        for (var i = 0; i < layout.Folds; i++)
        {
            var (point, begin, length) = (folds[3 * i], folds[(3 * i) + 1], folds[(3 * i) + 2]);
            if (
                point <= before
                || point > 0x10FFFF
                || begin < 0
                || length < 1
                || (long)begin + length > layout.FoldPoints
            )
            {
                throw new InvalidDataException($"has a fold that leaves its section ({i}: code point {point})");
            }

            before = point;
            if (point < Plane)
            {
                folded[point >> 6] |= 1UL << (point & 63);
            }
        }

        foreach (var point in new ReadOnlySpan<int>(start + layout.FoldPointsAt, layout.FoldPoints))
        {
            if (point is < 0 or > 0x10FFFF or (>= 0xD800 and < 0xE000))
            {
                throw new InvalidDataException($"has a fold to {point}, which is no code point");
            }
        }
    }

    private (int[] Slots, int Longest) ReadWords()
    {
        var made = new int[BitOperations.RoundUpToPowerOf2((uint)layout.Words * 2)];
        var longest = 0;
        for (var row = 0; row < layout.Words; row++)
        {
            if (offsets[row + 1] < offsets[row] || offsets[row + 1] > layout.WordBytes)
            {
                throw new InvalidDataException($"has a word that leaves its section ({row})");
            }

            var word = WordAt(row);
            longest = Math.Max(longest, word.Length);
            var at = Hash(word);
            while (made[at & (uint)(made.Length - 1)] != 0)
            {
                at++;
            }

            made[at & (uint)(made.Length - 1)] = row + 1;
        }

        return (made, longest);
    }
}

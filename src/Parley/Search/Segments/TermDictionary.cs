using System.Buffers.Binary;
using Parley.Search.Text;

namespace Parley.Search.Segments;

/// <summary>The dictionary of one segment: look-up by bisection over its blocks, walks from any word on. Not thread-safe.</summary>
internal sealed class TermDictionary(StreamReader terms, StreamReader blocks, SegmentHeader header)
{
    public const int OffsetSize = 4;

    /// <summary>More than a block can have: two offsets, and entries of a term and eight numbers.</summary>
    private const int MaxBlockBytes =
        (SegmentLayout.TermsPerBlock * (TextTokenizer.MaxTermBytes + (8 * Leb128.MaxBytes))) + (2 * Leb128.MaxBytes);

    /// <summary>More than the first entry of a block takes up to the end of its term.</summary>
    private const int MaxFirstBytes = TextTokenizer.MaxTermBytes + (4 * Leb128.MaxBytes);

    public int Count => header.Terms;

    /// <summary>Entries from the block on in which <paramref name="term"/> would stand: some may come before it.</summary>
    public TermCursor From(ReadOnlySpan<byte> term) => new(this, BlockOf(term));

    public TermCursor All() => new(this, 0);

    /// <summary>The block in which a term would stand.</summary>
    internal int BlockOf(ReadOnlySpan<byte> term)
    {
        var (low, high) = (0, header.Fences.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (header.Fences[middle].AsSpan().SequenceCompareTo(term) <= 0)
                low = middle;
            else
                high = middle - 1;
        }

        low = Math.Max(0, low) * SegmentLayout.BlocksPerFence;
        high = Math.Min(Blocks, low + SegmentLayout.BlocksPerFence) - 1;
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (FirstTerm(middle).SequenceCompareTo(term) <= 0)
                low = middle;
            else
                high = middle - 1;
        }

        return low;
    }

    /// <summary>The last block whose first term begins so, from one on that does, or <paramref name="block"/> - 1 where it does not.</summary>
    internal int LastBeginning(int block, ReadOnlySpan<byte> prefix)
    {
        if (block >= Blocks || !FirstTerm(block).StartsWith(prefix))
            return block - 1;
        var step = 1;
        while (block + step < Blocks && FirstTerm(block + step).StartsWith(prefix))
        {
            block += step;
            step *= 2;
        }

        for (; step > 0; step /= 2)
        {
            if (block + step < Blocks && FirstTerm(block + step).StartsWith(prefix))
                block += step;
        }

        return block;
    }

    public static int BlocksOf(int terms) =>
        (int)(((long)terms + SegmentLayout.TermsPerBlock - 1) / SegmentLayout.TermsPerBlock);

    public static int FencesOf(int terms) =>
        (BlocksOf(terms) + SegmentLayout.BlocksPerFence - 1) / SegmentLayout.BlocksPerFence;

    internal int Blocks => BlocksOf(Count);

    /// <summary>The bytes of a block and how many entries it has.</summary>
    internal ReadOnlySpan<byte> Block(int block, out int entries)
    {
        entries = Math.Min(SegmentLayout.TermsPerBlock, Count - (block * SegmentLayout.TermsPerBlock));
        var start = Offset(block);
        var end = block + 1 < Blocks ? Offset(block + 1) : terms.Length;
        if (end < start || end - start > MaxBlockBytes)
            throw new SegmentDamagedException("the blocks of the dictionary are not in order");
        return terms.Read(start, (int)(end - start))[..^BitPack.Slack];
    }

    private long Offset(int block) =>
        BinaryPrimitives.ReadUInt32LittleEndian(blocks.Read((long)block * OffsetSize, OffsetSize));

    private ReadOnlySpan<byte> FirstTerm(int block)
    {
        var start = Offset(block);
        var bytes = terms.Read(start, (int)Math.Min(MaxFirstBytes, terms.Length - start))[..^BitPack.Slack];
        var at = 0;
        Leb128.Read(bytes, ref at);
        Leb128.Read(bytes, ref at);
        Leb128.Read(bytes, ref at);
        var length = Leb128.ReadInt32(bytes, ref at);
        if (length > bytes.Length - at)
            throw new SegmentDamagedException("a term is cut off");
        return bytes.Slice(at, length);
    }
}

/// <summary>An entry of the dictionary.</summary>
/// <param name="Words">Documents that hold the word just so.</param>
internal readonly record struct TermEntry(int Words, TermPostings Postings);

/// <summary>Walks a dictionary in ascending order. Not thread-safe.</summary>
internal sealed class TermCursor
{
    private readonly TermDictionary _dictionary;
    private readonly byte[] _term = new byte[TextTokenizer.MaxTermBytes + sizeof(ulong)];
    private int _length;
    private int _block;
    private byte[] _bytes = [];
    private int _end;
    private int _at;
    private int _left;

    /// <summary>Of the entry: where its postings and positions begin, how long they are, where what else is said of them stands.</summary>
    private (long Offset, int Length) _postings;
    private (long Offset, int Length) _positions;
    private int _found;

    internal TermCursor(TermDictionary dictionary, int block)
    {
        _dictionary = dictionary;
        _block = block - 1;
    }

    public ReadOnlySpan<byte> Term => _term.AsSpan(0, _length);

    /// <summary>Documents that hold the word just so.</summary>
    public int Words { get; private set; }

    /// <summary>Documents that hold the term.</summary>
    public int Documents { get; private set; }

    public TermEntry Entry => new(Words, Postings());

    private ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _end);

    /// <summary>
    /// Eight bytes of the term from a place on, as a number that orders as they do: terms with different numbers need no
    /// further look.
    /// </summary>
    public ulong Head(int from)
    {
        if (from >= _length)
            return 0;
        var head = BinaryPrimitives.ReadUInt64BigEndian(_term.AsSpan(from));
        var missing = sizeof(ulong) - (_length - from);
        return missing <= 0 ? head : head & (ulong.MaxValue << (missing * 8));
    }

    public bool MoveNext()
    {
        var first = _left == 0;
        if (first && !NextBlock())
            return false;
        _left--;
        var bytes = Bytes;
        var at = ReadTerm(bytes, first);
        Words = Leb128.ReadInt32(bytes, ref at);
        Documents = Leb128.ReadInt32(bytes, ref at);
        _postings = (_postings.Offset + _postings.Length, 0);
        _positions = (_positions.Offset + _positions.Length, 0);
        _found = at;
        if (Documents == 1)
        {
            Leb128.Read(bytes, ref at);
            Leb128.Read(bytes, ref at);
            _positions.Length = Leb128.ReadInt32(bytes, ref at);
        }
        else if (Documents > 0)
        {
            _postings.Length = Leb128.ReadInt32(bytes, ref at);
            _positions.Length = Leb128.ReadInt32(bytes, ref at);
            _found = at;
            if (Documents <= BitPack.BlockLength && (at += BlockBound.Size) > bytes.Length)
                throw new SegmentDamagedException("a bound is cut off");
        }

        _at = at;
        return true;
    }

    /// <summary>Goes to exactly this term, from anywhere; false where it is not there.</summary>
    public bool MoveTo(ReadOnlySpan<byte> term)
    {
        (_block, _left, _length) = (_dictionary.BlockOf(term) - 1, 0, 0);
        while (MoveNext())
        {
            var order = Term.SequenceCompareTo(term);
            if (order >= 0)
                return order == 0;
        }

        return false;
    }

    /// <summary>Goes behind all terms that begin with as many bytes of this one, without a look at most of them.</summary>
    public bool Pass(int bytes)
    {
        Span<byte> prefix = stackalloc byte[bytes];
        Term[..bytes].CopyTo(prefix);
        var last = _dictionary.LastBeginning(_block + 1, prefix);
        if (last > _block)
            (_block, _left) = (last - 1, 0);
        while (MoveNext())
        {
            if (!Term.StartsWith(prefix))
                return true;
        }

        return false;
    }

    private bool NextBlock()
    {
        if (++_block >= _dictionary.Blocks)
            return false;
        var block = _dictionary.Block(_block, out _left);
        if (_bytes.Length < block.Length)
            _bytes = new byte[block.Length * 2];
        block.CopyTo(_bytes);
        (_end, _at) = (block.Length, 0);
        _postings = ((long)Leb128.Read(block, ref _at), 0);
        _positions = ((long)Leb128.Read(block, ref _at), 0);
        return true;
    }

    private int ReadTerm(ReadOnlySpan<byte> bytes, bool first)
    {
        var at = _at;
        var shared = Leb128.ReadInt32(bytes, ref at);
        var further = Leb128.ReadInt32(bytes, ref at);
        if (shared > _length || further > TextTokenizer.MaxTermBytes - shared || further > bytes.Length - at)
            throw new SegmentDamagedException("a term does not fit");

        // Within a block what is shared is all that could be, so one byte says that terms ascend.
        var ascends = first
            ? shared == 0 && bytes.Slice(at, further).SequenceCompareTo(Term) > 0
            : further > 0 && (shared == _length || bytes[at] > _term[shared]);
        if (!ascends)
            throw new SegmentDamagedException("the terms of the dictionary are not in order");
        bytes.Slice(at, further).CopyTo(_term.AsSpan(shared));
        _length = shared + further;
        return at + further;
    }

    private TermPostings Postings()
    {
        var bytes = Bytes;
        var at = _found;
        if (Documents == 1)
            return new TermPostings(
                1,
                _postings,
                _positions,
                default,
                Leb128.ReadInt32(bytes, ref at),
                Leb128.ReadInt32(bytes, ref at)
            );
        var bound = Documents is > 1 and <= BitPack.BlockLength ? BlockBound.Read(bytes[at..]) : default;
        return new TermPostings(Documents, _postings, _positions, bound, 0, 0);
    }
}

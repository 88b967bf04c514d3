using System.Buffers.Binary;
using Parley.Search.Text;

namespace Parley.Search.Segments;

/// <summary>The dictionary of one segment: look-up by bisection over its blocks, walks from any word on. Not thread-safe.</summary>
internal sealed class TermDictionary(StreamReader terms, StreamReader blocks, int count)
{
    public const int OffsetSize = 4;

    /// <summary>More than a block can have: two offsets, and entries of a term and eight numbers.</summary>
    private const int MaxBlockBytes =
        (SegmentLayout.TermsPerBlock * (TextTokenizer.MaxTermBytes + (8 * Leb128.MaxBytes))) + (2 * Leb128.MaxBytes);

    public int Count => count;

    /// <summary>The entry of exactly these bytes.</summary>
    public bool Find(ReadOnlySpan<byte> term, out TermEntry entry)
    {
        var cursor = From(term);
        while (cursor.MoveNext())
        {
            var order = cursor.Term.SequenceCompareTo(term);
            if (order < 0)
                continue;
            entry = cursor.Entry;
            return order == 0;
        }

        entry = default;
        return false;
    }

    /// <summary>Entries from the block on in which <paramref name="term"/> would stand: some may come before it.</summary>
    public TermCursor From(ReadOnlySpan<byte> term)
    {
        var (low, high) = (0, Blocks - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (FirstTerm(middle).SequenceCompareTo(term) <= 0)
                low = middle;
            else
                high = middle - 1;
        }

        return new TermCursor(this, Math.Max(0, low));
    }

    public TermCursor All() => new(this, 0);

    public static int BlocksOf(int terms) =>
        (int)(((long)terms + SegmentLayout.TermsPerBlock - 1) / SegmentLayout.TermsPerBlock);

    internal int Blocks => BlocksOf(count);

    /// <summary>The bytes of a block and how many entries it has.</summary>
    internal ReadOnlySpan<byte> Block(int block, out int entries)
    {
        entries = Math.Min(SegmentLayout.TermsPerBlock, count - (block * SegmentLayout.TermsPerBlock));
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
        var bytes = Block(block, out _);
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
    private readonly byte[] _term = new byte[TextTokenizer.MaxTermBytes];
    private int _length;
    private int _block;
    private byte[] _bytes = [];
    private int _at;
    private int _left;
    private long _postings;
    private long _positions;

    internal TermCursor(TermDictionary dictionary, int block)
    {
        _dictionary = dictionary;
        _block = block - 1;
    }

    public ReadOnlySpan<byte> Term => _term.AsSpan(0, _length);

    public TermEntry Entry { get; private set; }

    public bool MoveNext()
    {
        var first = _left == 0;
        if (first && !NextBlock())
            return false;
        _left--;
        ReadTerm(first);
        var words = Leb128.ReadInt32(_bytes, ref _at);
        var documents = Leb128.ReadInt32(_bytes, ref _at);
        Entry = new TermEntry(words, ReadPostings(documents));
        _postings += Entry.Postings.Postings.Length;
        _positions += Entry.Postings.Positions.Length;
        return true;
    }

    private bool NextBlock()
    {
        if (++_block >= _dictionary.Blocks)
            return false;
        _bytes = _dictionary.Block(_block, out _left).ToArray();
        _at = 0;
        _postings = (long)Leb128.Read(_bytes, ref _at);
        _positions = (long)Leb128.Read(_bytes, ref _at);
        return true;
    }

    private void ReadTerm(bool first)
    {
        var shared = Leb128.ReadInt32(_bytes, ref _at);
        var further = Leb128.ReadInt32(_bytes, ref _at);
        if (shared > _length || further > _term.Length - shared || further > _bytes.Length - _at)
            throw new SegmentDamagedException("a term does not fit");

        // Within a block what is shared is all that could be, so one byte says that terms ascend.
        var ascends = first
            ? shared == 0 && _bytes.AsSpan(_at, further).SequenceCompareTo(Term) > 0
            : further > 0 && (shared == _length || _bytes[_at] > _term[shared]);
        if (!ascends)
            throw new SegmentDamagedException("the terms of the dictionary are not in order");
        _bytes.AsSpan(_at, further).CopyTo(_term.AsSpan(shared));
        _at += further;
        _length = shared + further;
    }

    private TermPostings ReadPostings(int documents)
    {
        if (documents == 0)
            return new TermPostings(0, (_postings, 0), (_positions, 0), default, 0, 0);
        if (documents == 1)
        {
            var only = Leb128.ReadInt32(_bytes, ref _at);
            var halves = Leb128.ReadInt32(_bytes, ref _at);
            return new TermPostings(
                1,
                (_postings, 0),
                (_positions, Leb128.ReadInt32(_bytes, ref _at)),
                default,
                only,
                halves
            );
        }

        var postings = Leb128.ReadInt32(_bytes, ref _at);
        var positions = Leb128.ReadInt32(_bytes, ref _at);
        BlockBound bound = default;
        if (documents <= BitPack.BlockLength)
        {
            if (_bytes.Length - _at < BlockBound.Size)
                throw new SegmentDamagedException("a bound is cut off");
            bound = BlockBound.Read(_bytes.AsSpan(_at));
            _at += BlockBound.Size;
        }

        return new TermPostings(documents, (_postings, postings), (_positions, positions), bound, 0, 0);
    }
}

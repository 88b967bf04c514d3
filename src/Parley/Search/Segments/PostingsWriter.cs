namespace Parley.Search.Segments;

/// <summary>What the dictionary says of a term's postings.</summary>
/// <param name="Documents">How many hold it; 0 for a word that only completes to another term.</param>
/// <param name="Postings">Where they begin, and their bytes; nothing for a single document.</param>
/// <param name="Positions">The same of the positions.</param>
/// <param name="Bound">Where there is one block.</param>
/// <param name="OnlyDocument">Where there is one document.</param>
internal readonly record struct TermPostings(
    int Documents,
    (long Offset, int Length) Postings,
    (long Offset, int Length) Positions,
    BlockBound Bound,
    int OnlyDocument,
    int OnlyHalves
);

/// <summary>
/// Writes the postings of one term after the other. A block is <c>[bits of a document difference][bits of a frequency]
/// [differences − 1][frequencies − 1]</c>; a term of several blocks has a fixed-size entry for each of them in front, so
/// that a reader finds the block of a document by bisection and knows its bound without unpacking it.
/// </summary>
internal sealed class PostingsWriter(StreamWriter postings, StreamWriter positions)
{
    private readonly uint[] _differences = new uint[BitPack.BlockLength];
    private readonly uint[] _halves = new uint[BitPack.BlockLength];
    private readonly byte[] _lengths = new byte[BitPack.BlockLength];
    private readonly ByteBuffer _skips = new();
    private readonly ByteBuffer _blocks = new();
    private long _positionsStart;
    private long _blockPositions;
    private BlockBound _bound;
    private int _documents;
    private int _inBlock;
    private int _last;
    private int _first;

    /// <summary>Where the positions of the document that was just added go, ascending, by <see cref="Leb128"/>.</summary>
    public ByteBuffer Positions => positions.Buffer;

    /// <summary>Documents that can be added before their positions have to be.</summary>
    public int Room => BitPack.BlockLength - (_inBlock % BitPack.BlockLength);

    public void Begin()
    {
        _skips.Clear();
        _blocks.Clear();
        _positionsStart = positions.Length;
        (_documents, _inBlock, _last) = (0, 0, -1);
    }

    /// <summary>
    /// Adds a document, ascending; its positions are written next, or with those of others as far as there is <see cref="Room"/>.
    /// </summary>
    public void Add(int document, int halves, byte length)
    {
        if (_inBlock == BitPack.BlockLength)
            EndBlock();
        if (_inBlock == 0)
            _blockPositions = positions.Length;
        if (_documents == 0)
            _first = document;
        _differences[_inBlock] = (uint)(document - _last - 1);
        _halves[_inBlock] = (uint)halves;
        _lengths[_inBlock++] = length;
        _last = document;
        _documents++;
    }

    /// <summary>For a word without postings of its own.</summary>
    public TermPostings None() => new(0, (postings.Length, 0), (positions.Length, 0), default, 0, 0);

    public TermPostings End()
    {
        var positionsLength = checked((int)(positions.Length - _positionsStart));
        if (_documents == 1)
        {
            positions.Flush();
            return new TermPostings(
                1,
                (postings.Length, 0),
                (_positionsStart, positionsLength),
                default,
                _first,
                (int)_halves[0]
            );
        }

        EndBlock();
        var start = postings.Length;
        if (_documents > BitPack.BlockLength)
            postings.Buffer.Bytes(_skips.Written);
        postings.Buffer.Bytes(_blocks.Written);
        var written = new TermPostings(
            _documents,
            (start, checked((int)(postings.Length - start))),
            (_positionsStart, positionsLength),
            _bound,
            _first,
            0
        );
        postings.Flush();
        positions.Flush();
        return written;
    }

    private void EndBlock()
    {
        var halves = _halves.AsSpan(0, _inBlock);
        var differences = _differences.AsSpan(0, _inBlock);
        _skips.UInt32((uint)_last);
        _skips.UInt32((uint)_blocks.Length);
        _skips.UInt32((uint)(_blockPositions - _positionsStart));
        _bound = BlockBound.Of(halves, _lengths.AsSpan(0, _inBlock));
        _bound.Write(_skips.Take(BlockBound.Size));
        foreach (ref var frequency in halves)
            frequency--;
        var (differenceBits, halvesBits) = (BitPack.BitsFor(differences), BitPack.BitsFor(halves));
        _blocks.Byte((byte)differenceBits);
        _blocks.Byte((byte)halvesBits);
        BitPack.Pack(differences, differenceBits, _blocks.Take(BitPack.Bytes(_inBlock, differenceBits)));
        BitPack.Pack(halves, halvesBits, _blocks.Take(BitPack.Bytes(_inBlock, halvesBits)));
        _inBlock = 0;
        positions.Flush();
    }
}

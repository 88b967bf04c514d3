using System.Buffers.Binary;

namespace Parley.Search.Segments;

/// <summary>
/// The postings of one term in one segment, block by block, at any block; keeps the block it unpacked last. Positions
/// are read only where they are asked for. Not thread-safe.
/// </summary>
internal sealed class PostingsReader(SegmentReader segment, TermPostings term)
{
    private readonly uint[] _documents = new uint[Math.Min(term.Documents, BitPack.BlockLength)];
    private readonly uint[] _halves = new uint[Math.Min(term.Documents, BitPack.BlockLength)];
    private readonly StreamReader _postings = segment[SegmentStream.Postings];
    private int _block = -1;
    private int _positionsBlock = -1;
    private long _positionsAt;
    private int _positionsIndex;
    private byte[]? _skips;

    /// <summary>How many documents hold the term.</summary>
    public int Count => term.Documents;

    public int Blocks => (term.Documents + BitPack.BlockLength - 1) / BitPack.BlockLength;

    /// <summary>Blocks unpacked so far: what the work budget counts.</summary>
    public int Unpacked { get; private set; }

    public static int CountIn(int documents, int block) =>
        Math.Min(BitPack.BlockLength, documents - (block * BitPack.BlockLength));

    /// <summary>The last document of a block; without unpacking it where there are several.</summary>
    public int LastDocument(int block)
    {
        if (Blocks > 1)
            return (int)BinaryPrimitives.ReadUInt32LittleEndian(Skip(block));
        return (int)Documents(block)[^1];
    }

    public BlockBound Bound(int block)
    {
        if (term.Documents == 1)
            return new BlockBound((byte)term.OnlyHalves, segment.LengthCode(term.OnlyDocument), 0, 0);
        return Blocks == 1 ? term.Bound : BlockBound.Read(Skip(block)[12..]);
    }

    /// <summary>The first block whose last document is at least <paramref name="document"/>; <see cref="Blocks"/> where there is none.</summary>
    public int BlockOf(int document)
    {
        if (Blocks == 1)
            return LastDocument(0) >= document ? 0 : 1;
        var (low, high) = (0, Blocks);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (LastDocument(middle) < document)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    /// <summary>The documents of a block, ascending; valid until another block is asked for.</summary>
    public ReadOnlySpan<uint> Documents(int block)
    {
        Unpack(block);
        return _documents.AsSpan(0, CountIn(term.Documents, block));
    }

    /// <summary>Their frequencies in halves.</summary>
    public ReadOnlySpan<uint> Halves(int block)
    {
        Unpack(block);
        return _halves.AsSpan(0, CountIn(term.Documents, block));
    }

    /// <summary>The index of a document in a block, or -1.</summary>
    public int IndexOf(int block, int document)
    {
        var index = Documents(block).BinarySearch((uint)document);
        return index < 0 ? -1 : index;
    }

    /// <summary>Appends the positions of the <paramref name="index"/>-th document of a block, absolute (<see cref="Position"/>).</summary>
    /// <param name="firstField">Of the document.</param>
    public void Positions(int block, int index, int firstField, List<int> to)
    {
        SeekPositions(block, index);
        var stream = segment[SegmentStream.Positions];
        var position = firstField << Position.FieldShift;
        for (var last = false; !last; )
        {
            var value = ReadPosition(stream);
            last = (value & 1) != 0;
            position += (int)(value >> 1);
            to.Add(position);
        }

        _positionsIndex++;
    }

    /// <summary>The bytes of the positions of the <paramref name="index"/>-th document of a block, as they were written.</summary>
    public ReadOnlySpan<byte> PositionBytes(int block, int index)
    {
        SeekPositions(block, index);
        var start = _positionsAt;
        var stream = segment[SegmentStream.Positions];
        while ((ReadPosition(stream) & 1) == 0) { }
        _positionsIndex++;
        return stream.Read(start, (int)(_positionsAt - start))[..^BitPack.Slack];
    }

    private void SeekPositions(int block, int index)
    {
        if (block != _positionsBlock || index < _positionsIndex)
        {
            var from = Blocks > 1 ? BinaryPrimitives.ReadUInt32LittleEndian(Skip(block)[8..]) : 0;
            (_positionsBlock, _positionsIndex, _positionsAt) = (block, 0, term.Positions.Offset + from);
        }

        var stream = segment[SegmentStream.Positions];
        for (; _positionsIndex < index; _positionsIndex++)
        {
            while ((ReadPosition(stream) & 1) == 0) { }
        }
    }

    private ulong ReadPosition(StreamReader stream)
    {
        var rest = stream.ReadRest(_positionsAt);
        if (rest[0] < 0x80)
        {
            _positionsAt++;
            return rest[0];
        }

        if (rest.Length < Leb128.MaxBytes)
            rest = stream.Read(_positionsAt, (int)Math.Min(Leb128.MaxBytes, stream.Length - _positionsAt))[
                ..^BitPack.Slack
            ];
        var used = 0;
        var value = Leb128.Read(rest, ref used);
        _positionsAt += used;
        return value;
    }

    private ReadOnlySpan<byte> Skip(int block)
    {
        // A long list is walked from end to end by most searches: it is read in one piece then.
        _skips ??= _postings.Read(term.Postings.Offset, Blocks * SegmentLayout.SkipSize).ToArray();
        return _skips.AsSpan(block * SegmentLayout.SkipSize, SegmentLayout.SkipSize);
    }

    private void Unpack(int block)
    {
        if (block == _block)
            return;
        if (term.Documents == 1)
        {
            (_documents[0], _halves[0]) = ((uint)term.OnlyDocument, (uint)term.OnlyHalves);
            _block = block;
            return;
        }

        var count = CountIn(term.Documents, block);
        var (start, end, before) = Place(block);
        if (end - start < 2 || start < 0 || end > term.Postings.Length)
            throw new SegmentDamagedException($"block {block} of a term does not fit");
        var bytes = _postings.Read(term.Postings.Offset + start, end - start);
        var (differenceBits, halvesBits) = (bytes[0], bytes[1]);
        var packed = BitPack.Bytes(count, differenceBits);
        if (differenceBits > 32 || halvesBits > 5 || 2 + packed + BitPack.Bytes(count, halvesBits) > end - start)
            throw new SegmentDamagedException($"block {block} of a term does not fit");
        BitPack.Unpack(bytes[2..], differenceBits, _documents.AsSpan(0, count));
        BitPack.Unpack(bytes[(2 + packed)..], halvesBits, _halves.AsSpan(0, count));
        long document = before;
        for (var index = 0; index < count; index++)
        {
            document += _documents[index] + 1;
            _documents[index] = (uint)document;
            _halves[index]++;
        }

        if (document >= segment.Documents)
            throw new SegmentDamagedException("a term names a document that is not there");
        _block = block;
        Unpacked++;
    }

    /// <summary>Where a block begins and ends behind the term's start, and the document before its first.</summary>
    private (int Start, int End, int Before) Place(int block)
    {
        if (Blocks == 1)
            return (0, term.Postings.Length, -1);
        var entries = Blocks * SegmentLayout.SkipSize;
        var start = entries + (int)BinaryPrimitives.ReadUInt32LittleEndian(Skip(block)[4..]);
        var end =
            block + 1 < Blocks
                ? entries + (int)BinaryPrimitives.ReadUInt32LittleEndian(Skip(block + 1)[4..])
                : term.Postings.Length;
        return (start, end, block == 0 ? -1 : LastDocument(block - 1));
    }
}

using System.Buffers.Binary;

namespace Parley.Search.Segments;

/// <summary>
/// The postings of one term in one segment, block by block, at any block; keeps the block it unpacked last. Positions
/// are read only where they are asked for. Not thread-safe.
/// </summary>
internal sealed class PostingsReader
{
    private const int MaxBlockBytes = 2 + (BitPack.BlockLength * (32 + MaxHalvesBits) / 8);
    private const int MaxHalvesBits = 5;

    private readonly SegmentReader _segment;
    private TermPostings _term;
    private uint[] _documents = [];
    private uint[] _halves = [];
    private readonly StreamReader _postings;
    private readonly StreamReader _positions;
    private UnpackedPostings? _all;
    private int _block = -1;
    private int _positionsBlock = -1;
    private long _positionsAt;
    private int _positionsIndex;
    private byte[]? _skips;

    /// <exception cref="SegmentDamagedException">The segment has no room for what the dictionary says of the term.</exception>
    public PostingsReader(SegmentReader segment, in TermPostings term)
    {
        _segment = segment;
        (_postings, _positions) = (segment[SegmentStream.Postings], segment[SegmentStream.Positions]);
        MoveTo(term);
    }

    /// <summary>Begins with another term of the segment, in the room of the one before.</summary>
    /// <inheritdoc cref="PostingsReader(SegmentReader, in TermPostings)"/>
    public void MoveTo(in TermPostings term)
    {
        _term = term;
        var room = Math.Min(term.Documents, BitPack.BlockLength);
        if (_documents.Length < room)
            (_documents, _halves) = ([], []);
        (_block, _positionsBlock, _skips, _all) = (-1, -1, null, null);
        CheckTerm();
    }

    /// <summary>How many documents hold the term.</summary>
    public int Count => _term.Documents;

    public int Blocks => (_term.Documents + BitPack.BlockLength - 1) / BitPack.BlockLength;

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
        if (_term.Documents == 1)
            return new BlockBound((byte)_term.OnlyHalves, _segment.LengthCode(_term.OnlyDocument), 0, 0);
        return Blocks == 1 ? _term.Bound : BlockBound.Read(Skip(block)[12..]);
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
        return _documents.AsSpan(0, CountIn(_term.Documents, block));
    }

    /// <summary>Their frequencies in halves.</summary>
    public ReadOnlySpan<uint> Halves(int block)
    {
        Unpack(block);
        return _halves.AsSpan(0, CountIn(_term.Documents, block));
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
        var bytes = PositionBytes(block, index);
        var position = (ulong)firstField << Position.FieldShift;
        for (var at = 0; at < bytes.Length; )
        {
            var difference = Leb128.Read(bytes, ref at) >> 1;
            if (difference > Position.Max - position)
                throw new SegmentDamagedException("a term stands behind the end of its document");
            position += difference;
            to.Add((int)position);
        }
    }

    /// <summary>The bytes of the positions of the <paramref name="index"/>-th document of a block, as they were written.</summary>
    public ReadOnlySpan<byte> PositionBytes(int block, int index)
    {
        if (block != _positionsBlock || index < _positionsIndex)
        {
            var from = Blocks > 1 ? BinaryPrimitives.ReadUInt32LittleEndian(Skip(block)[8..]) : 0;
            (_positionsBlock, _positionsIndex, _positionsAt) = (block, 0, _term.Positions.Offset + from);
        }

        while (_positionsIndex < index)
            TakePositions(index - _positionsIndex);
        return NextPositions();
    }

    /// <summary>Appends the bytes of the positions of so many documents of a block, from the <paramref name="index"/>-th on.</summary>
    public void CopyPositions(int block, int index, int count, ByteBuffer to)
    {
        to.Bytes(PositionBytes(block, index));
        for (var end = index + count; _positionsIndex < end; )
            to.Bytes(TakePositions(end - _positionsIndex));
    }

    /// <summary>Passes over the positions of at most so many documents, at least of one.</summary>
    /// <returns>Their bytes.</returns>
    private ReadOnlySpan<byte> TakePositions(int documents)
    {
        var left = _term.Positions.Offset + _term.Positions.Length - _positionsAt;
        if (left <= 0)
            throw new SegmentDamagedException("the positions of a term end too early");
        var bytes = _positions.ReadRest(_positionsAt);
        bytes = bytes[..(int)Math.Min(bytes.Length, left)];
        var (at, passed, end) = (0, 0, 0);
        while (at < bytes.Length && passed < documents)
        {
            var last = (bytes[at] & 1) != 0;
            while (at < bytes.Length && bytes[at] >= 0x80)
                at++;
            if (at++ >= bytes.Length || !last)
                continue;
            (passed, end) = (passed + 1, at);
        }

        if (passed == 0)
            return NextPositions();
        _positionsAt += end;
        _positionsIndex += passed;
        return bytes[..end];
    }

    private ReadOnlySpan<byte> NextPositions()
    {
        var left = _term.Positions.Offset + _term.Positions.Length - _positionsAt;
        if (left <= 0)
            throw new SegmentDamagedException("the positions of a term end too early");
        var bytes = _positions.ReadRest(_positionsAt);
        var length = PositionsLength(bytes[..(int)Math.Min(bytes.Length, left)]);
        for (long size = SegmentLayout.PageSize; length == 0; size *= 2)
        {
            if (bytes.Length >= left)
                throw new SegmentDamagedException("the positions of a term have no end");
            bytes = _positions.Read(_positionsAt, (int)Math.Min(left, size))[..^BitPack.Slack];
            length = PositionsLength(bytes);
        }

        _positionsAt += length;
        _positionsIndex++;
        return bytes[..length];
    }

    /// <summary>How many bytes the positions of one document take; 0 where they go on behind these.</summary>
    private static int PositionsLength(ReadOnlySpan<byte> bytes)
    {
        for (var at = 0; at < bytes.Length; )
        {
            var last = (bytes[at] & 1) != 0;
            while (at < bytes.Length && bytes[at] >= 0x80)
                at++;
            at++;
            if (last && at <= bytes.Length)
                return at;
        }

        return 0;
    }

    private ReadOnlySpan<byte> Skip(int block)
    {
        // A long list is walked from end to end by most searches: it is read in one piece then.
        _skips ??= ReadSkips();
        return _skips.AsSpan(block * SegmentLayout.SkipSize, SegmentLayout.SkipSize);
    }

    /// <summary>What the rest relies on is checked here once: documents, blocks and positions ascend and are there.</summary>
    private byte[] ReadSkips()
    {
        var length = (long)Blocks * SegmentLayout.SkipSize;
        if (length > _term.Postings.Length)
            throw new SegmentDamagedException("the blocks of a term do not fit");
        var skips = _postings.Read(_term.Postings.Offset, (int)length).ToArray();
        var room = _term.Postings.Length - length;
        long before = -1;
        var (block, positions) = (0u, 0u);
        for (var at = 0; at < length; at += SegmentLayout.SkipSize)
        {
            var skip = skips.AsSpan(at, SegmentLayout.SkipSize);
            var last = BinaryPrimitives.ReadUInt32LittleEndian(skip);
            var start = BinaryPrimitives.ReadUInt32LittleEndian(skip[4..]);
            var place = BinaryPrimitives.ReadUInt32LittleEndian(skip[8..]);
            if (
                last <= before
                || last >= _segment.Documents
                || start < block
                || start > room
                || place < positions
                || place > _term.Positions.Length
            )
                throw new SegmentDamagedException("the blocks of a term are not in order");
            (before, block, positions) = (last, start, place);
        }

        return skips;
    }

    private void Unpack(int block)
    {
        if (block == _block)
            return;
        _block = -1;
        if (_documents.Length == 0)
        {
            _documents = new uint[Math.Min(Count, BitPack.BlockLength)];
            _halves = new uint[_documents.Length];
        }

        if (Count == 1)
            (_documents[0], _halves[0]) = ((uint)_term.OnlyDocument, (uint)_term.OnlyHalves);
        else
            UnpackFrom(block);
        _block = block;
    }

    /// <summary>Sets the bit of every document that holds the term.</summary>
    /// <param name="room">For <see cref="BitPack.BlockLength"/> numbers.</param>
    public void AddTo(Span<ulong> bits, Span<uint> room)
    {
        if (Count == 1)
        {
            bits[_term.OnlyDocument >> 6] |= 1UL << (_term.OnlyDocument & 63);
            return;
        }

        for (var block = 0; block < Blocks; block++)
        {
            var documents = room[..CountIn(Count, block)];
            UnpackDocuments(block, documents, out _);
            foreach (var document in documents)
                bits[(int)(document >> 6)] |= 1UL << (int)(document & 63);
            Unpacked++;
        }
    }

    private void UnpackFrom(int block)
    {
        var count = CountIn(Count, block);
        var packed = UnpackDocuments(block, _documents.AsSpan(0, count), out var bits);
        var halves = _halves.AsSpan(0, count);
        BitPack.Unpack(packed, bits, halves);
        foreach (ref var frequency in halves)
            frequency++;
        if (bits == MaxHalvesBits && halves.ContainsAnyExceptInRange(1u, (uint)Bm25.MaxHalves))
            throw new SegmentDamagedException("a term is more frequent than can be");
        Unpacked++;
    }

    /// <returns>The packed frequencies behind the documents.</returns>
    private ReadOnlySpan<byte> UnpackDocuments(int block, Span<uint> documents, out int halvesBits)
    {
        var (start, end, before) = Place(block);
        if (end - start is < 2 or > MaxBlockBytes)
            throw DoesNotFit(block);
        var bytes = _postings.Read(_term.Postings.Offset + start, end - start);
        var differenceBits = bytes[0];
        halvesBits = bytes[1];
        var packed = BitPack.Bytes(documents.Length, differenceBits);
        if (
            differenceBits > 32
            || halvesBits > MaxHalvesBits
            || 2 + packed + BitPack.Bytes(documents.Length, halvesBits) != end - start
        )
            throw DoesNotFit(block);
        BitPack.Unpack(bytes[2..], differenceBits, documents);
        long document = before;
        foreach (ref var difference in documents)
        {
            document += difference + 1L;
            difference = (uint)document;
        }

        if (Blocks == 1 ? document >= _segment.Documents : document != LastDocument(block))
            throw new SegmentDamagedException("a term names a document that is not there");
        return bytes[(2 + packed)..];
    }

    /// <summary>Where a block begins and ends behind the term's start, and the document before its first.</summary>
    private (int Start, int End, int Before) Place(int block)
    {
        if (Blocks == 1)
            return (0, _term.Postings.Length, -1);
        var entries = Blocks * SegmentLayout.SkipSize;
        var start = entries + (int)BinaryPrimitives.ReadUInt32LittleEndian(Skip(block)[4..]);
        var end =
            block + 1 < Blocks
                ? entries + (int)BinaryPrimitives.ReadUInt32LittleEndian(Skip(block + 1)[4..])
                : _term.Postings.Length;
        return (start, end, block == 0 ? -1 : LastDocument(block - 1));
    }

    private void CheckTerm()
    {
        var fits =
            _term.Documents <= _segment.Documents
            && IsWithin(_term.Postings, _postings)
            && IsWithin(_term.Positions, _positions)
            && _term.Positions.Length >= _term.Documents;
        if (_term.Documents == 1)
            fits &= _term.OnlyDocument < _segment.Documents && _term.OnlyHalves is > 0 and <= Bm25.MaxHalves;
        if (!fits)
            throw new SegmentDamagedException("the postings of a term are not there");
    }

    private static bool IsWithin((long Offset, int Length) range, StreamReader stream) =>
        range.Offset >= 0 && range.Length <= stream.Length - range.Offset;

    private static SegmentDamagedException DoesNotFit(int block) => new($"block {block} of a term does not fit");

    /// <summary>All postings at once, and where each window's begin: for a list that is read in many windows anyway.</summary>
    public UnpackedPostings UnpackAll()
    {
        if (_all is not null)
            return _all;
        var (documents, halves) = (new uint[Count], new byte[Count]);
        var starts = new int[_segment.Header.Windows + 1];
        var (at, window) = (0, 0);
        for (var block = 0; block < Blocks; block++)
        {
            var blockDocuments = Documents(block);
            var blockHalves = Halves(block);
            for (var index = 0; index < blockDocuments.Length; index++, at++)
            {
                documents[at] = blockDocuments[index];
                halves[at] = (byte)blockHalves[index];
                for (var own = (int)documents[at] >> SegmentLayout.WindowShift; window <= own; window++)
                    starts[window] = at;
            }
        }

        starts.AsSpan(window).Fill(at);
        return _all = new UnpackedPostings(documents, halves, starts);
    }
}

/// <summary>The postings of one term, unpacked.</summary>
/// <param name="Starts">By window, and one more: where its postings begin.</param>
internal sealed record UnpackedPostings(uint[] Documents, byte[] Halves, int[] Starts);

using Parley.Search.Text;

namespace Parley.Search.Segments;

/// <summary>What is known of a segment without reading it.</summary>
internal sealed class SegmentHeader
{
    public int Documents { get; init; }

    /// <summary>Tokens of all documents, for the average length.</summary>
    public long Tokens { get; init; }

    /// <summary>Entries of the dictionary.</summary>
    public int Terms { get; init; }

    public int Conversations { get; init; }

    public long FirstId { get; init; }

    public long LastId { get; init; }

    /// <summary>Bytes of each stream, without the slack behind it.</summary>
    public long[] Lengths { get; } = new long[SegmentLayout.Streams];

    /// <summary>The first term of each <see cref="SegmentLayout.BlocksPerFence"/> blocks of the dictionary, ascending.</summary>
    public List<byte[]> Fences { get; init; } = [];

    public int Windows => (Documents + SegmentLayout.Window - 1) >> SegmentLayout.WindowShift;

    public byte[] ToBytes()
    {
        var to = new ByteBuffer();
        to.Varint(SegmentLayout.Version);
        to.Varint((ulong)Documents);
        to.Varint((ulong)Tokens);
        to.Varint((ulong)Terms);
        to.Varint((ulong)Conversations);
        to.Int64(FirstId);
        to.Int64(LastId);
        foreach (var length in Lengths)
            to.Varint((ulong)length);
        foreach (var fence in Fences)
        {
            to.Varint((ulong)fence.Length);
            to.Bytes(fence);
        }

        return to.Written.ToArray();
    }

    /// <exception cref="SegmentDamagedException">It is none, or of another version.</exception>
    public static SegmentHeader Read(ReadOnlySpan<byte> from)
    {
        var at = 0;
        if (Leb128.ReadInt32(from, ref at) is var version and not SegmentLayout.Version)
            throw new SegmentDamagedException($"the segment has version {version}");
        var (documents, tokens) = (Leb128.ReadInt32(from, ref at), (long)Leb128.Read(from, ref at));
        var (terms, conversations) = (Leb128.ReadInt32(from, ref at), Leb128.ReadInt32(from, ref at));
        if (from.Length - at < 16)
            throw new SegmentDamagedException("the header is cut off");
        var first = System.Buffers.Binary.BinaryPrimitives.ReadInt64LittleEndian(from[at..]);
        var last = System.Buffers.Binary.BinaryPrimitives.ReadInt64LittleEndian(from[(at + 8)..]);
        at += 16;
        var header = new SegmentHeader
        {
            Documents = documents,
            Tokens = tokens,
            Terms = terms,
            Conversations = conversations,
            FirstId = first,
            LastId = last,
        };
        for (var stream = 0; stream < header.Lengths.Length; stream++)
            header.Lengths[stream] = (long)Leb128.Read(from, ref at);
        header.ReadFences(from[at..]);
        header.Check();
        return header;
    }

    private void ReadFences(ReadOnlySpan<byte> from)
    {
        var at = 0;
        for (var left = TermDictionary.FencesOf(Terms); left > 0; left--)
        {
            var length = Leb128.ReadInt32(from, ref at);
            if (length > TextTokenizer.MaxTermBytes || length > from.Length - at)
                throw new SegmentDamagedException("the header is cut off");
            var fence = from.Slice(at, length).ToArray();
            if (Fences.Count > 0 && fence.AsSpan().SequenceCompareTo(Fences[^1]) <= 0)
                throw new SegmentDamagedException("the fences of the dictionary are not in order");
            Fences.Add(fence);
            at += length;
        }
    }

    private void Check()
    {
        foreach (var length in Lengths)
        {
            if (length is < 0 or > SegmentLayout.MaxStreamLength)
                throw new SegmentDamagedException("a stream is longer than any can be");
        }

        var expected =
            Lengths[(int)SegmentStream.Ids] == (long)Documents * SegmentLayout.IdSize
            && Lengths[(int)SegmentStream.Lengths] == Documents
            && Lengths[(int)SegmentStream.Traits] == (long)Documents * DocumentTraits.Size
            && Lengths[(int)SegmentStream.ConversationNumbers] == (long)Documents * SegmentLayout.ConversationNumberSize
            && Lengths[(int)SegmentStream.ModelNumbers] == (long)Documents * SegmentLayout.ModelNumberSize
            && Lengths[(int)SegmentStream.Windows] == (long)Windows * SegmentLayout.WindowSize
            && Lengths[(int)SegmentStream.Conversations] == (long)Conversations * SegmentLayout.ConversationSize
            && Lengths[(int)SegmentStream.TermBlocks]
                == (long)TermDictionary.BlocksOf(Terms) * TermDictionary.OffsetSize;
        if (!expected || Documents == 0 || Tokens < 0 || FirstId > LastId)
            throw new SegmentDamagedException("the header does not fit itself");
    }
}

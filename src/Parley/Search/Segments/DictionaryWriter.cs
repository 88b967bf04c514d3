namespace Parley.Search.Segments;

/// <summary>
/// Writes the dictionary: every term, and every word as people wrote it, ascending by bytes. An entry is
/// <c>[bytes shared with the one before][further bytes][bytes][documents with the word][documents with the term]</c> and
/// what finds the postings; offsets are differences within a block, of which the first entry is whole.
/// </summary>
internal sealed class DictionaryWriter(StreamWriter terms, StreamWriter blocks)
{
    private readonly ByteBuffer _last = new();

    public int Count { get; private set; }

    /// <summary>The first term of each <see cref="SegmentLayout.BlocksPerFence"/> blocks.</summary>
    public List<byte[]> Fences { get; } = [];

    /// <param name="words">Documents in which the word stands just so; 0 for a stem nobody wrote.</param>
    public void Add(ReadOnlySpan<byte> term, int words, in TermPostings found)
    {
        var to = terms.Buffer;
        var shared = 0;
        if (Count % SegmentLayout.TermsPerBlock == 0)
        {
            terms.Flush();
            blocks.Flush();
            blocks.Buffer.UInt32(checked((uint)terms.Length));
            if (Count % (SegmentLayout.TermsPerBlock * SegmentLayout.BlocksPerFence) == 0)
                Fences.Add(term.ToArray());
            to.Varint((ulong)found.Postings.Offset);
            to.Varint((ulong)found.Positions.Offset);
        }
        else
        {
            shared = term.CommonPrefixLength(_last.Written);
        }

        to.Varint((ulong)shared);
        to.Varint((ulong)(term.Length - shared));
        to.Bytes(term[shared..]);
        to.Varint((ulong)words);
        to.Varint((ulong)found.Documents);
        if (found.Documents == 1)
        {
            to.Varint((ulong)found.OnlyDocument);
            to.Byte((byte)found.OnlyHalves);
            to.Varint((ulong)found.Positions.Length);
        }
        else if (found.Documents > 1)
        {
            to.Varint((ulong)found.Postings.Length);
            to.Varint((ulong)found.Positions.Length);
            if (found.Documents <= BitPack.BlockLength)
                found.Bound.Write(to.Take(BlockBound.Size));
        }

        _last.Clear();
        _last.Bytes(term);
        Count++;
    }
}

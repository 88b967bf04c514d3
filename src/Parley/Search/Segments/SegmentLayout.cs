namespace Parley.Search.Segments;

/// <summary>
/// The parts of a segment, each a run of bytes of its own. Documents are numbered from 0 by ascending id, which is by
/// time; columns hold one value a document at its number times the value's size.
/// </summary>
internal enum SegmentStream
{
    /// <summary>8 bytes a document: its id.</summary>
    Ids,

    /// <summary>1 byte a document: <see cref="LengthCode"/>.</summary>
    Lengths,

    /// <summary>2 bytes a document: <see cref="DocumentTraits"/>.</summary>
    Traits,

    /// <summary>4 bytes a document: which entry of <see cref="Conversations"/> it belongs to.</summary>
    ConversationNumbers,

    /// <summary>2 bytes a document: which of the model names, 0 for none.</summary>
    ModelNumbers,

    /// <summary>16 bytes for each <see cref="SegmentLayout.Window"/> documents: the first id and the last.</summary>
    Windows,

    /// <summary>10 bytes a conversation, ascending: its id (a project document's own), and which provider.</summary>
    Conversations,

    /// <summary>Provider names, then model names: counts, then lengths and UTF-8.</summary>
    Names,

    /// <summary>Blocks of <see cref="SegmentLayout.TermsPerBlock"/> words, front-coded, ascending by bytes.</summary>
    Terms,

    /// <summary>4 bytes a block of terms: where it begins.</summary>
    TermBlocks,

    /// <summary>Which documents hold a term and how often, in blocks of <see cref="BitPack.BlockLength"/>.</summary>
    Postings,

    /// <summary>Where in each document: differences, shifted by one bit that marks a document's last.</summary>
    Positions,
}

internal static class SegmentLayout
{
    /// <summary>Version of everything here; segments of another are not read, the index is built anew.</summary>
    public const int Version = 2;

    public const int Streams = 12;

    /// <summary>
    /// Documents that a search looks at together; a power of two. Smaller ones are bounded more tightly, and there are more
    /// of them to bound.
    /// </summary>
    public const int Window = 1 << WindowShift;

    public const int WindowShift = 9;
    public const int TermsPerBlock = 32;

    /// <summary>The header names the first term of each so many blocks: a look-up then reads one page of the dictionary, not a dozen.</summary>
    public const int BlocksPerFence = 64;

    public const int IdSize = 8;
    public const int ConversationNumberSize = 4;
    public const int ModelNumberSize = 2;
    public const int WindowSize = 16;
    public const int ConversationSize = 10;

    /// <summary>last document (4), where the block begins behind the entries (4), where its positions begin behind the term's (4), <see cref="BlockBound"/> (4).</summary>
    public const int SkipSize = 16;

    /// <summary>
    /// Streams are stored in pages of this many bytes. Columns never cross one within a window, since all sizes are
    /// powers of two.
    /// </summary>
    public const int PageSize = 1 << PageShift;

    public const int PageShift = 15;

    /// <summary>Pages are numbered by 32 bits.</summary>
    public const long MaxStreamLength = (long)int.MaxValue << PageShift;
}

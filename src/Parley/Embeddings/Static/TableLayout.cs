using System.Buffers.Binary;

namespace Parley.Embeddings.Static;

/// <summary>
/// The header of a table and where its sections begin (models/README.md, "File format"). All of it is checked against
/// the file's size before any of it is believed.
/// </summary>
internal sealed record TableLayout(
    int Dims,
    int Words,
    int Buckets,
    int MinGram,
    int MaxGram,
    int MaxToken,
    int Ranges,
    int Folds,
    int FoldPoints,
    int WordBytes,
    long Size,
    uint Crc
)
{
    public const int HeaderBytes = 64;
    private const int MostDims = 4096;

    public long RangesAt => HeaderBytes;

    public long FoldsAt => Aligned(RangesAt + (12L * Ranges));

    public long FoldPointsAt => Aligned(FoldsAt + (12L * Folds));

    public long OffsetsAt => Aligned(FoldPointsAt + (4L * FoldPoints));

    public long WordsAt => Aligned(OffsetsAt + (4L * (Words + 1L)));

    public long ScalesAt => Aligned(WordsAt + WordBytes);

    public long RowsAt => Aligned(ScalesAt + (4L * ((long)Words + Buckets)));

    public long End => RowsAt + (((long)Words + Buckets) * Dims);

    /// <exception cref="InvalidDataException">It is no such table, or one of another size or version.</exception>
    public static TableLayout Read(ReadOnlySpan<byte> header, long fileSize)
    {
        if (header.Length < HeaderBytes || !header[..8].SequenceEqual("PRLYSV01"u8))
        {
            throw new InvalidDataException("is not a table of word vectors (it does not begin with PRLYSV01)");
        }

        if (Number(header, 8) is not 1 and var version)
        {
            throw new InvalidDataException($"has version {version}; this program reads version 1");
        }

        var layout = new TableLayout(
            Count(header, 12, "dims", 16, MostDims),
            Count(header, 16, "words", 1, 10_000_000),
            Count(header, 20, "buckets", 1, 10_000_000),
            Count(header, 24, "nMin", 1, 16),
            Count(header, 28, "nMax", 1, 16),
            Count(header, 32, "maxToken", 1, 1000),
            Count(header, 36, "ranges", 1, 0x110000),
            Count(header, 40, "folds", 0, 0x110000),
            Count(header, 44, "foldCps", 0, 100_000_000),
            Count(header, 48, "wordBytes", 1, 1_000_000_000),
            Number(header, 56),
            Number(header, 60)
        );
        if (layout.Dims % 16 != 0)
        {
            throw new InvalidDataException($"has {layout.Dims} dims, which is no multiple of 16");
        }

        if (layout.Size != fileSize || layout.End != fileSize)
        {
            throw new InvalidDataException(
                $"has {fileSize} bytes where its header says {layout.Size} and its sections end at {layout.End}"
            );
        }

        return layout;
    }

    private static uint Number(ReadOnlySpan<byte> header, int at) =>
        BinaryPrimitives.ReadUInt32LittleEndian(header[at..]);

    private static int Count(ReadOnlySpan<byte> header, int at, string name, int low, int high) =>
        Number(header, at) is var n && n >= low && n <= high
            ? (int)n
            : throw new InvalidDataException($"states {name} = {n} in its header, where {low} to {high} are possible");

    private static long Aligned(long at) => (at + 15) & ~15L;
}

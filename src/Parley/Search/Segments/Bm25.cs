namespace Parley.Search.Segments;

/// <summary>
/// The part of BM25 (Robertson, Zaragoza 2009) that depends on one document and one term, with the weights of fields
/// folded into the term frequency (BM25F). Frequencies are counted in halves: <see cref="HalfWeights"/>.
/// </summary>
internal readonly struct Bm25
{
    /// <summary>A frequency above this counts as this: the curve is flat there, and it fits in five bits.</summary>
    public const int MaxHalves = 31;

    private const float Saturation = 1.2f;
    private const float LengthShare = 0.5f;

    /// <summary>Length of a usual message, for choosing bounds only; the score takes the collection's own average.</summary>
    private const float UsualLength = 150;

    private readonly float[] _norms;

    private Bm25(float[] norms) => _norms = norms;

    /// <summary>The curve among the usual lengths, for writers of segments.</summary>
    public static Bm25 Usual { get; } = For(UsualLength);

    /// <summary>What one occurrence adds, in halves: title, prompt, answer, code, tool, thinking.</summary>
    private static ReadOnlySpan<byte> HalfWeights => [6, 3, 2, 2, 1, 1];

    public static int HalfWeight(SearchField field) => HalfWeights[(int)field];

    /// <param name="averageLength">Of the collection's documents, in tokens.</param>
    public static Bm25 For(float averageLength)
    {
        var norms = new float[256];
        for (var code = 0; code < norms.Length; code++)
            norms[code] =
                Saturation
                * (1 - LengthShare + (LengthShare * LengthCode.Decode((byte)code) / Math.Max(1, averageLength)));
        return new Bm25(norms);
    }

    /// <summary>The weight of a term by how many documents hold it; above zero also where most do.</summary>
    public static float Idf(long documents, long holding) =>
        (float)Math.Log(1 + ((Math.Max(documents, holding) - holding + 0.5) / (holding + 0.5)));

    /// <summary>From 0 to 2.2; grows with the frequency, falls with the length.</summary>
    public float Impact(int halves, byte length)
    {
        var frequency = halves * 0.5f;
        return frequency * (Saturation + 1) / (frequency + _norms[length]);
    }
}

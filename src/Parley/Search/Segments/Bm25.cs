namespace Parley.Search.Segments;

/// <summary>
/// The part of BM25 (Robertson, Zaragoza 2009) that depends on one document and one term, with the weights of fields
/// folded into the term frequency (BM25F). Frequencies are counted in halves: <see cref="HalfWeights"/>.
/// </summary>
internal sealed class Bm25
{
    /// <summary>A frequency above this counts as this: the curve is flat there, and it fits in five bits.</summary>
    public const int MaxHalves = 31;

    // Cranfield, CISI and made collections (tests, Search/Ranking): with 1.2 and 0.5, questions were ranked worse than by FTS5.
    private const float Saturation = 3.3f;
    private const float LengthShare = 0.75f;

    /// <summary>Where texts are shorter than that on average, their lengths say little about them: fields and frequencies decide.</summary>
    private const int LeastAverage = 40;

    /// <summary>Length of a usual message, for choosing bounds only; the score takes the collection's own average.</summary>
    private const int UsualLength = 150;

    private static Bm25? _last;

    private readonly float[] _impacts;
    private readonly int _averageLength;

    private Bm25(int averageLength)
    {
        _averageLength = averageLength;
        _impacts = new float[(MaxHalves + 1) << 8];
        for (var code = 0; code <= byte.MaxValue; code++)
        {
            var norm =
                Saturation
                * (1 - LengthShare + (LengthShare * LengthCode.Decode((byte)code) / Math.Max(1, averageLength)));
            for (var halves = 1; halves <= MaxHalves; halves++)
                _impacts[(halves << 8) | code] = halves * 0.5f * (Saturation + 1) / ((halves * 0.5f) + norm);
        }

        Highest = _impacts.Max();
    }

    /// <summary>No document's <see cref="Impact"/> is above this.</summary>
    public float Highest { get; }

    /// <summary>The curve among the usual lengths, for writers of segments.</summary>
    public static Bm25 Usual { get; } = new(UsualLength);

    /// <summary>What one occurrence adds, in halves: title, prompt, answer, code, tool, thinking.</summary>
    private static ReadOnlySpan<byte> HalfWeights => [6, 3, 2, 2, 1, 1];

    public static int HalfWeight(SearchField field) => HalfWeights[(int)field];

    /// <param name="averageLength">Of the collection's documents, in tokens; whole numbers are exact enough, and stay the same from search to search.</param>
    public static Bm25 For(float averageLength)
    {
        var rounded = Math.Max(LeastAverage, (int)Math.Round(averageLength));
        var last = Volatile.Read(ref _last);
        if (last?._averageLength == rounded)
            return last;
        last = new Bm25(rounded);
        Volatile.Write(ref _last, last);
        return last;
    }

    /// <summary>The weight of a term by how many documents hold it; above zero also where most do.</summary>
    public static float Idf(long documents, long holding) =>
        (float)Math.Log(1 + ((Math.Max(documents, holding) - holding + 0.5) / (holding + 0.5)));

    /// <summary>From 0 to 4.3; grows with the frequency, falls with the length. A look-up: a search asks for it a million times.</summary>
    public float Impact(int halves, byte length) => _impacts[(halves << 8) | length];
}

using System.Collections.Concurrent;
using Parley.Providers;

namespace Parley.Chat;

/// <summary>
/// How many tokens a text will be, before the upstream has counted: by the bytes of its characters, corrected for each
/// model by what upstreams said of earlier requests. Thread-safe.
/// </summary>
internal sealed class TokenCounts
{
    /// <summary>Models whose correction is remembered; past it new ones go uncorrected.</summary>
    private const int MostModels = 1_000;
    private const double Learning = 0.2;
    private const double Frame = 4;

    private readonly ConcurrentDictionary<string, double> corrections = new(StringComparer.Ordinal);

    public long Estimate(string model, ReadOnlySpan<byte> utf8) =>
        (long)Math.Ceiling(Raw(utf8) * corrections.GetValueOrDefault(model, 1));

    /// <summary>What a model wrote, as a stretch of its turn's log tells it.</summary>
    public long EstimateAnswer(string model, ReadOnlySpan<byte> log)
    {
        var raw = 0.0;
        var reader = new TurnLogReader(log);
        while (reader.TryRead(out var read))
        {
            if (read.Kind.IsText() || read.Kind == TurnEventKind.ToolCall)
            {
                raw += Raw(read.Payload) - Frame;
            }
        }

        return (long)Math.Ceiling(raw * corrections.GetValueOrDefault(model, 1));
    }

    /// <summary>An upstream has counted the prompt.</summary>
    public void Learn(string model, double estimated, long counted)
    {
        if (estimated < 50 || counted <= 0 || (corrections.Count >= MostModels && !corrections.ContainsKey(model)))
        {
            return;
        }

        // The estimate was made with the correction of its time; a wild answer moves it only so far.
        var before = corrections.GetValueOrDefault(model, 1);
        var seen = Math.Clamp(before * counted / estimated, 0.5, 3);
        corrections[model] = before + (Learning * (seen - before));
    }

    /// <summary>Each message costs a few more for its frame.</summary>
    private static double Raw(ReadOnlySpan<byte> utf8) => Frame + TokenEstimate.Of(utf8);
}

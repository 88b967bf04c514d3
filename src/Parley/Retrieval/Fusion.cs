namespace Parley.Retrieval;

/// <summary>What one lane says of one passage.</summary>
/// <param name="Part">Which part of a long text was meant; 0 the first, or the whole.</param>
internal readonly record struct LaneHit(PassageKey Key, long GroupId, double Score, int Part);

/// <summary>A passage that lanes named, with what each said.</summary>
/// <param name="Score">0 to 1.</param>
internal readonly record struct Candidate(
    PassageKey Key,
    long GroupId,
    double Score,
    double? Text,
    double? Semantic,
    int Part
);

/// <summary>
/// Puts what lanes found in one order, by scores and not by ranks: each lane's score as a share of its best, the share of
/// words weighed with 1 - w and that of meaning with w. With the built-in table and w = 0.35 that was better than words
/// alone on four public sets, while reciprocal ranks were worse on three (models/README.md). The best by words always
/// stays before what only meaning found, since w is below one half.
/// </summary>
internal static class Fusion
{
    /// <summary>The share of meaning that the built-in table is good for.</summary>
    public const double SemanticWeight = 0.35;

    public static List<Candidate> Fuse(IReadOnlyList<LaneHit> text, IReadOnlyList<LaneHit> semantic, double weight)
    {
        var all = new Dictionary<PassageKey, Candidate>(text.Count + semantic.Count);
        var best = Best(text);
        foreach (var hit in text)
        {
            all[hit.Key] = new Candidate(hit.Key, hit.GroupId, (1 - weight) * hit.Score / best, hit.Score, null, -1);
        }

        best = Best(semantic);
        foreach (var hit in semantic)
        {
            var share = weight * Math.Max(0, hit.Score) / best;
            if (!all.TryGetValue(hit.Key, out var known))
            {
                all[hit.Key] = new Candidate(hit.Key, hit.GroupId, share, null, hit.Score, hit.Part);
            }
            else if (known.Semantic is null || known.Semantic < hit.Score)
            {
                // Of several parts of one text the nearest counts.
                var before = known.Semantic is { } other ? weight * Math.Max(0, other) / best : 0;
                all[hit.Key] = known with
                {
                    Score = known.Score - before + share,
                    Semantic = hit.Score,
                    Part = hit.Part,
                };
            }
        }

        var fused = new List<Candidate>(all.Values);
        fused.Sort(static (a, b) => a.Score != b.Score ? b.Score.CompareTo(a.Score) : b.Key.Id.CompareTo(a.Key.Id));
        return fused;
    }

    /// <summary>Above zero, so that it divides.</summary>
    private static double Best(IReadOnlyList<LaneHit> hits)
    {
        var best = 0.0;
        foreach (var hit in hits)
        {
            best = Math.Max(best, hit.Score);
        }

        return best > 0 ? best : 1;
    }
}

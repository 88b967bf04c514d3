using Parley.Search.Segments;

namespace Parley.Search.Matching;

/// <summary>
/// A second look at the best documents: words of the query that follow each other there stand close together in what is
/// meant. Only the first <see cref="Depth"/> are looked at again, which keeps the search itself exact and cheap.
/// </summary>
internal static class Proximity
{
    public const int Depth = 50;

    private const float Bonus = 0.35f;
    private const int Distance = 3;
    private const int MaxPositions = 200;

    /// <param name="found">Best first; comes back so.</param>
    public static void Rank(List<FoundDocument> found, Matcher matcher)
    {
        var depth = Math.Min(Depth, found.Count);
        if (matcher.Query.Wanted.Count < 2 || depth < 2)
            return;
        for (var index = 0; index < depth; index++)
        {
            var document = found[index];
            var score = document.Score + Closeness(matcher.Segments[document.Segment], document.Number);
            found[index] = document with { Key = score, Score = score };
        }

        found.Sort(0, depth, null);
    }

    private static float Closeness(SegmentMatcher segment, int document)
    {
        var sum = 0f;
        var before = new List<int>();
        var here = new List<int>();
        for (var group = 0; group < segment.Groups.Count; group++)
        {
            here.Clear();
            foreach (var atom in segment.Groups[group].Atoms)
                here.AddRange(atom.Positions(document).Take(MaxPositions));
            if (group > 0 && AreNear(before, here))
                sum += Bonus * Math.Min(segment.Groups[group - 1].Weight, segment.Groups[group].Weight);
            (before, here) = (here, before);
        }

        return sum;
    }

    private static bool AreNear(List<int> before, List<int> here)
    {
        foreach (var one in before)
        {
            foreach (var other in here)
            {
                // Fields are far apart in the numbers, so what is near is in one field.
                if (Math.Abs(one - other) <= Distance)
                    return true;
            }
        }

        return false;
    }
}

namespace Parley.Tests.Search.Matching;

/// <summary>Says whether what was found is the beginning of what the reference found, in its order.</summary>
internal static class SameOrder
{
    /// <summary>Scores this near may change places: sums were rounded in another order.</summary>
    private const double Near = 1e-4;

    /// <param name="expected">All of them, in order.</param>
    /// <param name="actual">The first so many.</param>
    /// <param name="what">What was asked, for the message.</param>
    public static void Assert(
        IReadOnlyList<ReferenceHit> expected,
        IReadOnlyList<(long Id, double Score)> actual,
        string what
    )
    {
        var scores = expected.ToDictionary(hit => hit.Document.Id, hit => hit.Score);
        Xunit.Assert.Equal(actual.Count, actual.Select(hit => hit.Id).Distinct().Count());
        for (var place = 0; place < actual.Count; place++)
        {
            var (id, score) = actual[place];
            Xunit.Assert.True(scores.TryGetValue(id, out var known), $"{what}: {id} at {place} is no match");
            Xunit.Assert.True(IsNear(score, known), $"{what}: {id} at {place} scores {score}, not {known}");
            var due = expected[place];
            Xunit.Assert.True(
                due.Document.Id == id || (due.Score != known && IsNear(due.Score, known)),
                $"{what}: at {place} is {id} ({known}), not {due.Document.Id} ({due.Score})"
            );
        }
    }

    private static bool IsNear(double one, double other) =>
        Math.Abs(one - other) <= Near * Math.Max(Math.Abs(one), Math.Abs(other));
}

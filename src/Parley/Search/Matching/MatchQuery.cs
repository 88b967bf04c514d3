namespace Parley.Search.Matching;

/// <summary>
/// One way in which a clause matches: <paramref name="Head"/> at successive positions and then one of
/// <paramref name="Tails"/>. A single word has no head.
/// </summary>
/// <param name="Weight">What it adds to the score, times its impact.</param>
/// <param name="Flat">Each match adds the weight itself: of the many words that a prefix stands for, none is meant more than another.</param>
internal sealed record MatchAtom(
    IReadOnlyList<ViewedTerm> Head,
    IReadOnlyList<ViewedTerm> Tails,
    float Weight,
    bool Flat = false
)
{
    public bool IsPhrase => Head.Count > 0;

    /// <summary>At most so many documents match; what a walk of it may cost.</summary>
    public long Documents
    {
        get
        {
            var tails = Tails.Sum(tail => tail.Documents);
            return Head.Count == 0 ? tails : Math.Min(tails, Head.Min(term => term.Documents));
        }
    }
}

/// <summary>A clause: any of its atoms. Its score is that of the best.</summary>
internal sealed record MatchGroup(IReadOnlyList<MatchAtom> Atoms)
{
    public float Weight { get; } = Atoms.Count == 0 ? 0 : Atoms.Max(atom => atom.Weight);

    public long Documents { get; } = Atoms.Sum(atom => atom.Documents);
}

/// <summary>What to match and how to score it, against one <see cref="IndexView"/>.</summary>
internal sealed record MatchQuery
{
    public IReadOnlyList<MatchGroup> Wanted { get; init; } = [];

    public IReadOnlyList<MatchGroup> Unwanted { get; init; } = [];

    /// <summary>
    /// 0: all of <see cref="Wanted"/> must match. Else so much of the sum of their weights: rare words carry a question,
    /// common ones are not required.
    /// </summary>
    public float Required { get; init; }

    /// <summary>Fields in which words must stand, one bit a <see cref="SearchField"/>.</summary>
    public int Fields { get; init; } = AllFields;

    public required DocumentFilter Filter { get; init; }

    public const int AllFields = (1 << SearchFields.Count) - 1;
}

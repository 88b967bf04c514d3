namespace Parley.Requirements;

/// <summary>What the rules say of a statement.</summary>
/// <param name="Confidence">0 to 1: how far the type stands before all others.</param>
/// <param name="Reason">The strongest signs, for people.</param>
internal sealed record TypedStatement(
    StatementType Type,
    double Confidence,
    string Reason,
    StatementPriority Priority,
    StatementStatus Status
);

namespace Parley.Kernel;

/// <summary>What asking a model cost, at the prices of that moment. Whole numbers only: sums of money are never floats.</summary>
/// <param name="Micros">Millionths of the currency.</param>
/// <param name="Currency">Three letters as ISO 4217 has them: USD, EUR.</param>
/// <param name="Estimated">Some of the tokens were not counted by the upstream: they are Parley's own estimate.</param>
internal sealed record Cost(long Micros, string Currency, bool Estimated)
{
    /// <summary>Null where the two cannot be added up: a sum of what is known and what is not would be wrong.</summary>
    public static Cost? Sum(Cost? one, Cost? other) =>
        one is null || other is null || one.Currency != other.Currency
            ? null
            : new Cost(one.Micros + other.Micros, one.Currency, one.Estimated || other.Estimated);
}

using Parley.Kernel;

namespace Parley.Providers;

/// <summary>What a model's tokens cost. Prices are of a million tokens, in millionths of the currency.</summary>
/// <param name="UpstreamId">0: any upstream.</param>
/// <param name="Model">The upstream's own name of it, or a pattern with <c>*</c>.</param>
/// <param name="CachedInput">Of tokens read from the upstream's cache; null: as <paramref name="Input"/>.</param>
/// <param name="ChangedAt">Unix microseconds.</param>
internal sealed record ModelPrice(
    long Id,
    long UpstreamId,
    string Model,
    string Currency,
    long Input,
    long? CachedInput,
    long Output,
    long ChangedAt
)
{
    private const int Million = 1_000_000;

    /// <summary>Rounded once, at the end, half up.</summary>
    public Cost Of(ModelUsage usage)
    {
        var prompt = usage.PromptTokens ?? 0;
        var cached = Math.Clamp(usage.CachedTokens ?? 0, 0, prompt);
        var whole =
            ((Int128)(prompt - cached) * Input)
            + ((Int128)cached * (CachedInput ?? Input))
            + ((Int128)(usage.CompletionTokens ?? 0) * Output);
        var micros = (whole + (Million / 2)) / Million;
        return new Cost(micros > long.MaxValue ? long.MaxValue : (long)micros, Currency, usage.Estimated);
    }

    /// <summary>Which of two that both fit holds: the one that says more.</summary>
    public bool GoesBefore(ModelPrice other) => Rank.CompareTo(other.Rank) > 0;

    private (bool OfUpstream, bool Whole, int Letters) Rank =>
        (UpstreamId != 0, !Model.Contains('*', StringComparison.Ordinal), Model.Length - Model.Count(c => c == '*'));
}

/// <summary>What one call of a model used.</summary>
/// <param name="Model">As callers name it.</param>
/// <param name="OwnModel">As the upstream does: prices go by it.</param>
internal sealed record SpentTokens(long UpstreamId, string Model, string OwnModel, ModelUsage Usage)
{
    public static SpentTokens Of(ModelRoute route, ModelUsage usage) =>
        new(route.Upstream.Id, route.Name, route.Model.Name, usage);
}

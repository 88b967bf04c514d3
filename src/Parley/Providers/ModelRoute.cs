namespace Parley.Providers;

/// <summary>Where a model is asked.</summary>
/// <param name="Name">As callers name it: the upstream's prefix and the model's own name.</param>
internal sealed record ModelRoute(string Name, Upstream Upstream, UpstreamModel Model)
{
    /// <summary>What is asked in its place where it cannot be reached, in this order.</summary>
    public IReadOnlyList<ModelRoute> Fallbacks { get; init; } = [];
}

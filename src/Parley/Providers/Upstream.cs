namespace Parley.Providers;

/// <summary>A model server, as an admin set it up.</summary>
internal sealed record Upstream(long Id, string Name, UpstreamKind Kind, Uri BaseUrl)
{
    /// <summary>Unsealed for the call; never shown, never logged.</summary>
    public string? Key { get; init; }

    /// <summary>Sent with each request.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Put before the names of its models, to tell alike models of several upstreams apart.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>An address of its API: the path comes behind the base.</summary>
    public Uri At(string path) => new(BaseUrl.AbsoluteUri.TrimEnd('/') + path);
}

/// <summary>A model as its upstream lists it; null where it does not say.</summary>
/// <param name="Name">The upstream's own.</param>
/// <param name="ContextTokens">Tokens that question and answer may take together.</param>
internal sealed record UpstreamModel(string Name, string? Title = null, long? ContextTokens = null);

using System.Text.Json;

namespace Parley.Identity.Oidc;

/// <summary>What the provider says of itself (OpenID Connect Discovery).</summary>
internal sealed record ProviderDescription(
    Uri Authorization,
    Uri Token,
    Uri Keys,
    Uri? UserInfo,
    Uri? EndSession,
    bool NamesItself,
    bool BasicSecret
);

/// <summary>
/// The provider's description, asked again each hour, and its keys, asked again when a token names one that is not among
/// them, though at most once a minute: whoever sends made-up tokens must not make us ask for each. Thread-safe.
/// </summary>
internal sealed class OidcProvider(OidcHttp http, IdentityOptions options, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan DescriptionAge = TimeSpan.FromHours(1);
    private static readonly TimeSpan KeysPause = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim gate = new(1);
    private (ProviderDescription Value, long At)? described;
    private (IReadOnlyList<SignatureKey> Value, long At)? keys;

    /// <exception cref="OidcException">It cannot be had, or is not that of the issuer that was set.</exception>
    public async Task<ProviderDescription> DescribeAsync(CancellationToken ct)
    {
        await gate.WaitAsync(ct);
        try
        {
            if (described is var (known, at) && time.GetElapsedTime(at) < DescriptionAge)
            {
                return known;
            }

            var issuer = options.Oidc.Issuer!;
            var place = new Uri(issuer.TrimEnd('/') + "/.well-known/openid-configuration");
            var read = Read(await http.GetAsync(place, null, ct), issuer);
            described = (read, time.GetTimestamp());
            return read;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>The keys that may have signed a token.</summary>
    /// <param name="keyId">As the token names its key; null: it names none.</param>
    public async Task<IReadOnlyList<SignatureKey>> FindKeysAsync(string? keyId, CancellationToken ct)
    {
        var place = (await DescribeAsync(ct)).Keys;
        await gate.WaitAsync(ct);
        try
        {
            if (keys is not var (known, at) || (!Any(known, keyId) && time.GetElapsedTime(at) >= KeysPause))
            {
                known = SignatureKey.ReadSet(await http.GetAsync(place, null, ct));
                keys = (known, time.GetTimestamp());
            }

            return [.. known.Where(key => keyId is null || key.Id == keyId)];
        }
        finally
        {
            gate.Release();
        }
    }

    public void Dispose() => gate.Dispose();

    private static bool Any(IReadOnlyList<SignatureKey> among, string? keyId) =>
        among.Any(key => keyId is null || key.Id == keyId);

    private static ProviderDescription Read(JsonElement said, string issuer)
    {
        if (OidcJson.Text(said, "issuer") != issuer)
        {
            throw OidcException.Broken($"the description is of another issuer than oidc.issuer, {issuer}");
        }

        Uri? At(string name) =>
            OidcJson.Text(said, name) is not { } text ? null
            : Uri.TryCreate(text, UriKind.Absolute, out var uri)
            && (uri.Scheme == "https" || (uri.Scheme == "http" && issuer.StartsWith("http:", StringComparison.Ordinal)))
                ? uri
            : throw OidcException.Broken($"{name} of the description is no address that can be used");
        Uri Required(string name) => At(name) ?? throw OidcException.Broken($"the description has no {name}");

        var ways = OidcJson.Texts(said, "token_endpoint_auth_methods_supported");
        return new ProviderDescription(
            Required("authorization_endpoint"),
            Required("token_endpoint"),
            Required("jwks_uri"),
            At("userinfo_endpoint"),
            At("end_session_endpoint"),
            OidcJson.Bool(said, "authorization_response_iss_parameter_supported") == true,
            ways.Count == 0 || ways.Contains("client_secret_basic")
        );
    }
}

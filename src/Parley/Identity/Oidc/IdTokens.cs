using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Parley.Identity.Oidc;

/// <summary>
/// ID tokens of the provider (OpenID Connect Core 3.1.3.7): who signed them is looked at before what they say. Thread-safe.
/// </summary>
internal sealed class IdTokens(OidcProvider provider, IdentityOptions options, TimeProvider time)
{
    private const int Longest = 64 * 1024;
    private const int LongestSubject = 255;
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    /// <summary>The claims of a token that is the provider's, for us, good now, and the answer to this very sign-in.</summary>
    /// <exception cref="OidcException">It is not.</exception>
    public async Task<JsonElement> ReadAsync(string token, string nonce, CancellationToken ct)
    {
        var parts = token.Length > Longest ? [] : token.Split('.');
        if (parts.Length != 3 || Decode(parts[0]) is not { } header || Decode(parts[1]) is not { } claims)
        {
            throw OidcException.Distrust("form");
        }

        await RequireSignatureAsync(OidcJson.Find(header, "crit") is null ? header : default, parts, ct);
        Check(claims, nonce);
        return claims;
    }

    private async Task RequireSignatureAsync(JsonElement header, string[] parts, CancellationToken ct)
    {
        // Told apart first: with these no key of anybody's is worth asking for.
        if (
            OidcJson.Text(header, "alg") is not { } algorithm
            || algorithm.Length != 5
            || algorithm[..2] is not ("RS" or "PS" or "ES")
        )
        {
            throw OidcException.Distrust("algorithm");
        }

        var signed = Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}");
        var signature = Base64Url.IsValid(parts[2]) ? Base64Url.DecodeFromChars(parts[2]) : [];
        var keys = await provider.FindKeysAsync(OidcJson.Text(header, "kid"), ct);
        if (keys.Count == 0)
        {
            throw OidcException.Distrust("key");
        }

        if (!keys.Any(key => key.Verifies(algorithm, signed, signature)))
        {
            throw OidcException.Distrust("signature");
        }
    }

    private void Check(JsonElement claims, string nonce)
    {
        var (client, now) = (options.Oidc.ClientId, time.GetUtcNow().ToUnixTimeSeconds());
        var skew = (long)Skew.TotalSeconds;
        var audience = OidcJson.Texts(claims, "aud");
        var party = OidcJson.Text(claims, "azp");
        var wrong =
            OidcJson.Text(claims, "iss") != options.Oidc.Issuer ? "issuer"
            : !audience.Contains(client) ? "audience"
            : party is null ? (audience.Count > 1 ? "azp" : null)
            : party != client ? "azp"
            : null;
        wrong ??=
            OidcJson.Number(claims, "exp") is not { } until || until <= now - skew ? "expired"
            : OidcJson.Number(claims, "iat") is not { } from || from > now + skew ? "issued in the future"
            : OidcJson.Number(claims, "nbf") is { } start && start > now + skew ? "not yet good"
            : OidcJson.Text(claims, "nonce") is not { } given || !Secrets.AreEqual(given, nonce) ? "nonce"
            : OidcJson.Text(claims, "sub") is not { Length: > 0 and <= LongestSubject } ? "subject"
            : null;
        if (wrong is not null)
        {
            throw OidcException.Distrust(wrong);
        }
    }

    private static JsonElement? Decode(string part)
    {
        try
        {
            using var document = JsonDocument.Parse(Base64Url.IsValid(part) ? Base64Url.DecodeFromChars(part) : []);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

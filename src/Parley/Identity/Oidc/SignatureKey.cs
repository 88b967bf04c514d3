using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace Parley.Identity.Oidc;

/// <summary>
/// A public key of the provider's (RFC 7517) and what it can verify. The key decides which algorithms are thinkable, not
/// the token: an RSA key never becomes the secret of an HMAC.
/// </summary>
internal sealed class SignatureKey
{
    private const int FewestRsaBits = 2048;

    private readonly RSAParameters rsa;
    private readonly ECParameters curve;
    private readonly string[] algorithms;

    private SignatureKey(string? id, RSAParameters key)
    {
        Id = id;
        rsa = key;
        algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"];
    }

    private SignatureKey(string? id, ECParameters key, string algorithm)
    {
        Id = id;
        curve = key;
        algorithms = [algorithm];
    }

    public string? Id { get; }

    /// <summary>The algorithm the key was made for; null where it does not say.</summary>
    private string? Only { get; init; }

    /// <summary>Those of a set that can be used; others (encryption, unknown kinds, too short ones) are passed over.</summary>
    public static IReadOnlyList<SignatureKey> ReadSet(JsonElement set) =>
        OidcJson.Find(set, "keys") is { ValueKind: JsonValueKind.Array } keys
            ? [.. keys.EnumerateArray().Select(Read).OfType<SignatureKey>()]
            : throw OidcException.Broken("the set of keys has no keys");

    /// <summary>Whether this key made that signature by that algorithm.</summary>
    public bool Verifies(string algorithm, byte[] signed, byte[] signature)
    {
        if (!algorithms.Contains(algorithm) || (Only is not null && Only != algorithm))
        {
            return false;
        }

        var hash = algorithm[2..] switch
        {
            "256" => HashAlgorithmName.SHA256,
            "384" => HashAlgorithmName.SHA384,
            _ => HashAlgorithmName.SHA512,
        };
        try
        {
            if (algorithm[0] == 'E')
            {
                using var key = ECDsa.Create(curve);
                return key.VerifyData(signed, signature, hash);
            }

            using var pair = RSA.Create(rsa);
            var padding = algorithm[0] == 'P' ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1;
            return pair.VerifyData(signed, signature, hash, padding);
        }
        catch (CryptographicException)
        {
            return false; // a point that is not on its curve, and the like: the key is none
        }
    }

    private static SignatureKey? Read(JsonElement key)
    {
        if (OidcJson.Text(key, "use") is not (null or "sig"))
        {
            return null;
        }

        var id = OidcJson.Text(key, "kid");
        var only = OidcJson.Text(key, "alg");
        if (OidcJson.Text(key, "kty") == "RSA" && Bytes(key, "n") is { } n && Bytes(key, "e") is { } e)
        {
            return n.AsSpan().TrimStart((byte)0).Length * 8 < FewestRsaBits
                ? null
                : new SignatureKey(id, new RSAParameters { Modulus = n, Exponent = e }) { Only = only };
        }

        return
            OidcJson.Text(key, "kty") == "EC"
            && Curve(OidcJson.Text(key, "crv")) is var (named, algorithm, length)
            && Bytes(key, "x") is { } x
            && Bytes(key, "y") is { } y
            && x.Length == length
            && y.Length == length
            ? new SignatureKey(
                id,
                new ECParameters
                {
                    Curve = named,
                    Q = new ECPoint { X = x, Y = y },
                },
                algorithm
            )
            {
                Only = only,
            }
            : null;
    }

    private static (ECCurve Curve, string Algorithm, int Bytes)? Curve(string? name) =>
        name switch
        {
            "P-256" => (ECCurve.NamedCurves.nistP256, "ES256", 32),
            "P-384" => (ECCurve.NamedCurves.nistP384, "ES384", 48),
            "P-521" => (ECCurve.NamedCurves.nistP521, "ES512", 66),
            _ => null,
        };

    private static byte[]? Bytes(JsonElement key, string name) =>
        OidcJson.Text(key, name) is { Length: > 0 } text && Base64Url.IsValid(text)
            ? Base64Url.DecodeFromChars(text)
            : null;
}

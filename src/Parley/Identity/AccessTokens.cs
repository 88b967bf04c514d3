using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Parley.Identity.Crypto;
using Parley.Kernel;
using static Parley.Kernel.JsonMembers;

namespace Parley.Identity;

/// <summary>What an access token says.</summary>
/// <param name="ExpiresAt">Unix seconds.</param>
internal sealed record AccessClaims(long UserId, long SessionId, long ExpiresAt);

/// <summary>
/// Access tokens (S10): JWTs of our own making and no others, signed with HS256, good for 15 minutes. They name a user
/// and a session; whether both still stand is asked at each use. Thread-safe.
/// </summary>
internal sealed class AccessTokens(Lazy<SigningKey> key, TimeProvider time)
{
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);
    private const string Issuer = "parley";
    private const string Type = "at+jwt"; // RFC 9068: no other JWT of ours can pass for one
    private const string Algorithm = "HS256";

    /// <summary>A session's token is far shorter; nothing longer is worth decoding.</summary>
    private const int Longest = 2048;

    public string Issue(long userId, long sessionId)
    {
        var now = time.GetUtcNow();
        var header = Write(json =>
        {
            json.WriteString("alg"u8, Algorithm);
            json.WriteString("typ"u8, Type);
            json.WriteString("kid"u8, key.Value.Id);
        });
        var payload = Write(json =>
        {
            json.WriteString("iss"u8, Issuer);
            json.WriteString("aud"u8, Issuer);
            json.WriteString("sub"u8, Ids.Format(userId, IdKind.User));
            json.WriteString("sid"u8, Ids.Format(sessionId, IdKind.Session));
            json.WriteString("jti"u8, Base64Url.EncodeToString(SystemRandom.GetBytes(12)));
            json.WriteNumber("iat"u8, now.ToUnixTimeSeconds());
            json.WriteNumber("nbf"u8, now.ToUnixTimeSeconds());
            json.WriteNumber("exp"u8, (now + Life).ToUnixTimeSeconds());
        });
        return Jws.Sign(header, payload, key.Value.Secret);
    }

    /// <summary>Null for whatever is not a token of ours that is good now.</summary>
    public AccessClaims? Read(string token)
    {
        if (
            token.Length > Longest
            || Jws.Header(token) is not { } header
            || !IsOurs(header)
            || Jws.Verify(token, key.Value.Secret) is not { } payload
        )
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(payload);
            return Read(document.RootElement);
        }
        catch (JsonException)
        {
            return null; // signed with our key and yet no JSON: not by this program
        }
    }

    private AccessClaims? Read(JsonElement claims)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var skew = (long)Skew.TotalSeconds;
        return
            Text(claims, "iss") == Issuer
            && Text(claims, "aud") == Issuer
            && Text(claims, "jti") is { Length: > 0 }
            && Number(claims, "nbf") is { } from
            && from <= now + skew
            && Number(claims, "exp") is { } until
            && until > now - skew
            && Ids.TryParse(Text(claims, "sub"), IdKind.User, out var user)
            && Ids.TryParse(Text(claims, "sid"), IdKind.Session, out var session)
            ? new AccessClaims(user, session, until + skew)
            : null;
    }

    /// <summary>
    /// Exactly the header we write: another algorithm, a key of the sender's choice (jku, x5u, jwk), an extension (crit)
    /// end it before anything else is looked at.
    /// </summary>
    private bool IsOurs(byte[] header)
    {
        try
        {
            using var document = JsonDocument.Parse(header);
            var fields = document.RootElement;
            return fields.ValueKind == JsonValueKind.Object
                && fields.EnumerateObject().Count() == 3
                && Text(fields, "alg") == Algorithm
                && Text(fields, "typ") == Type
                && Text(fields, "kid") == key.Value.Id;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static long? Number(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.Number
        && value.TryGetInt64(out var number)
            ? number
            : null;

    private static byte[] Write(Action<Utf8JsonWriter> fields)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            fields(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}

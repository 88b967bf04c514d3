using System.Buffers;
using System.Text;
using System.Text.Json;
using Parley.Identity.Crypto;
using Parley.Identity.Oidc;
using Parley.Kernel;

namespace Parley.Identity.OpenWebUi;

/// <summary>What a token of Open WebUI's form says.</summary>
/// <param name="ForeignId">Of the account, as Open WebUI has it.</param>
/// <param name="TokenId">Null in those of older versions.</param>
/// <param name="IssuedAt">Unix seconds; null in those of older versions.</param>
/// <param name="ExpiresAt">Unix seconds.</param>
internal sealed record OpenWebUiClaims(string ForeignId, string? TokenId, long? IssuedAt, long ExpiresAt);

/// <summary>
/// The form of Open WebUI's tokens: HS256 with a secret that both servers know, the claims id, jti, iat, exp and nothing
/// of whom they are for. What Open WebUI would take and this does not: a token that never ends, or is good for years.
/// Thread-safe.
/// </summary>
internal sealed class OpenWebUiTokens(IdentityOptions options, TimeProvider time)
{
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestLife = TimeSpan.FromDays(366);

    /// <summary>Open WebUI's own are shorter than 300 characters.</summary>
    private const int Longest = 1024;
    private const int LongestId = 128;

    private readonly byte[]? secret = options.OpenWebUiSecret is { } text ? Encoding.UTF8.GetBytes(text) : null;

    public bool IsOn => secret is not null;

    public string Issue(string foreignId, string tokenId, DateTimeOffset until)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("id"u8, foreignId);
            json.WriteNumber("exp"u8, until.ToUnixTimeSeconds());
            json.WriteString("jti"u8, tokenId);
            json.WriteNumber("iat"u8, time.GetUtcNow().ToUnixTimeSeconds());
            json.WriteEndObject();
        }

        return Jws.Sign("""{"alg":"HS256","typ":"JWT"}"""u8, buffer.WrittenSpan, secret!);
    }

    /// <summary>Null for whatever is not signed with the secret and good now.</summary>
    public OpenWebUiClaims? Read(string token)
    {
        if (
            secret is null
            || token.Length > Longest
            || Jws.Header(token) is not { } header
            || !IsTheirs(header)
            || Jws.Verify(token, secret) is not { } payload
        )
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(payload);
            return Claims(document.RootElement);
        }
        catch (JsonException)
        {
            return null; // signed with the secret and yet no JSON
        }
    }

    private OpenWebUiClaims? Claims(JsonElement said)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var skew = (long)Skew.TotalSeconds;
        var (issued, from) = (OidcJson.Number(said, "iat"), OidcJson.Number(said, "nbf"));
        return
            OidcJson.Text(said, "id") is { Length: > 0 and <= LongestId } id
            && OidcJson.Number(said, "exp") is { } until
            && until > now - skew
            && until <= now + (long)LongestLife.TotalSeconds
            && (issued ?? 0) <= now + skew
            && (from ?? 0) <= now + skew
            ? new OpenWebUiClaims(id, OidcJson.Text(said, "jti"), issued, until)
            : null;
    }

    /// <summary>The header that Open WebUI writes: no other algorithm, no key of the sender's choice, no extension.</summary>
    private static bool IsTheirs(byte[] header)
    {
        try
        {
            using var document = JsonDocument.Parse(header);
            var fields = document.RootElement;
            return fields.ValueKind == JsonValueKind.Object
                && fields.EnumerateObject().Count() == 2
                && OidcJson.Text(fields, "alg") == "HS256"
                && OidcJson.Text(fields, "typ") == "JWT";
        }
        catch (JsonException)
        {
            return false;
        }
    }
}

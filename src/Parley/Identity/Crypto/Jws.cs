using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Parley.Identity.Crypto;

/// <summary>
/// Signed texts in compact form with HMAC-SHA-256 (RFC 7515, "HS256"). The algorithm is what this class does; what a
/// header says of it is for the caller to compare, never to choose by.
/// </summary>
internal static class Jws
{
    public static string Sign(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload, ReadOnlySpan<byte> key)
    {
        var signed = $"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(payload)}";
        Span<byte> tag = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(signed), tag);
        return $"{signed}.{Base64Url.EncodeToString(tag)}";
    }

    /// <summary>The first part, unverified: only to be compared with what is expected. Null where it is no base64url.</summary>
    public static byte[]? Header(string token) =>
        token.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot ? Decode(token.AsSpan(0, dot)) : null;

    /// <summary>The payload of a token that this key signed; null for any other text. Compares in constant time.</summary>
    public static byte[]? Verify(string token, ReadOnlySpan<byte> key)
    {
        var first = token.IndexOf('.', StringComparison.Ordinal);
        var last = token.LastIndexOf('.');
        if (first <= 0 || last <= first || token.AsSpan(first + 1, last - first - 1).Contains('.'))
        {
            return null;
        }

        if (Decode(token.AsSpan(last + 1)) is not { } given || !Ascii.IsValid(token))
        {
            return null;
        }

        Span<byte> tag = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(token[..last]), tag);
        return CryptographicOperations.FixedTimeEquals(tag, given)
            ? Decode(token.AsSpan(first + 1, last - first - 1))
            : null;
    }

    private static byte[]? Decode(ReadOnlySpan<char> text) =>
        text.ContainsAnyExcept(Alphabet) ? null
        : Base64Url.IsValid(text) ? Base64Url.DecodeFromChars(text)
        : null;

    /// <summary>The framework's decoder also lets white space and padding pass.</summary>
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
}

using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Parley.Identity.Crypto;

/// <summary>
/// bcrypt, to verify only: the password hashes that users bring along from elsewhere. A hash that was verified is
/// replaced by an Argon2id one at once.
/// </summary>
internal static class Bcrypt
{
    private const int LongestPassword = 72; // bytes; the rest was never part of such a hash
    private const int TextLength = 60;
    private const int SaltLength = 22;
    private const int HashBytes = 23;

    /// <summary>A hash past it would take minutes: none of ours, and none we let in.</summary>
    private const int HighestCost = 16;

    private const string Alphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary><c>$2a$</c>, <c>$2b$</c> and <c>$2y$</c> mean the same for what is hashed here.</summary>
    public static bool IsHash(string text) =>
        text.Length == TextLength
        && text[0] == '$'
        && text[1] == '2'
        && text[2] is 'a' or 'b' or 'y'
        && text[3] == '$'
        && text[6] == '$'
        && Cost(text) is >= 4 and <= HighestCost
        && !text.AsSpan(7).ContainsAnyExcept(Alphabet);

    /// <param name="hash">One that <see cref="IsHash"/> takes.</param>
    public static bool Verify(ReadOnlySpan<byte> password, string hash)
    {
        Span<byte> salt = stackalloc byte[16];
        Span<byte> expected = stackalloc byte[HashBytes];
        Decode(hash.AsSpan(7, SaltLength), salt);
        Decode(hash.AsSpan(7 + SaltLength), expected);
        password = password[..Math.Min(password.Length, LongestPassword)];
        var key = new byte[Math.Min(password.Length + 1, LongestPassword)]; // ends in a zero byte, where there is room
        password.CopyTo(key);
        var cipher = new Blowfish();
        cipher.ExpandKey(key, salt);
        for (var i = 1UL << Cost(hash); i > 0; i--)
        {
            cipher.ExpandKey(key, default);
            cipher.ExpandKey(salt, default);
        }

        key.AsSpan().Clear();
        var text = Encoding.ASCII.GetBytes("OrpheanBeholderScryDoubt");
        for (var at = 0; at < text.Length; at += 8)
        {
            var left = BinaryPrimitives.ReadUInt32BigEndian(text.AsSpan(at));
            var right = BinaryPrimitives.ReadUInt32BigEndian(text.AsSpan(at + 4));
            for (var i = 0; i < 64; i++)
            {
                cipher.Encrypt(ref left, ref right);
            }

            BinaryPrimitives.WriteUInt32BigEndian(text.AsSpan(at), left);
            BinaryPrimitives.WriteUInt32BigEndian(text.AsSpan(at + 4), right);
        }

        return CryptographicOperations.FixedTimeEquals(text.AsSpan(0, HashBytes), expected);
    }

    private static int Cost(string hash) =>
        char.IsAsciiDigit(hash[4]) && char.IsAsciiDigit(hash[5]) ? ((hash[4] - '0') * 10) + hash[5] - '0' : 0;

    /// <summary>bcrypt's own base64: another alphabet, no padding.</summary>
    private static void Decode(ReadOnlySpan<char> text, Span<byte> bytes)
    {
        var (bits, held, at) = (0, 0, 0);
        foreach (var c in text)
        {
            bits = (bits << 6) | Alphabet.IndexOf(c, StringComparison.Ordinal);
            held += 6;
            if (held >= 8 && at < bytes.Length)
            {
                held -= 8;
                bytes[at++] = (byte)(bits >> held);
            }
        }
    }
}

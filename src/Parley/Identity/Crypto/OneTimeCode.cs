using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Parley.Identity.Crypto;

/// <summary>Time-based one-time passwords (RFC 6238 over RFC 4226) as authenticator apps make them: SHA-1, 30 seconds.</summary>
internal static class OneTimeCode
{
    public const int Digits = 6;
    public const int SecretBytes = 20;
    private const int StepSeconds = 30;
    private const string Base32Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>Which code is the current one.</summary>
    public static long Step(DateTimeOffset now) => now.ToUnixTimeSeconds() / StepSeconds;

    /// <summary>The code of a step, its last <paramref name="digits"/> decimal digits.</summary>
    public static int Code(ReadOnlySpan<byte> secret, long step, int digits = Digits)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> hash = stackalloc byte[HMACSHA1.HashSizeInBytes];
#pragma warning disable CA5350 // RFC 6238 and every authenticator app: HMAC-SHA-1 is not broken by collisions
        HMACSHA1.HashData(secret, counter, hash);
#pragma warning restore CA5350
        var cut = BinaryPrimitives.ReadUInt32BigEndian(hash[(hash[^1] & 15)..]) & 0x7FFF_FFFF;
        var modulus = 1u;
        for (var i = 0; i < digits; i++)
        {
            modulus *= 10;
        }

        return (int)(cut % modulus);
    }

    /// <summary>The secret as authenticator apps take it (RFC 4648, base 32).</summary>
    public static string Base32(ReadOnlySpan<byte> bytes)
    {
        var text = new char[((bytes.Length * 8) + 4) / 5];
        var (bits, held, at) = (0, 0, 0);
        foreach (var one in bytes)
        {
            bits = (bits << 8) | one;
            held += 8;
            while (held >= 5)
            {
                held -= 5;
                text[at++] = Base32Alphabet[(bits >> held) & 31];
            }
        }

        if (held > 0)
        {
            text[at] = Base32Alphabet[(bits << (5 - held)) & 31];
        }

        return new string(text);
    }
}

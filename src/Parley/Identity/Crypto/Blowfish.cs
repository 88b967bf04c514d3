using System.Buffers.Binary;

namespace Parley.Identity.Crypto;

/// <summary>The Blowfish cipher with the key schedule that bcrypt made of it (Provos and Mazières, 1999).</summary>
internal sealed class Blowfish
{
    private const int Rounds = 16;
    private const int Subkeys = Rounds + 2;
    private const int Boxes = 4 * 256;

    /// <summary>What every key starts from: the first digits of pi after the point.</summary>
    private static readonly Lazy<uint[]> Digits = new(() => PiDigits.Words(Subkeys + Boxes));

    /// <summary>Subkeys, then the four boxes.</summary>
    private readonly uint[] words = [.. Digits.Value];

    /// <param name="salt">16 bytes, or none.</param>
    public void ExpandKey(ReadOnlySpan<byte> key, ReadOnlySpan<byte> salt)
    {
        var at = 0;
        for (var i = 0; i < Subkeys; i++)
        {
            words[i] ^= NextWord(key, ref at);
        }

        var (left, right) = (0u, 0u);
        var saltAt = 0;
        for (var i = 0; i < words.Length; i += 2)
        {
            if (!salt.IsEmpty)
            {
                left ^= NextWord(salt, ref saltAt);
                right ^= NextWord(salt, ref saltAt);
            }

            Encrypt(ref left, ref right);
            words[i] = left;
            words[i + 1] = right;
        }
    }

    public void Encrypt(ref uint left, ref uint right)
    {
        var boxes = words.AsSpan(Subkeys, Boxes);
        var (l, r) = (left, right);
        for (var i = 0; i < Rounds; i++)
        {
            l ^= words[i];
            r ^=
                ((boxes[(int)(l >> 24)] + boxes[256 + (int)((l >> 16) & 255)]) ^ boxes[512 + (int)((l >> 8) & 255)])
                + boxes[768 + (int)(l & 255)];
            (l, r) = (r, l);
        }

        (left, right) = (r ^ words[Rounds + 1], l ^ words[Rounds]);
    }

    /// <summary>Four bytes, beginning anew at the end.</summary>
    private static uint NextWord(ReadOnlySpan<byte> bytes, ref int at)
    {
        Span<byte> word = stackalloc byte[4];
        for (var i = 0; i < word.Length; i++)
        {
            word[i] = bytes[at];
            at = (at + 1) % bytes.Length;
        }

        return BinaryPrimitives.ReadUInt32BigEndian(word);
    }
}

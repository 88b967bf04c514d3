using System.Buffers.Binary;
using System.Numerics;

namespace Parley.Identity.Crypto;

/// <summary>BLAKE2b (RFC 7693) without a key, as Argon2 needs it; the framework has none.</summary>
internal static class Blake2b
{
    public const int LongestHash = 64;
    private const int BlockBytes = 128;
    private const int Rounds = 12;

    private static ReadOnlySpan<ulong> Start =>
        [
            0x6a09e667f3bcc908,
            0xbb67ae8584caa73b,
            0x3c6ef372fe94f82b,
            0xa54ff53a5f1d36f1,
            0x510e527fade682d1,
            0x9b05688c2b3e6c1f,
            0x1f83d9abfb41bd6b,
            0x5be0cd19137e2179,
        ];

    /// <summary>SIGMA: which words of the block a round takes, a hexadecimal digit each; rounds 11 and 12 are 1 and 2 again.</summary>
    private static readonly byte[] Order = Digits(
        "0123456789abcdef"
            + "ea489fd61c02b753"
            + "b8c052fdae367194"
            + "7931dcbe265a40f8"
            + "905724afe1bc683d"
            + "2c6a0b834d75fe19"
            + "c51fed4a0763928b"
            + "db7ec13950f4862a"
            + "6fe9b308c2d714a5"
            + "a2847615fb9e3cd0"
    );

    /// <summary>Fills <paramref name="hash"/>, 1 to 64 bytes; its length is part of what is hashed.</summary>
    public static void Hash(ReadOnlySpan<byte> input, Span<byte> hash)
    {
        Span<ulong> state = stackalloc ulong[8];
        Start.CopyTo(state);
        state[0] ^= 0x01010000UL ^ (ulong)hash.Length;
        var counted = 0UL;
        while (input.Length > BlockBytes)
        {
            counted += BlockBytes;
            Compress(state, input[..BlockBytes], counted, last: false);
            input = input[BlockBytes..];
        }

        Span<byte> rest = stackalloc byte[BlockBytes];
        rest.Clear();
        input.CopyTo(rest);
        Compress(state, rest, counted + (ulong)input.Length, last: true);
        Span<byte> whole = stackalloc byte[LongestHash];
        for (var i = 0; i < state.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(whole[(8 * i)..], state[i]);
        }

        whole[..hash.Length].CopyTo(hash);
    }

    private static void Compress(Span<ulong> state, ReadOnlySpan<byte> block, ulong counted, bool last)
    {
        Span<ulong> m = stackalloc ulong[16];
        for (var i = 0; i < m.Length; i++)
        {
            m[i] = BinaryPrimitives.ReadUInt64LittleEndian(block[(8 * i)..]);
        }

        Span<ulong> v = stackalloc ulong[16];
        state.CopyTo(v);
        Start.CopyTo(v[8..]);
        v[12] ^= counted; // inputs here are far below 2^64 bytes: the counter's high word stays 0
        v[14] ^= last ? ulong.MaxValue : 0;
        for (var round = 0; round < Rounds; round++)
        {
            var order = Order.AsSpan(16 * (round % 10), 16);
            Mix(ref v[0], ref v[4], ref v[8], ref v[12], m[order[0]], m[order[1]]);
            Mix(ref v[1], ref v[5], ref v[9], ref v[13], m[order[2]], m[order[3]]);
            Mix(ref v[2], ref v[6], ref v[10], ref v[14], m[order[4]], m[order[5]]);
            Mix(ref v[3], ref v[7], ref v[11], ref v[15], m[order[6]], m[order[7]]);
            Mix(ref v[0], ref v[5], ref v[10], ref v[15], m[order[8]], m[order[9]]);
            Mix(ref v[1], ref v[6], ref v[11], ref v[12], m[order[10]], m[order[11]]);
            Mix(ref v[2], ref v[7], ref v[8], ref v[13], m[order[12]], m[order[13]]);
            Mix(ref v[3], ref v[4], ref v[9], ref v[14], m[order[14]], m[order[15]]);
        }

        for (var i = 0; i < state.Length; i++)
        {
            state[i] ^= v[i] ^ v[i + 8];
        }
    }

    private static void Mix(ref ulong a, ref ulong b, ref ulong c, ref ulong d, ulong x, ulong y)
    {
        a = a + b + x;
        d = BitOperations.RotateRight(d ^ a, 32);
        c += d;
        b = BitOperations.RotateRight(b ^ c, 24);
        a = a + b + y;
        d = BitOperations.RotateRight(d ^ a, 16);
        c += d;
        b = BitOperations.RotateRight(b ^ c, 63);
    }

    private static byte[] Digits(string hexadecimal)
    {
        var digits = new byte[hexadecimal.Length];
        for (var i = 0; i < digits.Length; i++)
        {
            digits[i] = (byte)(char.IsAsciiDigit(hexadecimal[i]) ? hexadecimal[i] - '0' : hexadecimal[i] - 'a' + 10);
        }

        return digits;
    }
}

using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace Parley.Kernel;

/// <summary>
/// 64 bits that change when content changes. Texts go through SHA-256 (hardware on every machine of the last years),
/// small values through the finaliser of SplitMix64; not a secret, not for addressing.
/// </summary>
internal struct ContentHash
{
    private ulong state;

    public void Add(long value)
    {
        var z = state + (ulong)value + 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        state = z ^ (z >> 31);
    }

    public void Add(ReadOnlySpan<byte> text)
    {
        Add(text.Length);
        if (text.IsEmpty)
        {
            return;
        }

        Span<byte> digest = stackalloc byte[32];
        SHA256.HashData(text, digest);
        Add(BinaryPrimitives.ReadInt64LittleEndian(digest));
    }

    public void Add(string? text)
    {
        if (text is null)
        {
            Add(-1);
            return;
        }

        Add(text.Length);
        foreach (var c in text)
        {
            state = BitOperations.RotateLeft(state, 5) ^ c;
            state *= 0x9E3779B97F4A7C15;
        }
    }

    public readonly long Value => (long)state;
}

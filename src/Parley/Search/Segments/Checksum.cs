using System.Buffers.Binary;
using System.Numerics;

namespace Parley.Search.Segments;

/// <summary>
/// CRC-32C (RFC 3720, B.4), by the processor's own instruction where it has one. That takes three cycles and can be begun
/// each cycle, so long pieces are taken as three stretches at once, which are then joined (Gopal et al. 2011).
/// </summary>
internal static class Checksum
{
    /// <summary>Bytes of a stretch: a page is five rounds of three and a little more.</summary>
    private const int Stretch = 2048;

    private static readonly uint[] Shifts = ShiftsOf(Stretch);

    public static uint Of(ReadOnlySpan<byte> bytes, uint start = 0)
    {
        var crc = ~start;
        for (; bytes.Length >= 3 * Stretch; bytes = bytes[(3 * Stretch)..])
        {
            var first = bytes[..Stretch];
            var second = bytes.Slice(Stretch, Stretch);
            var third = bytes.Slice(2 * Stretch, Stretch);
            var (middle, last) = (0u, 0u);
            for (var at = 0; at < Stretch; at += sizeof(ulong))
            {
                crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(first[at..]));
                middle = BitOperations.Crc32C(middle, BinaryPrimitives.ReadUInt64LittleEndian(second[at..]));
                last = BitOperations.Crc32C(last, BinaryPrimitives.ReadUInt64LittleEndian(third[at..]));
            }

            crc = Shifted(Shifted(crc) ^ middle) ^ last;
        }

        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var b in bytes)
            crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }

    /// <summary>The state after a stretch of zeros: the code is linear, so the states after each byte of it are joined.</summary>
    private static uint Shifted(uint crc) =>
        Shifts[crc & 0xFF]
        ^ Shifts[256 + ((crc >> 8) & 0xFF)]
        ^ Shifts[512 + ((crc >> 16) & 0xFF)]
        ^ Shifts[768 + (crc >> 24)];

    private static uint[] ShiftsOf(int zeros)
    {
        var shifts = new uint[4 * 256];
        for (var bit = 0; bit < 32; bit++)
        {
            var crc = 1u << bit;
            for (var at = 0; at < zeros; at += sizeof(ulong))
                crc = BitOperations.Crc32C(crc, 0UL);

            // What is known of the lower bits of the byte gives all that has this one set.
            var (table, value) = (256 * (bit / 8), 1 << (bit % 8));
            for (var below = 0; below < value; below++)
                shifts[table + value + below] = shifts[table + below] ^ crc;
        }

        return shifts;
    }
}

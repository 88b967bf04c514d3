using System.Buffers.Binary;

namespace Parley.Embeddings.Static;

/// <summary>
/// CRC-32 as zip and PNG have it (polynomial 0xEDB88320), eight bytes at a step (Kounavis and Berry 2005). Its tables are
/// made for one check and go with it.
/// </summary>
internal sealed class Crc32
{
    private const uint Polynomial = 0xEDB88320;
    private readonly uint[] tables = new uint[8 * 256];
    private uint crc = ~0u;

    public Crc32()
    {
        for (uint i = 0; i < 256; i++)
        {
            var value = i;
            for (var bit = 0; bit < 8; bit++)
            {
                value = (value >> 1) ^ ((value & 1) * Polynomial);
            }

            tables[i] = value;
        }

        for (var i = 256; i < tables.Length; i++)
        {
            tables[i] = (tables[i - 256] >> 8) ^ tables[tables[i - 256] & 0xFF];
        }
    }

    public uint Value => ~crc;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<uint> t = tables;
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            var low = BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ crc;
            var high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc =
                t[(7 * 256) + (int)(low & 0xFF)]
                ^ t[(6 * 256) + (int)((low >> 8) & 0xFF)]
                ^ t[(5 * 256) + (int)((low >> 16) & 0xFF)]
                ^ t[(4 * 256) + (int)(low >> 24)]
                ^ t[(3 * 256) + (int)(high & 0xFF)]
                ^ t[(2 * 256) + (int)((high >> 8) & 0xFF)]
                ^ t[256 + (int)((high >> 16) & 0xFF)]
                ^ t[(int)(high >> 24)];
        }

        foreach (var b in bytes)
        {
            crc = (crc >> 8) ^ t[(int)((crc ^ b) & 0xFF)];
        }
    }
}
